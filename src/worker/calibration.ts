import type { Predictor } from '../plugin-api/index.js';
import type { SnapshotImage } from '../services/index.js';
import type { RgbImage } from '../shared/images.js';

export interface Thresholds {
  imageThreshold: number;
  pixelThreshold: number;
}

/** Normal images that the thresholds are chosen on, at most. */
export const calibrationImages = 32;

/** Share of normal images, and of normal pixels, that stay below the thresholds. */
const imageQuantile = 0.98;
const pixelQuantile = 0.999;

/**
 * Thresholds from normal training images, each scored as if it were new (without its own features in the memory bank):
 * quantiles of the image scores and of the pixels' scores.
 * @param images evenly chosen from those given, at most {@link calibrationImages}.
 */
export async function calibrate(
  predictor: Predictor,
  images: readonly SnapshotImage[],
  load: (image: SnapshotImage) => Promise<RgbImage>,
  onProgress: (done: number, total: number) => void,
): Promise<Thresholds> {
  const total = Math.min(images.length, calibrationImages);
  const scores: number[] = [];
  const pixels: Float32Array[] = [];
  for (let i = 0; i < total; i++) {
    const image = images[Math.floor((i * images.length) / total)]!;
    const { anomalyMap, anomalyScore } = await predictor.predict(await load(image), image.id);
    scores.push(anomalyScore);
    pixels.push(anomalyMap.data);
    onProgress(i + 1, total);
  }
  const all = new Float32Array(pixels.reduce((sum, map) => sum + map.length, 0));
  let offset = 0;
  for (const map of pixels) {
    all.set(map, offset);
    offset += map.length;
  }
  return {
    imageThreshold: quantile(Float32Array.from(scores), imageQuantile),
    pixelThreshold: quantile(all, pixelQuantile),
  };
}

/** Linear between the two values around the place; sorts `values`. */
function quantile(values: Float32Array, share: number): number {
  values.sort();
  const place = share * (values.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, values.length - 1);
  return values[below]! + (place - below) * (values[above]! - values[below]!);
}
