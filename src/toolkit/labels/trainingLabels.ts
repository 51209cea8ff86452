import type { TrainingImage } from '../../plugin-api/index.js';
import { problem } from '../../shared/errors.js';
import { tokenLabels, type LabelSettings, type ScaledLabels } from './tokenLabels.js';

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
  return Float32Array.from(tokenLabels(await labelsOf(image), settings, settings.imageSize / tokens));
}

/** The labels of a training image. @throws ProblemError TRAINING_DATA_INSUFFICIENT for an image without labels. */
export async function labelsOf({ filename, loadMask, blocks, boxes }: TrainingImage): Promise<ScaledLabels> {
  if (loadMask) return { mask: await loadMask() };
  if (blocks) return { blocks };
  if (boxes) return { boxes };
  throw problem('TRAINING_DATA_INSUFFICIENT', `${filename} has no labels that this training reads`, { item: filename });
}
