import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type {
  DetectorState,
  PredictedTensors,
  PredictionGraph,
  TrainingContext,
  TrainingStage,
} from '../../plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { extractTrainingFeatures } from '../features/extractTrainingFeatures.js';
import { hyperColumnParams } from '../features/featureParams.js';
import { createFeatureStage, type FeatureStage } from '../features/featureStage.js';
import { stateGraph } from '../prediction/stateGraph.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import type { Whitening, WhiteningTensors } from '../features/whitening.js';
import { bankWhitening, whiteningIn, whiteningParams, whiteningStage, whiteningTensors } from './bankWhitening.js';
import { buildMemoryBank, sourcePenalty, type MemoryBank } from './memoryBank.js';

/** Parameters that every detector with a memory bank has. */
export const memoryBankParams = {
  ...hyperColumnParams,
  positionWeight: z
    .number()
    .min(0)
    .max(100)
    .default(0.1)
    .describe('Weight of the position code, lambda_PE of Eq. 2; 0: none.'),
  coresetRatio: z.number().gt(0).max(1).default(0.05).describe('Share of all normal features kept in the memory bank.'),
  coresetProjection: z
    .int()
    .min(0)
    .max(4096)
    .default(128)
    .describe('Dimensions of the random projection in which the coreset is chosen; 0: none.'),
  ...whiteningParams,
};
/** {@link memoryBankParams} with their defaults filled in. */
export type MemoryBankParams = z.output<z.ZodObject<typeof memoryBankParams>>;

/** What {@link trainMemoryBank} reports. */
export function memoryBankStages({ whitening }: Pick<MemoryBankParams, 'whitening'>): TrainingStage[] {
  return [
    ...(whitening > 0 ? [{ name: whiteningStage, weight: 0.5 }] : []),
    { name: 'feature-extraction', weight: 1 },
    { name: 'memory-bank', weight: 3 },
  ];
}

/** A memory bank with what it was made of. */
export interface TrainedMemoryBank {
  bank: MemoryBank;
  /** f^ of the normal images, in their order. */
  features: HostTensor[];
  /** Of all features; undefined where they stay as they are. */
  whitening: Whitening | undefined;
  /** For further images; the caller disposes it. */
  stage: FeatureStage;
}

/** Extracts the features of all normal images and keeps a coreset of them (Eq. 1-4). */
export async function trainMemoryBank(context: TrainingContext<MemoryBankParams>): Promise<TrainedMemoryBank> {
  const { params, compute, steps } = context;
  const whitening = await bankWhitening(context);
  const stage = await createFeatureStage(context, whitening);
  const features = await extractTrainingFeatures(stage, context);
  const bank = await buildMemoryBank(features, {
    ratio: params.coresetRatio,
    projection: params.coresetProjection,
    compute,
    random: steps.random.fork(),
    signal: steps.signal,
    onProgress: (step, totalSteps) => steps.report({ stage: 'memory-bank', step, totalSteps }),
  });
  return { bank, features, whitening, stage };
}

/** A memory bank as part of a detector's state. */
export function memoryBankState(
  { bank, whitening }: Pick<TrainedMemoryBank, 'bank' | 'whitening'>,
  images: TrainingContext<unknown>['normalImages'],
): DetectorState {
  const { vectors, sources, places, directions } = bank;
  return {
    tensors: {
      [vectorsName]: vectors,
      ...(directions && { [directionsName]: directions }),
      [sourcesName]: hostTensor(sources, [sources.length]),
      [placesName]: hostTensor(places, [places.length]),
      ...(whitening && whiteningTensors(whitening)),
    },
    metadata: { imageIds: images.map((image) => image.id) },
  };
}

/** A memory bank inside a tensor function. */
export interface BankTensors {
  /** `[m, d_f]`. */
  vectors: Tensor2D;
  /** `[m]`: see `sourcePenalty`. */
  penalty: Tensor1D;
  /** Undefined in a bank that is searched at once: see `principalDirections`. */
  directions: Tensor2D | undefined;
  /** Undefined where features stay as they are. */
  whitening: WhiteningTensors | undefined;
}

/**
 * A prediction graph on the memory bank of a state.
 * @param predict tensor function: image `[1, size, size, 3]`, the bank, and the state's tensors.
 */
export function bankGraph(
  state: DetectorState,
  predict: (image: Tensor4D, bank: BankTensors, tensors: NamedTensors) => PredictedTensors,
): PredictionGraph {
  const numbers = (name: string) => state.tensors[name]?.data as Int32Array | undefined;
  const [sources, places] = [numbers(sourcesName)!, numbers(placesName)];
  const imageIds = state.metadata['imageIds'] as string[];
  return stateGraph(state, {
    predict: (image, tensors, penalty) => {
      const vectors = tensors[vectorsName] as Tensor2D;
      const directions = tensors[directionsName] as Tensor2D | undefined;
      const whitening = whiteningIn(tensors);
      return predict(image, { vectors, penalty: penalty as Tensor1D, directions, whitening }, tensors);
    },
    beside: [sourcesName, placesName],
    leaveOut: (trainingImageId) => {
      const source = trainingImageId === undefined ? -1 : imageIds.indexOf(trainingImageId);
      return sourcePenalty(sources, source < 0 ? undefined : source);
    },
    // Banks made before places were kept have none.
    ...(places && { originOf: (row: number) => ({ imageId: imageIds[sources[row]!]!, place: places[row]! }) }),
  });
}

const vectorsName = 'memory-bank.vectors';
const directionsName = 'memory-bank.directions';
const sourcesName = 'memory-bank.sources';
const placesName = 'memory-bank.places';
