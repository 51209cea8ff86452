import type { ImageAugmentation, RandomSource, RgbImage } from 'residua/plugin-api';

/** How training images are changed. */
export interface SampleOptions {
  augmentations: readonly ImageAugmentation[];
  /** Share of the samples without a defect. */
  normalShare: number;
  /** Share of the images that are turned by -90 to 90 degrees. */
  turnedShare: number;
}

/**
 * One training sample: the clean image, the same with a synthetic defect or without, and where it is.
 * @returns RGB 0..255, RGB 0..255, mask 0..1.
 */
export function trainingSample(
  image: RgbImage,
  others: readonly RgbImage[],
  random: RandomSource,
  { augmentations, normalShare, turnedShare }: SampleOptions,
): [Uint8Array, Uint8Array, Uint8Array] {
  const angle = (random.uniform() - 0.5) * Math.PI;
  const clean = random.uniform() < turnedShare ? turned(image, angle) : image;
  if (random.uniform() < normalShare) return [clean.data, clean.data, new Uint8Array(clean.width * clean.height)];
  const changed = random.pick(augmentations).augment(clean, others, random);
  return [clean.data, changed.image.data, changed.mask.data];
}

/** An image turned about its centre by an angle in radians, bilinear, black where it has no pixels. */
export function turned(image: RgbImage, angle: number): RgbImage {
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - middleX, y - middleY];
      const sourceX = cosine * dx + sine * dy + middleX;
      const sourceY = cosine * dy - sine * dx + middleY;
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = sampled(image, sourceX, sourceY, c);
    }
  }
  return { width, height, data };
}

function sampled({ data, width, height }: RgbImage, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  let sum = 0;
  for (const [row, ofRow] of [
    [top, top + 1 - y],
    [top + 1, y - top],
  ] as const) {
    for (const [column, ofColumn] of [
      [left, left + 1 - x],
      [left + 1, x - left],
    ] as const) {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      if (inside) sum += ofRow * ofColumn * data[3 * (row * width + column) + channel]!;
    }
  }
  return Math.round(sum);
}
