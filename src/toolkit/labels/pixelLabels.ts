import type { TrainingImage } from '../../plugin-api/index.js';
import { labelValues, pixelLabelsFromBoxes } from './blockLabels.js';
import { labelsOf } from './trainingLabels.js';

/**
 * Labels of an image's pixels from whichever kind it has: those of a mask, of the block that a pixel lies in, UNKNOWN inside boxes.
 * @param size of the scaled image, pixels.
 * @returns row-major, values of `labelValues`.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT for an image without labels.
 */
export async function pixelLabels(image: TrainingImage, size: number): Promise<Int8Array> {
  const labels = await labelsOf(image);
  if ('mask' in labels) {
    return Int8Array.from(labels.mask.data, (anomalous) => (anomalous ? labelValues.ANOMALOUS : labelValues.NORMAL));
  }
  if ('boxes' in labels) return pixelLabelsFromBoxes({ width: size, height: size }, labels.boxes);
  const { columns, blockWidth, blockHeight, labels: blocks } = labels.blocks;
  return Int8Array.from({ length: size * size }, (_, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    return blocks[Math.floor((row + 0.5) / blockHeight) * columns + Math.floor((column + 0.5) / blockWidth)]!;
  });
}
