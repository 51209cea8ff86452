import type { Predictor } from '../../plugin-api/index.js';
import type { SnapshotImage } from '../../services/snapshot-images.service.js';
import type { RgbImage } from '../../shared/images.js';
import type { NormalScores } from '../../shared/thresholds.js';
import { quantilesOf } from '../../toolkit/index.js';
import { bankDistanceOf } from '../bankDistance.js';

/** Normal images that the thresholds are chosen on, at most. */
export const calibrationImages = 32;

/**
 * Scores of normal training images, each as if it were new (without its own features in the memory bank): what a training's
 * thresholds are chosen on, and the drift of its predictions is told by.
 * @param images evenly chosen from those given, at most {@link calibrationImages}.
 */
export async function calibrate(
  predictor: Predictor,
  images: readonly SnapshotImage[],
  load: (image: SnapshotImage) => Promise<RgbImage>,
  onProgress: (done: number, total: number) => void,
): Promise<NormalScores> {
  const total = Math.min(images.length, calibrationImages);
  const scores: number[] = [];
  const pixels: Float32Array[] = [];
  const bankDistances: number[] = [];
  for (let i = 0; i < total; i++) {
    const image = images[Math.floor((i * images.length) / total)]!;
    const { anomalyMap, anomalyScore, matches } = await predictor.predict(await load(image), image.id);
    scores.push(anomalyScore);
    pixels.push(anomalyMap.data);
    const bankDistance = bankDistanceOf(matches);
    if (bankDistance !== null) bankDistances.push(bankDistance);
    onProgress(i + 1, total);
  }
  const all = new Float32Array(pixels.reduce((sum, map) => sum + map.length, 0));
  let offset = 0;
  for (const map of pixels) {
    all.set(map, offset);
    offset += map.length;
  }
  all.sort();
  return {
    ...{ imageScores: scores, pixelQuantiles: quantilesOf(all.length, (i) => all[i]!) },
    ...(bankDistances.length > 0 && { bankDistances }),
  };
}
