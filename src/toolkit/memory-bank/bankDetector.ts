import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type {
  DetectorState,
  PredictionContext,
  Predictor,
  Problem,
  DetectorChoices,
  TrainingContext,
} from '../../plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { featureDimensionProblems } from '../features/featureDimension.js';
import { extractTrainingFeatures } from '../features/extractTrainingFeatures.js';
import { createFeatureStage, hyperColumnKinds, imageTensor, type FeatureStage } from '../features/featureStage.js';
import { buildMemoryBank, sourcePenalty, type MemoryBank } from './memoryBank.js';

/** Parameters that every detector with a memory bank has. */
export const memoryBankParams = {
  hyperColumn: z.enum(hyperColumnKinds).default('plain').describe('Order of pooling and concatenating the layers.'),
  coresetProjection: z
    .int()
    .min(0)
    .max(4096)
    .default(128)
    .describe('Dimensions of the random projection in which the coreset is chosen; 0: none.'),
};
export type MemoryBankParams = z.output<z.ZodObject<typeof memoryBankParams>>;

/** Problems of the choices that every detector with a memory bank has. */
export function memoryBankProblems(choices: DetectorChoices<MemoryBankParams>): Problem[] {
  return featureDimensionProblems(choices, choices.params.hyperColumn);
}

export interface TrainedMemoryBank {
  bank: MemoryBank;
  /** f^ of the normal images, in their order. */
  features: HostTensor[];
  /** For further images; the caller disposes it. */
  stage: FeatureStage;
}

/** Extracts the features of all normal images and keeps a coreset of them (Eq. 1-4). */
export async function trainMemoryBank(context: TrainingContext<MemoryBankParams>): Promise<TrainedMemoryBank> {
  const { params, settings, compute, random, signal, report } = context;
  const stage = await createFeatureStage(context, params.hyperColumn);
  const features = await extractTrainingFeatures(stage, context);
  const bank = await buildMemoryBank(features, {
    ratio: settings.coresetRatio,
    projection: params.coresetProjection,
    compute,
    random: random.fork(),
    signal,
    onProgress: (step, totalSteps) => report({ phase: 'memory-bank', step, totalSteps }),
  });
  return { bank, features, stage };
}

/** A memory bank as part of a detector's state. */
export function memoryBankState(bank: MemoryBank, images: TrainingContext<unknown>['normalImages']): DetectorState {
  return {
    tensors: {
      'memory-bank.vectors': bank.vectors,
      'memory-bank.sources': hostTensor(bank.sources, [bank.sources.length]),
    },
    metadata: { imageIds: images.map((image) => image.id) },
  };
}

/**
 * Compiles a prediction with the state's memory bank as a constant.
 * @param predict tensor function: image `[1, size, size, 3]`, bank `[m, d_f]` and its penalty `[m]` to anomaly map
 * `[1, size, size]` and image score `[1]`.
 */
export async function createBankPredictor(
  name: string,
  state: DetectorState,
  { compute, settings: { imageSize } }: PredictionContext<unknown>,
  predict: (image: Tensor4D, bank: Tensor2D, penalty: Tensor1D) => Tensor[],
): Promise<Predictor> {
  const { data, shape } = state.tensors['memory-bank.vectors']!;
  const sources = state.tensors['memory-bank.sources']!.data as Int32Array;
  const imageIds = state.metadata['imageIds'] as string[];
  const bank = tf.tensor2d(data as Float32Array, shape as [number, number]);
  const compiled = await compute.compile(
    name,
    (image, penalty) => tf.tidy(() => predict(image as Tensor4D, bank, penalty as Tensor1D)),
    [{ shape: [1, imageSize, imageSize, 3] }, { shape: [sources.length] }],
  );
  bank.dispose();
  return {
    predict: async (image, trainingImageId) => {
      const source = trainingImageId === undefined ? -1 : imageIds.indexOf(trainingImageId);
      const penalty = sourcePenalty(sources, source < 0 ? undefined : source);
      const [map, score] = await compiled.run([imageTensor(image), penalty]);
      const anomalyMap = { width: imageSize, height: imageSize, data: map!.data as Float32Array };
      return { anomalyMap, anomalyScore: score!.data[0]! };
    },
    dispose: () => compiled.dispose(),
  };
}
