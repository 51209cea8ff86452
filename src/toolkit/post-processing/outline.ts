import type { AnomalyMap, RgbImage } from '../../shared/images.js';

const inside = [255, 255, 255] as const;
const outside = [0, 0, 0] as const;

/**
 * Draws the edge of what reaches a threshold into an image of the map's size: its outermost pixels white, those around it
 * black, so that it is seen on any surface. The image is changed.
 */
export function drawOutline({ width, height, data }: RgbImage, { data: scores }: AnomalyMap, threshold: number): void {
  const reaches = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && scores[y * width + x]! >= threshold;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = reaches(x, y);
      const neighbours = [reaches(x - 1, y), reaches(x + 1, y), reaches(x, y - 1), reaches(x, y + 1)];
      if (neighbours.every((neighbour) => neighbour === own)) continue;
      data.set(own ? inside : outside, 3 * (y * width + x));
    }
  }
}
