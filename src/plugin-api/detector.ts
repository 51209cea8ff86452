import type { z } from 'zod';
import type { Compute, HostTensor } from '../shared/compute.js';
import type { Problem } from '../shared/errors.js';
import type { BinaryMask, BlockGrid, Box, RgbImage } from '../shared/images.js';
import type { RandomSource } from '../shared/random.js';
import type { Supervision, TrainingSettings } from '../shared/training.js';
import type { ImageAugmentation, ResidualAugmentation } from './augmentation.js';
import type { FeatureExtractor, FeatureLayer } from './featureExtractor.js';
import type { LossFunction } from './loss.js';
import type { PluginDescription, PluginLog } from './plugin.js';
import { compilePrediction, type PredictionGraph } from './predictionGraph.js';
import type { Predictor } from './predictor.js';

/**
 * A training image. Pixels are loaded when asked for, scaled to `imageSize` x `imageSize`. An anomalous one has labels of the
 * one kind that the run reads.
 */
export interface TrainingImage {
  id: string;
  filename: string;
  load(): Promise<RgbImage>;
  /** Pixel mask scaled to `imageSize` by nearest neighbour. */
  loadMask?: () => Promise<BinaryMask>;
  /** Block labels, in pixels of the scaled image. */
  blocks?: BlockGrid;
  /** Boxes, in pixels of the scaled image. */
  boxes?: readonly Box[];
}

/** Where a training is: a step of a phase, and what was measured in it. */
export interface TrainingProgress {
  /** `feature-extraction`, `memory-bank`, `training`, … */
  phase: string;
  /** 1-based. */
  step: number;
  totalSteps: number;
  metrics?: Readonly<Record<string, number>>;
}

/** What both training and prediction are given. */
export interface PredictionContext<Params> {
  params: Params;
  settings: TrainingSettings;
  compute: Compute;
  featureExtractor: FeatureExtractor;
  featureLayers: readonly FeatureLayer[];
  log: PluginLog;
}

/** What a training is given: everything it may depend on, so that the same context gives the same state. */
export interface TrainingContext<Params> extends PredictionContext<Params> {
  supervision: Supervision;
  /** Seeded; the only source of chance. */
  random: RandomSource;
  normalImages: readonly TrainingImage[];
  /** Empty for UNSUPERVISED. */
  anomalousImages: readonly TrainingImage[];
  imageAugmentations: readonly ImageAugmentation[];
  residualAugmentations: readonly ResidualAugmentation[];
  loss: LossFunction | undefined;
  /** State to continue from (fine-tuning), made by the same detector. */
  startFrom: DetectorState | undefined;
  /**
   * Where an interrupted training goes on, made by this detector in this run; undefined at its beginning. What comes before
   * the steps is the same for the same seed and may be computed again. A resumed training must give the same bits.
   */
  resumeFrom: DetectorCheckpoint | undefined;
  /** Reports progress; cheap, may be called every step. Steps that were reported before an interruption are not told twice. */
  report: (progress: TrainingProgress) => void;
  /**
   * Call it after every step. Calls `save` and stores what it gives when a checkpoint is due: now and then, and when the run
   * is about to stop. A detector that never calls it starts anew after an interruption.
   * @throws ProblemError STORAGE_FULL.
   */
  checkpoint: (save: () => DetectorCheckpoint) => Promise<void>;
  /** Aborted when the run is to stop: check it between steps with `signal.throwIfAborted()`, behind {@link checkpoint}. */
  signal: AbortSignal;
}

/** A trained detector: what `load` needs to predict, and `train` to continue. Stored as one content-addressed artifact. */
export interface DetectorState {
  tensors: Readonly<Record<string, HostTensor>>;
  /** JSON values. */
  metadata: Readonly<Record<string, unknown>>;
}

/**
 * A training between two steps: all that its next steps depend on, moments of the optimiser and states of random sources
 * (`RandomSource.snapshot()`) included. Read before `checkpoint` resolves, so arrays may be used again afterwards.
 */
export interface DetectorCheckpoint extends DetectorState {
  /** Steps done. */
  step: number;
}

/** What a detector is asked to train with. */
export interface DetectorChoices<Params> {
  settings: TrainingSettings;
  params: Params;
  supervision: Supervision;
  featureLayers: readonly FeatureLayer[];
  /** How many augmentations of each stage. */
  augmentations: Readonly<Record<'image' | 'residual', number>>;
  /** What the model version to continue from was trained with, by the same detector. */
  startFrom?: { settings: TrainingSettings; params: Params } | undefined;
}

/** A whole method: trains on normal images (and labels, where it reads them) and predicts anomaly maps and scores. */
export interface DetectorPlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'detector';
  supervisions: readonly Supervision[];
  /** false: a choice of loss or of residual augmentations is refused as meaningless. */
  usesLoss: boolean;
  usesAugmentations: boolean;
  /** Problems in the combination of choices, before anything starts; `field` relative to the run's input. */
  check(choices: DetectorChoices<z.output<Params>>): Problem[];
  train(context: TrainingContext<z.output<Params>>): Promise<DetectorState>;
  load(state: DetectorState, context: PredictionContext<z.output<Params>>): Promise<Predictor>;
  /**
   * The whole prediction as one tensor function. Only a detector that has it can be exported as an ONNX file.
   * @throws Error when the state is not this detector's.
   */
  predictionGraph?(state: DetectorState, context: PredictionContext<z.output<Params>>): PredictionGraph;
}

type Declared<Params extends z.ZodObject> = Omit<DetectorPlugin<Params>, 'kind'>;

/** Declares a whole detector. With a `predictionGraph` it needs no `load`: predictions then run the graph. */
export function defineDetector<Params extends z.ZodObject>(
  plugin: Declared<Params> | (Omit<Declared<Params>, 'load'> & Required<Pick<Declared<Params>, 'predictionGraph'>>),
): DetectorPlugin<Params> {
  const { id, predictionGraph } = plugin;
  const load: DetectorPlugin<Params>['load'] = (state, context) =>
    compilePrediction(id, predictionGraph!(state, context), context);
  return { kind: 'detector', load, ...plugin };
}
