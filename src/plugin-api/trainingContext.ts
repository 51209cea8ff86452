import type { Compute, HostTensor } from '../shared/compute.js';
import type { BinaryMask, BlockGrid, Box, RgbImage } from '../shared/images.js';
import type { RandomSource } from '../shared/random.js';
import type { Supervision, TrainingSettings } from '../shared/training.js';
import type { AugmentationStage, ImageAugmentation, ResidualAugmentation } from './augmentation.js';
import type { FeatureExtractor, FeatureLayer } from './featureExtractor.js';
import type { LossFunction } from './loss.js';
import type { PluginLog } from './plugin.js';

/**
 * What a detector makes use of. What it does not use is refused by name where somebody chooses it, a run records none of it, and
 * the contexts hold none of it.
 */
export interface DetectorUses {
  /** A feature extractor (backbone). */
  features: boolean;
  /** Which stages of augmentations. */
  augmentations: readonly AugmentationStage[];
  /** A loss on token probabilities. */
  loss: boolean;
}

/** Features and nothing else: what most methods use. */
export interface UsesFeatures {
  features: true;
  augmentations: readonly [];
  loss: false;
}

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

/** Where a training is: a step of a stage, and what was measured in it. */
export interface TrainingProgress {
  /** Name of one of the detector's `stages`. */
  stage: string;
  /** 1-based. */
  step: number;
  totalSteps: number;
  metrics?: Readonly<Record<string, number>>;
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

/** How a training goes step by step: its chance, its reports, its checkpoints and its end. Hand it on as it is. */
export interface TrainingSteps {
  /** Seeded; the only source of chance. */
  random: RandomSource;
  /** Aborted when the run is to stop: check it between steps with `signal.throwIfAborted()`, behind {@link checkpoint}. */
  signal: AbortSignal;
  /** Reports progress; cheap, may be called every step. Steps that were reported before an interruption are not told twice. */
  report: (progress: TrainingProgress) => void;
  /**
   * Call it after every step. Calls `save` and stores what it gives when a checkpoint is due: now and then, and when the run
   * is about to stop. A detector that never calls it starts anew after an interruption.
   * @throws ProblemError STORAGE_FULL.
   */
  checkpoint: (save: () => DetectorCheckpoint | Promise<DetectorCheckpoint>) => Promise<void>;
  /**
   * Where an interrupted training goes on, made by this detector in this run; undefined at its beginning. What comes before
   * the steps is the same for the same seed and may be computed again. A resumed training must give the same bits.
   */
  resumeFrom: DetectorCheckpoint | undefined;
}

interface PredictionParts<Params> {
  params: Params;
  settings: TrainingSettings;
  compute: Compute;
  log: PluginLog;
}

/** Features of a run, for a detector that uses them. */
export interface FeatureParts {
  featureExtractor: FeatureExtractor;
  featureLayers: readonly FeatureLayer[];
}

interface TrainingParts {
  supervision: Supervision;
  normalImages: readonly TrainingImage[];
  /** Empty for UNSUPERVISED. */
  anomalousImages: readonly TrainingImage[];
  /** State to continue from (fine-tuning), made by the same detector; always undefined where it does not continue. */
  startFrom: DetectorState | undefined;
  steps: TrainingSteps;
}

/** `Parts` where a detector uses them, otherwise nothing. */
type Where<Used extends boolean, Parts> = Used extends true ? Parts : unknown;
/** Of a detector of which only that it is one is known: false. */
type Has<Stage extends AugmentationStage, Uses extends DetectorUses> = number extends Uses['augmentations']['length']
  ? false
  : Stage extends Uses['augmentations'][number]
    ? true
    : false;

/** What both training and prediction are given: features only where the detector uses them. */
export type PredictionContext<Params, Uses extends DetectorUses = UsesFeatures> = PredictionParts<Params> &
  Where<Uses['features'], FeatureParts>;

/**
 * What a training is given: everything it may depend on, so that the same context gives the same state. Augmentations and the loss
 * are there where the detector uses them.
 */
export type TrainingContext<Params, Uses extends DetectorUses = UsesFeatures> = PredictionContext<Params, Uses> &
  TrainingParts &
  Where<Has<'image', Uses>, { imageAugmentations: readonly ImageAugmentation[] }> &
  Where<Has<'residual', Uses>, { residualAugmentations: readonly ResidualAugmentation[] }> &
  Where<Uses['loss'], { loss: LossFunction }>;
