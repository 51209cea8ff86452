/**
 * DRAEM: Zavrtanik, Kristan, Skocaj 2021, "DRAEM - A discriminatively trained reconstruction embedding for surface anomaly
 * detection". An autoencoder repairs images with synthetic defects; a U-Net that sees image and repair side by side marks them.
 * Both are trained together, from nothing and without a backbone.
 *
 * As in the authors' code: decay of the learning rate by 0.2 at 80 and 90 % of the steps, half of the samples without a defect,
 * normal images turned at times, score by a mean over 21x21. The range of structural similarity stays 1. Labelled defects, which the
 * paper does not have, teach the U-Net alone: nobody knows what their images looked like without them.
 */
import {
  defineDetector,
  problem,
  tf,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adam,
  byBatchStatistics,
  byStoredStatistics,
  imageBatches,
  measureNormalisation,
  multiStep,
  postprocess,
  resizeBilinear,
  stateGraph,
  trainSteps,
  type NamedTensors,
} from 'residua/toolkit';
import {
  draemParams,
  draemPresets,
  draemProblems,
  draemUses,
  shapeOf,
  type DraemParams,
  type DraemUses,
} from './draemParams.js';
import { labelledBatches, labelledImages } from './labelledImages.js';
import { draemLoss } from './losses.js';
import { anomalousProbability, draemNetworks, firstOf, initialParameters } from './networks.js';
import { trainingSample } from './samples.js';

/** Further normal images that a synthetic defect may take its texture from. */
const textureSources = 4;
/** Batches over which the normalisations are measured. */
const measuredBatches = 16;

/** Images `[n, size, size, 3]`, 0..255, as the networks see them: 0..1 at working size. */
function scaled(images: tf.Tensor4D, { workingSize }: DraemParams): tf.Tensor4D {
  return tf.tidy(() => tf.div<tf.Tensor4D>(resizeBilinear(images, workingSize, workingSize), 255));
}

/** Inputs of a step: clean and changed images with masks, and behind them labelled images where there are any. */
async function draemBatches(context: TrainingContext<DraemParams, DraemUses>) {
  const { params: chosen, settings, steps, normalImages, anomalousImages, imageAugmentations } = context;
  const { imagesPerStep, anomalousImagesPerStep, normalShare, turnedShare } = chosen;
  const { random } = steps;
  const image = { shape: [imagesPerStep, settings.imageSize, settings.imageSize, 3] };
  const mask = { shape: [imagesPerStep, settings.imageSize, settings.imageSize, 1] };
  const inputs = [image, image, mask];
  const synthetic = imageBatches({
    ...{ images: normalImages, perStep: imagesPerStep, random, inputs, others: textureSources },
    entry: (clean, others, chance) =>
      trainingSample(clean, others, chance, { augmentations: imageAugmentations, normalShare, turnedShare }),
  });
  if (anomalousImages.length === 0) return { inputs, synthetic, batch: synthetic };
  const images = await labelledImages(anomalousImages, context);
  const labelled = labelledBatches(images, anomalousImagesPerStep, settings.imageSize, random);
  const batch = async () => {
    const real = labelled.batch();
    return [...(await synthetic()), ...real];
  };
  return { inputs: [...inputs, ...labelled.inputs], synthetic, batch };
}

/** Inputs of a step at working size: what is repaired, what both networks see, what the U-Net shall say and where that counts. */
function atWorkingSize(inputs: readonly tf.Tensor[], chosen: DraemParams) {
  const [clean, changed, defects, real, mask, known] = inputs as tf.Tensor4D[];
  const flat = (map: tf.Tensor4D) =>
    tf.squeeze<tf.Tensor3D>(resizeBilinear(map, chosen.workingSize, chosen.workingSize), [3]);
  const [target, seen, wanted] = [scaled(clean!, chosen), scaled(changed!, chosen), flat(defects!)];
  if (!real) return { target, seen, wanted, counts: undefined };
  return {
    target,
    seen: tf.concat([seen, scaled(real, chosen)]),
    wanted: tf.concat([wanted, flat(mask!)]),
    counts: tf.concat([tf.onesLike(wanted), flat(known!)]),
  };
}

