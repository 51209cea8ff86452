import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { TrainingContext } from '../../plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import type { FeatureParams } from '../features/featureParams.js';
import { createFeatureStage } from '../features/featureStage.js';
import { drawnImages } from '../features/pyramidStage.js';
import type { Whitening, WhiteningTensors } from '../features/whitening.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import { measureWhitening } from './measureWhitening.js';
import { spreadPlaces } from './spreadPlaces.js';

/** How the features of a memory bank are whitened: spread them into the parameters of a detector that has one. */
export const whiteningParams = {
  whitening: z
    .literal([0, 0.5, 1])
    .default(0)
    .describe(
      'Power of the deviation by which each principal direction of the normal features is divided: 1 counts all the same, 0.5 half the way; 0, as in the papers: features stay as they are.',
    ),
  whitenedDimension: z
    .int()
    .min(4)
    .max(256)
    .multipleOf(4)
    .default(128)
    .describe('Principal directions kept of whitened features, at most featureDimension.'),
};
type WhiteningParams = z.output<z.ZodObject<typeof whiteningParams>>;

/** Channels of the vectors in a bank: d_f, or what a whitening keeps of them. */
export function bankDimension({
  featureDimension,
  whitening,
  whitenedDimension,
}: WhiteningParams & Pick<FeatureParams, 'featureDimension'>): number {
  return whitening > 0 ? Math.min(whitenedDimension, featureDimension) : featureDimension;
}

/** Reported while a whitening is measured. */
export const whiteningStage = 'whitening';

/** So many features say where all of them lie. They are from as many images as can be: what only some of these show is normal, too. */
const [sampledFeatures, sampledImages] = [15_000, 512];

type WhiteningContext = TrainingContext<WhiteningParams & FeatureParams>;

/** The whitening of a training: that of the state it continues from, which its network knows, or one of its normal images. */
export async function bankWhitening(context: WhiteningContext): Promise<Whitening | undefined> {
  const { params, compute, log, normalImages, startFrom } = context;
  if (params.whitening === 0) return undefined;
  const before = startFrom && whiteningOf(startFrom.tensors);
  if (before) return before;
  const { shrinkage, held, ...whitening } = await measureWhitening(compute, await sample(context), {
    power: params.whitening,
    dimensions: bankDimension(params),
  });
  const [, directions] = whitening.matrix.shape;
  log.info(
    `features whitened: ${directions} directions hold ${held.toFixed(3)} of their variance; ` +
      `the covariance of ${normalImages.length} normal images is shrunk by ${shrinkage.toFixed(3)}`,
  );
  return whitening;
}

/** Hyper-columns of normal images, without the position code, from all over the images. */
async function sample(context: WhiteningContext): Promise<HostTensor> {
  const { params, steps } = context;
  const random = steps.random.fork();
  const images = drawnImages({ normalImages: context.normalImages, steps: { ...steps, random } }, sampledImages);
  const count = images.length;
  const stage = await createFeatureStage({ ...context, params: { ...params, positionWeight: 0 } });
  const [places, width] = [stage.grid ** 2, stage.channels];
  const perImage = Math.min(places, Math.ceil(sampledFeatures / count));
  const all = new Float32Array(count * perImage * width);
  try {
    for (const [i, image] of images.entries()) {
      steps.signal.throwIfAborted();
      const features = await stage.extract(await image.load());
      all.set(spreadPlaces(features, perImage, random), i * perImage * width);
      steps.report({ stage: whiteningStage, step: i + 1, totalSteps: count });
    }
  } finally {
    await stage.dispose();
  }
  return hostTensor(all, [count * perImage, width]);
}

const [meanName, matrixName] = ['whitening.mean', 'whitening.matrix'] as const;

/** A whitening as a state holds it. */
export function whiteningTensors({ mean, matrix }: Whitening): Record<string, HostTensor> {
  return { [meanName]: mean, [matrixName]: matrix };
}

function whiteningOf(tensors: Readonly<Record<string, HostTensor>>): Whitening | undefined {
  const [mean, matrix] = [tensors[meanName], tensors[matrixName]];
  return mean && matrix && { mean, matrix };
}

/** The whitening of a state inside a tensor function; undefined where it has none. @param prefix of its tensors' names. */
export function whiteningIn(tensors: NamedTensors, prefix = ''): WhiteningTensors | undefined {
  const [mean, matrix] = [tensors[`${prefix}${meanName}`], tensors[`${prefix}${matrixName}`]];
  return mean && matrix && { mean: mean as Tensor1D, matrix: matrix as Tensor2D };
}
