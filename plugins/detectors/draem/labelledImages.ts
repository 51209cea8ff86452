import { type HostTensor, type RandomSource, type TrainingContext, type TrainingImage } from 'residua/plugin-api';
import { filled, labelValues, trainingLabels } from 'residua/toolkit';

/** A labelled anomalous image in memory. */
interface LabelledImage {
  /** RGB 0..255. */
  pixels: Uint8Array;
  /** 1 where it is defective, 0 elsewhere. */
  mask: Float32Array;
  /** 1 where its label says what it is, 0 where it is UNKNOWN or IGNORED. */
  known: Float32Array;
}

/** Above half of a pixel decides on it. */
const thresholds = { anomalousBlockThreshold: 0.5, normalBlockThreshold: 0.5, unknownBlockThreshold: 0.5 };

/**
 * Pixels and labels of pixels of anomalous images, from masks or blocks.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT for an image without labels.
 */
export async function labelledImages(
  images: readonly TrainingImage[],
  { settings, steps }: Pick<TrainingContext<unknown>, 'settings' | 'steps'>,
): Promise<LabelledImage[]> {
  const found: LabelledImage[] = [];
  for (const image of images) {
    steps.signal.throwIfAborted();
    const labels = await trainingLabels(image, { ...settings, ...thresholds }, settings.imageSize);
    found.push({
      pixels: (await image.load()).data,
      mask: labels.map((label) => (label === labelValues.ANOMALOUS ? 1 : 0)),
      known: labels.map((label) => (label === labelValues.ANOMALOUS || label === labelValues.NORMAL ? 1 : 0)),
    });
  }
  return found;
}

/**
 * Batches of labelled images: pixels `[n, size, size, 3]`, masks and what is known, `[n, size, size, 1]`. All is drawn at once; two sets
 * of arrays take turns.
 */
export function labelledBatches(images: readonly LabelledImage[], perStep: number, size: number, random: RandomSource) {
  const shapes = [3, 1, 1].map((channels) => [perStep, size, size, channels]);
  const empty = (): HostTensor[] => shapes.map((shape) => filled(shape, 0));
  const sets = [empty(), empty()] as const;
  let turn = 0;
  const batch = (): HostTensor[] => {
    const targets = sets[turn++ % 2 === 0 ? 0 : 1];
    for (let at = 0; at < perStep; at++) {
      const { pixels, mask, known } = random.pick(images);
      [pixels, mask, known].forEach((values, i) => targets[i]!.data.set(values, at * values.length));
    }
    return targets;
  };
  return { inputs: shapes.map((shape) => ({ shape })), batch };
}