async function train(context: TrainingContext<DraemParams, DraemUses>) {
  const { params: chosen, steps, compute, anomalousImages, supervision } = context;
  if (supervision === 'SUPERVISED' && anomalousImages.length === 0) {
    const message =
      'detector draem is asked to learn from labelled anomalies, and there are none in the training images';
    throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'draem' });
  }
  const { imagesPerStep, learningRate } = chosen;
  const shape = shapeOf(chosen);
  const parameters = initialParameters(shape, steps.random.fork());
  const { inputs, synthetic, batch } = await draemBatches(context);
  const milestones = [0.8 * chosen.steps, 0.9 * chosen.steps];
  const trained = await trainSteps({
    ...{ compute, steps, parameters, inputs, batch, totalSteps: chosen.steps },
    turns: [
      {
        parts: ['squaredError', 'dissimilarity', 'focal', ...(chosen.sspcab ? ['prediction'] : [])],
        groups: [{ optimiser: adam({ learningRate: multiStep(learningRate, milestones, 0.2) }) }],
        prepare: (given) => {
          const { target, seen, wanted, counts } = atWorkingSize(given, chosen);
          return (current) => {
            const found = draemNetworks(current, seen, { ...shape, repaired: imagesPerStep }, byBatchStatistics);
            const repaired = firstOf(found.reconstruction, imagesPerStep);
            const parts = draemLoss(repaired, target, anomalousProbability(found.logits), wanted, counts);
            if (!found.predictionError) return { ...parts };
            return { ...parts, prediction: tf.mul(found.predictionError, chosen.sspcab!.weight) };
          };
        },
      },
    ],
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs: [inputs[0]!], batches: measuredBatches },
    batch: async () => {
      const [, changed] = await synthetic();
      return [changed!];
    },
    forward: (current, [images], normalise) =>
      draemNetworks(current, scaled(images as tf.Tensor4D, chosen), shapeOf(chosen), normalise),
  });
  return { tensors: { ...trained, ...statistics }, metadata: {} };
}

/** Image to anomaly map, the probability of each pixel, and score, the highest mean of a square of it (section 3.4). */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  { params: chosen, settings }: PredictionContext<DraemParams, DraemUses>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = settings;
  const { logits } = draemNetworks(tensors, scaled(image, chosen), shapeOf(chosen), byStoredStatistics);
  const probability = anomalousProbability(logits);
  return {
    anomalyMap: postprocess(probability, imageSize, imageSize, smoothingSigma),
    anomalyScore: highestMean(probability, chosen.meanWindow),
  };
}

/** Highest mean of a square of the map, with zeros around it: `[n, s, s]` to `[n]`. */
export function highestMean(map: tf.Tensor3D, side: number): tf.Tensor1D {
  return tf.tidy(() => tf.max<tf.Tensor1D>(squareMeans(map, side), [1, 2]));
}

/** Mean of the square around each place, with zeros around the map: the shape of the map. */
export function squareMeans(map: tf.Tensor3D, side: number): tf.Tensor3D {
  return tf.tidy(() => {
    const around: [number, number] = [(side - 1) / 2, (side - 1) / 2];
    const padded = tf.pad(tf.expandDims<tf.Tensor4D>(map, 3), [[0, 0], around, around, [0, 0]]);
    return tf.squeeze<tf.Tensor3D>(tf.avgPool(padded, side, 1, 'valid'), [3]);
  });
}

/** DRAEM: repairs images, and marks where image and repair differ as defects do. */
export const draem = defineDetector({
  id: 'draem',
  version: '1.1.0',
  apiVersion: 2,
  earlierDigests: ['36edf68ad96af57f4ee96683fbc80bbbdfe669abc9c234cf8946d8bcf0b4eb7f'],
  title: 'DRAEM',
  description:
    'An autoencoder repairs synthetic defects and a U-Net marks them; both learn from the images alone, without a backbone. Needs no labels; with masks or blocks of real defects the U-Net learns them too.',
  reference:
    'Zavrtanik et al. 2021, DRAEM - A discriminatively trained reconstruction embedding for surface anomaly detection',
  params: draemParams,
  supervisions: ['UNSUPERVISED', 'SUPERVISED'],
  uses: draemUses,
  continues: false,
  memoryParams: ['imagesPerStep', 'workingSize', 'reconstructionWidth'],
  presets: draemPresets,
  stages: ({ params: { steps } }) => [
    { name: 'training', weight: 3 * steps },
    { name: 'normalisation', weight: measuredBatches },
  ],
  check: draemProblems,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predict(image, tensors, context) }),
});
