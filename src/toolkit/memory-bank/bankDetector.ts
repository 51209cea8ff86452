import * as tf from '@tensorflow/tfjs-core';
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
import type { RgbImage } from '../../shared/images.js';
import { extractTrainingFeatures } from '../features/extractTrainingFeatures.js';
import { hyperColumnParams } from '../features/featureParams.js';
import { createFeatureStage, type FeatureStage } from '../features/featureStage.js';
import { coarseContext, fineParams } from '../features/fineLayers.js';
import { stateGraph } from '../prediction/stateGraph.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import type { Whitening, WhiteningTensors } from '../features/whitening.js';
import { bankWhitening, whiteningIn, whiteningParams, whiteningStage, whiteningTensors } from './bankWhitening.js';
import { finePrefix, trainFineBank, type FineBank } from './fineBank.js';
import { buildMemoryBank, JoinedFeatures, sourcePenalty, type MemoryBank } from './memoryBank.js';

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
  ...fineParams,
};
/** {@link memoryBankParams} with their defaults filled in. */
export type MemoryBankParams = z.output<z.ZodObject<typeof memoryBankParams>>;

/** What {@link trainMemoryBank} reports. */
export function memoryBankStages({
  whitening,
  fineLayers,
}: Pick<MemoryBankParams, 'whitening' | 'fineLayers'>): TrainingStage[] {
  const stages = [
    ...(whitening > 0 ? [{ name: whiteningStage, weight: 0.5 }] : []),
    { name: 'feature-extraction', weight: 1 },
  ];
  const fine = [...stages, { name: 'memory-bank', weight: 0.5 }];
  return [
    ...stages,
    { name: 'memory-bank', weight: 3 },
    ...(fineLayers > 0 ? fine.map(({ name, weight }) => ({ name: `${finePrefix}${name}`, weight })) : []),
  ];
}

/** A memory bank with what it was made of. */
export interface TrainedMemoryBank {
  bank: MemoryBank;
  /** f^ of the normal images, in their order. */
  features: HostTensor[];
  /** Of all features; undefined where they stay as they are. */
  whitening: Whitening | undefined;
  /** For further images. */
  stage: FeatureStage;
  /** Undefined where no layers are fine. */
  fine: FineBank | undefined;
  /** Of the stages. */
  dispose: () => Promise<void>;
}

/** Extracts the features of all normal images and keeps a coreset of them (Eq. 1-4); beside it, one of the fine layers. */
export async function trainMemoryBank(whole: TrainingContext<MemoryBankParams>): Promise<TrainedMemoryBank> {
  const context = coarseContext(whole);
  const { params, compute, steps } = context;
  const whitening = await bankWhitening(context);
  const stage = await createFeatureStage(context, whitening);
  const choice = { projection: params.coresetProjection, compute };
  const joined = new JoinedFeatures([whole.normalImages.length, stage.grid ** 2, stage.channels], choice);
  const extract = async (image: RgbImage) => joined.add(await stage.extract(image));
  const features = await extractTrainingFeatures({ extract }, context);
  const bank = await buildMemoryBank(joined.all, {
    ...choice,
    ratio: params.coresetRatio,
    random: steps.random.fork(),
    signal: steps.signal,
    onProgress: (step, totalSteps) => steps.report({ stage: 'memory-bank', step, totalSteps }),
  });
  const fine = params.fineLayers > 0 ? await trainFineBank({ ...whole, startFrom: startOfFine(whole) }) : undefined;
  const dispose = async () => void (await Promise.all([stage.dispose(), fine?.stage.dispose()]));
  return { bank, features, whitening, stage, fine, dispose };
}

/** What a fine bank goes on from: its own tensors of the state. */
function startOfFine({ startFrom }: TrainingContext<MemoryBankParams>): DetectorState | undefined {
  return startFrom && { ...startFrom, tensors: withoutPrefix(startFrom.tensors) };
}

/** A memory bank as part of a detector's state. */
export function memoryBankState(
  { bank, whitening, fine }: Pick<TrainedMemoryBank, 'bank' | 'whitening'> & Partial<Pick<TrainedMemoryBank, 'fine'>>,
  images: TrainingContext<unknown>['normalImages'],
): DetectorState {
  const { sources, places } = bank;
  const ofFine = fine
    ? { ...vectorTensors(fine), [sourcesName]: hostTensor(fine.bank.sources, [fine.bank.sources.length]) }
    : {};
  return {
    tensors: {
      ...vectorTensors({ bank, whitening }),
      [sourcesName]: hostTensor(sources, [sources.length]),
      [placesName]: hostTensor(places, [places.length]),
      ...Object.fromEntries(Object.entries(ofFine).map(([name, value]) => [`${finePrefix}${name}`, value])),
    },
    metadata: { imageIds: images.map((image) => image.id) },
  };
}

function vectorTensors({ bank, whitening }: Pick<FineBank, 'bank' | 'whitening'>): Record<string, HostTensor> {
  return {
    [vectorsName]: bank.vectors,
    ...(bank.directions && { [directionsName]: bank.directions }),
    ...(whitening && whiteningTensors(whitening)),
  };
}

/** The tensors of a fine bank by the names of any bank's. */
function withoutPrefix<T>(tensors: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(finePrefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(finePrefix.length), value]));
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
  /** That of the fine layers, where there are any. */
  fine?: BankTensors | undefined;
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
  const fineSources = numbers(`${finePrefix}${sourcesName}`);
  const imageIds = state.metadata['imageIds'] as string[];
  return stateGraph(state, {
    predict: (image, tensors, penalty) => predict(image, bankIn(tensors, penalty as Tensor1D, !!fineSources), tensors),
    beside: [sourcesName, placesName, `${finePrefix}${sourcesName}`],
    leaveOut: (trainingImageId) => {
      const found = trainingImageId === undefined ? -1 : imageIds.indexOf(trainingImageId);
      const source = found < 0 ? undefined : found;
      const own = sourcePenalty(sources, source);
      if (!fineSources) return own;
      const both = new Float32Array(sources.length + fineSources.length);
      both.set(own.data);
      both.set(sourcePenalty(fineSources, source).data, sources.length);
      return hostTensor(both, [both.length]);
    },
    // Banks made before places were kept have none.
    ...(places && { originOf: (row: number) => ({ imageId: imageIds[sources[row]!]!, place: places[row]! }) }),
  });
}

/** @param penalty of all vectors, those of the fine bank last. */
function bankIn(tensors: NamedTensors, penalty: Tensor1D, hasFine: boolean): BankTensors {
  const named = (prefix: string, own: Tensor1D): BankTensors => ({
    vectors: tensors[`${prefix}${vectorsName}`] as Tensor2D,
    directions: tensors[`${prefix}${directionsName}`] as Tensor2D | undefined,
    whitening: whiteningIn(tensors, prefix),
    penalty: own,
  });
  if (!hasFine) return named('', penalty);
  const count = tensors[vectorsName]!.shape[0];
  const [own, ofFine] = tf.split<Tensor1D>(penalty, [count, penalty.shape[0] - count]);
  return { ...named('', own!), fine: named(finePrefix, ofFine!) };
}

const vectorsName = 'memory-bank.vectors';
const directionsName = 'memory-bank.directions';
const sourcesName = 'memory-bank.sources';
const placesName = 'memory-bank.places';
