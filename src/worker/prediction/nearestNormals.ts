import { everything } from '../../access/index.js';
import type { NormalMatches } from '../../plugin-api/index.js';
import type { Services } from '../../services/index.js';
import type { Region } from '../../services/records.js';
import type { AnomalyMap, Box } from '../../shared/images.js';

interface Size {
  width: number;
  height: number;
}

/**
 * Adds to each region the normal patch that its most anomalous place resembles most.
 * @param map the regions were cut from; `size` is that of the image.
 * @param matches undefined where the detector, or an old state of it, cannot say: then it is null. So it is where the training
 * image is not here any more, or never was.
 */
export async function withNearestNormals(
  { images }: Pick<Services, 'images'>,
  regions: readonly Region[],
  { map, matches, size }: { map: AnomalyMap; matches: NormalMatches | undefined; size: Size },
): Promise<Region[]> {
  if (!matches) return regions.map((region) => ({ ...region, nearestNormal: null }));
  const { grid } = matches;
  const found = regions.map((region) => {
    const place = placeOfPeak(map, region, grid);
    return { region, place, match: matches.of(place) };
  });
  const ids = [...new Set(found.map(({ match }) => match.imageId))];
  const sizes = new Map<string, Size>((await images.byIds(everything, ids)).map((image) => [image.id, image]));
  return found.map(({ region, place, match: { imageId, place: origin, distance } }) => {
    const normal = sizes.get(imageId);
    const patch = placeBox(place, grid, size);
    const nearest = normal && { imageId, box: placeBox(origin, grid, normal), distance, patch };
    return { ...region, nearestNormal: nearest ?? null };
  });
}

/** The place of the grid in which a region's highest score lies. */
function placeOfPeak({ data, width, height }: AnomalyMap, { box, score }: Region, grid: number): number {
  for (let y = box.y; y < box.y + box.height; y++) {
    const row = y * width;
    const x = data.subarray(row + box.x, row + box.x + box.width).indexOf(score);
    if (x >= 0) return Math.floor(((y + 0.5) * grid) / height) * grid + Math.floor(((box.x + x + 0.5) * grid) / width);
  }
  throw new Error(`no pixel of the region has its score ${score}`);
}

/** A place of the grid in pixels of an image that the grid is stretched over. */
function placeBox(place: number, grid: number, { width, height }: Size): Box {
  const [row, column] = [Math.floor(place / grid), place % grid];
  return {
    x: (column * width) / grid,
    y: (row * height) / grid,
    width: width / grid,
    height: height / grid,
  };
}
