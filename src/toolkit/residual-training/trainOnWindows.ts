import type { LossFunction, TrainingContext } from '../../plugin-api/index.js';
import { problem } from '../../shared/errors.js';
import type { HostTensor } from '../../shared/compute.js';
import type { WindowGrid } from '../windows/windowStarts.js';
import { createWindowBatch, drawWindows, fillWindowBatch, windowsPerImage, type MatchedImage } from './matchedImage.js';
import type { TrainingSamples } from './trainingSamples.js';
import type { TokenScoring } from './tokenScores.js';
import { WindowTraining } from './windowTraining.js';

export interface WindowTrainingContext extends Omit<TrainingContext<unknown>, 'loss' | 'params'> {
  loss: LossFunction;
  samples: TrainingSamples;
  grid: WindowGrid;
  /** Neighbours of each feature, k. */
  neighbours: number;
  /** `[m, d_f]`. */
  bank: HostTensor;
  /** Mean normal residual, `[d_t]` or `[1]`. */
  residualScale: HostTensor;
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
  scoring: TokenScoring;
  anomalousWindowsFirst: boolean;
}

/**
 * Trains on sampled windows of b1 normal, b2 synthetic and b3 labelled images a step (section 4.2.1).
 * @returns the moving average of the parameters.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export async function trainOnWindows(context: WindowTrainingContext): Promise<Record<string, HostTensor>> {
  const { settings, samples, grid, neighbours, bank, random, signal, report } = context;
  const perImage = windowsPerImage(grid, settings.windowSamplingRatio);
  const parts: [readonly MatchedImage[], number][] = [
    [samples.normal, settings.normalImagesPerStep],
    [samples.synthetic, settings.syntheticImagesPerStep],
    [samples.anomalous, samples.anomalous.length > 0 ? settings.anomalousImagesPerStep : 0],
  ];
  const windows = perImage * parts.reduce((sum, [, count]) => sum + count, 0);
  const sizes = { grid, patchSize: settings.tokenPatchSize, channels: bank.shape[1]!, neighbours };
  const batch = createWindowBatch(windows, sizes);
  const training = await WindowTraining.compile({ ...context, augmentations: context.residualAugmentations, windows });
  try {
    for (let step = 1; step <= settings.steps; step++) {
      signal.throwIfAborted();
      const drawn = parts.flatMap(([images, count]) => drawImages(images, count, context.random));
      const chosen = drawn.flatMap((image) =>
        drawWindows(image, grid, perImage, context.anomalousWindowsFirst, random),
      );
      fillWindowBatch(batch, chosen, sizes);
      const loss = await training.run(batch, random);
      if (!Number.isFinite(loss)) {
        throw problem('NON_FINITE_OUTPUT', `the loss of step ${step} is ${loss}; lower the learning rate`, {
          item: 'loss',
        });
      }
      report({ phase: 'training', step, totalSteps: settings.steps, metrics: { loss } });
    }
    return training.averagedParameters();
  } finally {
    await training.dispose();
  }
}

/** Images of a step; without repetition as long as there are enough. */
function drawImages(
  images: readonly MatchedImage[],
  count: number,
  random: WindowTrainingContext['random'],
): MatchedImage[] {
  if (count === 0) return [];
  if (count >= images.length) return Array.from({ length: count }, () => random.pick(images));
  const chosen = new Set<MatchedImage>();
  while (chosen.size < count) chosen.add(random.pick(images));
  return [...chosen];
}
