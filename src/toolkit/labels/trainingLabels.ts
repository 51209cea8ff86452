import type { TrainingImage } from '../../plugin-api/index.js';
import { problem } from '../../shared/errors.js';
import { tokenLabels, type LabelSettings } from './tokenLabels.js';

/**
 * Labels of an image's tokens from whichever kind it has.
 * @param tokens per side of the image.
 * @returns row-major, values of `labelValues`.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT for an image without labels.
 */
export async function trainingLabels(
  image: TrainingImage,
  settings: LabelSettings,
  tokens: number,
): Promise<Float32Array> {
  const { loadMask, blocks, boxes } = image;
  const labels = loadMask ? { mask: await loadMask() } : blocks ? { blocks } : boxes && { boxes };
  if (!labels) {
    throw problem('TRAINING_DATA_INSUFFICIENT', `${image.filename} has no labels that this training reads`, {
      item: image.filename,
    });
  }
  return Float32Array.from(tokenLabels(labels, settings, settings.imageSize / tokens));
}
