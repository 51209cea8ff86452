import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { PredictionContext, TrainingContext, TrainingProgress } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import { coarseContext, fineContext } from '../features/fineLayers.js';
import { createFeatureStage, positionConstrainedFeatures, type FeatureStage } from '../features/featureStage.js';
import type { Whitening } from '../features/whitening.js';
import { resizeBilinear } from '../layers/resizeBilinear.js';
import type { BankTensors, MemoryBankParams } from './bankDetector.js';
import { bankWhitening } from './bankWhitening.js';
import { buildMemoryBank, JoinedFeatures, type MemoryBank, type MemoryBankOptions } from './memoryBank.js';
import { nearestNeighbours, type Neighbours } from './nearestNeighbours.js';
import { spreadPlaces } from './spreadPlaces.js';

/** The memory bank of the fine layers. */
export interface FineBank {
  bank: MemoryBank;
  whitening: Whitening | undefined;
  /** For further images; the caller disposes it. */
  stage: FeatureStage;
}

/** Vectors are chosen from so many places, drawn all over the normal images: a fine grid has many. */
const candidates = 60_000;

/** What the stages of a fine bank begin with. */
export const finePrefix = 'fine-';

/** The bank of the fine layers: a coreset of places drawn from all normal images. `context.startFrom` has the tensors of a fine bank, without their prefix. */
export async function trainFineBank(context: TrainingContext<MemoryBankParams>): Promise<FineBank> {
  const { steps } = context;
  const report = (progress: TrainingProgress) => steps.report({ ...progress, stage: `${finePrefix}${progress.stage}` });
  const fine = fineContext({ ...context, steps: { ...steps, report } });
  const whitening = await bankWhitening(fine);
  const stage = await createFeatureStage(fine, whitening);
  const choice = { projection: fine.params.coresetProjection, compute: fine.compute };
  const drawn = await drawnPlaces(stage, fine, choice);
  const [images, places] = drawn.shape as [number, number];
  const bank = await buildMemoryBank(drawn, {
    ...choice,
    ratio: Math.min(1, fine.params.fineVectors / (images * places)),
    random: steps.random.fork(),
    signal: steps.signal,
    onProgress: (step, totalSteps) => report({ stage: 'memory-bank', step, totalSteps }),
  });
  return { bank, whitening, stage };
}

/** Features of as many places of each image, `[n, places, d]`. */
async function drawnPlaces(
  stage: FeatureStage,
  { normalImages, steps }: TrainingContext<MemoryBankParams>,
  choice: Pick<MemoryBankOptions, 'compute' | 'projection'>,
): Promise<HostTensor> {
  const random = steps.random.fork();
  const perImage = Math.min(stage.grid ** 2, Math.ceil(candidates / normalImages.length));
  const joined = new JoinedFeatures([normalImages.length, perImage, stage.channels], choice);
  for (const [i, image] of normalImages.entries()) {
    steps.signal.throwIfAborted();
    const features = await stage.extract(await image.load());
    joined.add({ data: spreadPlaces(features, perImage, random) });
    steps.report({ stage: 'feature-extraction', step: i + 1, totalSteps: normalImages.length });
  }
  return joined.all;
}

/** f^ of an image for each bank, inside a tensor function. */
export interface BankFeatures {
  /** Of the hyper-column, `[1, h, w, d_f]`. */
  features: Tensor4D;
  /** Of the fine layers, `[1, h * factor, w * factor, d]`; undefined where there are none. */
  fine: Tensor4D | undefined;
}

/** Image to the features that a bank, and its fine one, are searched for. @param image `[1, size, size, 3]`, RGB 0..255. */
export function bankFeatures(
  image: Tensor4D,
  context: Pick<PredictionContext<MemoryBankParams>, 'featureExtractor' | 'featureLayers' | 'params'>,
  { whitening, fine }: Pick<BankTensors, 'whitening' | 'fine'>,
): BankFeatures {
  const layers = context.featureExtractor.features(image);
  const once = { ...context, featureExtractor: { ...context.featureExtractor, features: () => layers } };
  const of = (each: typeof once, own: BankTensors['whitening']) =>
    positionConstrainedFeatures(image, each.featureExtractor, each.params, own);
  return { features: of(coarseContext(once), whitening), fine: fine && of(fineContext(once), fine.whitening) };
}

/** The nearest vector to each place of features: rows of the bank, `[h * w]`, and distances, `[h * w]`. */
export type NearestVectors = Readonly<Record<'rows' | 'distances', Tensor1D>>;

/** {@link nearestNeighbours} of every place of a map `[1, h, w, d]`, one for each. */
export function nearestVectors(
  features: Tensor4D,
  { vectors, penalty, directions }: Omit<BankTensors, 'whitening' | 'fine'>,
): NearestVectors {
  const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
  const { indices, squaredDistances }: Neighbours = nearestNeighbours(queries, vectors, penalty, 1, { directions });
  return {
    rows: tf.reshape<tf.Rank.R1>(indices, [-1]),
    distances: tf.reshape<tf.Rank.R1>(tf.sqrt(squaredDistances), [-1]),
  };
}

/** Keeps log() finite where a distance is exactly zero. */
const smallest = 1e-6;

/**
 * Weighted geometric mean of a map of distances and of a finer one: a product of two experts, either of which may say that a place is
 * normal.
 * @param coarse `[1, h, w]`. @param fine `[1, rows, columns]`. @param weight of the finer one.
 * @returns `[1, rows, columns]`.
 */
export function jointDistances(coarse: Tensor3D, fine: Tensor3D, weight: number): Tensor3D {
  return tf.tidy(() => {
    const [, rows, columns] = fine.shape;
    const logOf = (map: Tensor3D) => tf.log(tf.add<Tensor3D>(map, smallest));
    const stretched = upscaled(logOf(coarse), rows, columns);
    return tf.exp(tf.add(tf.mul(stretched, 1 - weight), tf.mul(logOf(fine), weight)));
  });
}

/** Maps `[n, h, w]` of one value a place, bilinear. */
export function upscaled(maps: Tensor3D, rows: number, columns: number): Tensor3D {
  return tf.squeeze<Tensor3D>(resizeBilinear(tf.expandDims<Tensor4D>(maps, -1), rows, columns), [-1]);
}
