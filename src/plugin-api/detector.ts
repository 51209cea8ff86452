import type { z } from 'zod';
import type { Problem } from '../shared/errors.js';
import type { Supervision, TrainingSettings } from '../shared/training.js';
import type { AugmentationStage } from './augmentation.js';
import type { PluginDescription } from './plugin.js';
import { compilePrediction, type PredictionGraph } from './predictionGraph.js';
import type { Predictor } from './predictor.js';
import type { DetectorPreset } from './preset.js';
import type {
  DetectorState,
  DetectorUses,
  FeatureParts,
  PredictionContext,
  TrainingContext,
  UsesFeatures,
} from './trainingContext.js';

/** What a detector is asked to train with. */
export type DetectorChoices<Params, Uses extends DetectorUses = UsesFeatures> = {
  settings: TrainingSettings;
  params: Params;
  supervision: Supervision;
  /** How many augmentations of each stage. */
  augmentations: Readonly<Record<AugmentationStage, number>>;
  /** What the model version to continue from was trained with, by the same detector. */
  startFrom?: { settings: TrainingSettings; params: Params } | undefined;
} & (Uses['features'] extends true ? Pick<FeatureParts, 'featureLayers'> : unknown);

/** What open parameters are fitted to. */
export type ParamsToFit<Params, Uses extends DetectorUses = UsesFeatures> = {
  params: Params;
} & (Uses['features'] extends true ? Pick<FeatureParts, 'featureLayers'> : unknown);

/** A part of a training, as its reports name it. */
export interface TrainingStage {
  /** `feature-extraction`, `memory-bank`, `training`, … */
  name: string;
  /** Its rough share of the training's time, over the sum of all. */
  weight: number;
}

/** What the stages of a training may depend on. */
export interface StageChoices<Params> {
  params: Params;
  supervision: Supervision;
  /** Whether it goes on from a model version. */
  continuing: boolean;
}

/** The blocks that labels become, and the shares of a block's pixels that decide on its label (Eq. 14, 15). */
export interface BlockLabelling {
  /** Side of a block, pixels of the scaled image. */
  side: number;
  anomalousBlockThreshold: number;
  normalBlockThreshold: number;
  unknownBlockThreshold: number;
}

/** A whole method: trains on normal images (and labels, where it reads them) and predicts anomaly maps and scores. */
export interface DetectorPlugin<
  Params extends z.ZodObject,
  Uses extends DetectorUses = DetectorUses,
> extends PluginDescription<Params> {
  kind: 'detector';
  supervisions: readonly Supervision[];
  uses: Uses;
  /** Whether a training can go on from a model version of its own. Otherwise that is refused. */
  continues: boolean;
  /** Parameters whose smaller values take less memory, what helps most first: what is told of a training that does not fit. */
  memoryParams?: readonly string[];
  /** The stages of a training in their order: what its progress is reckoned by, so that it moves evenly from 0 to 1. */
  stages(choices: StageChoices<z.output<Params>>): readonly TrainingStage[];
  /** Layout and meaning of its states; 1 when left out. Raise it together with a reader of the version before. */
  stateVersion?: number;
  /**
   * Makes a state of an older version, which is the key, one of the next version: models that were trained then go on predicting.
   * Without a reader they are refused with MODEL_FORMAT_UNSUPPORTED.
   */
  stateReaders?: Readonly<Record<number, (state: DetectorState) => DetectorState>>;
  /** Starting points, so that nobody has to know the method's parameters. */
  presets?: readonly DetectorPreset<z.input<Params>>[];
  /**
   * The blocks that a training with labels turns them into, so that labels of which none would be left are refused before. Left
   * out, or undefined for these choices: it reads labels of pixels or of whole images.
   */
  blockLabels?(choices: DetectorChoices<z.output<Params>, Uses>): BlockLabelling | undefined;
  /**
   * Values of parameters whose preset or default does not fit the features. They hold where the caller gave none, and are what the
   * run records. A parameter that the caller gave stays as it is, for `check` to judge.
   */
  fitParams?(choices: ParamsToFit<z.output<Params>, Uses>): Partial<z.input<Params>>;
  /** Problems in the combination of choices, before anything starts; `field` relative to the run's input. */
  check(choices: DetectorChoices<z.output<Params>, Uses>): Problem[];
  train(context: TrainingContext<z.output<Params>, Uses>): Promise<DetectorState>;
  load(state: DetectorState, context: PredictionContext<z.output<Params>, Uses>): Promise<Predictor>;
  /**
   * The whole prediction as one tensor function. Only a detector that has it can be exported as an ONNX file.
   * @throws Error when the state is not this detector's.
   */
  predictionGraph?(state: DetectorState, context: PredictionContext<z.output<Params>, Uses>): PredictionGraph;
}

type Declared<Params extends z.ZodObject, Uses extends DetectorUses> = Omit<DetectorPlugin<Params, Uses>, 'kind'>;

/** Declares a whole detector. With a `predictionGraph` it needs no `load`: predictions then run the graph. */
export function defineDetector<Params extends z.ZodObject, const Uses extends DetectorUses>(
  plugin:
    | Declared<Params, Uses>
    | (Omit<Declared<Params, Uses>, 'load'> & Required<Pick<Declared<Params, Uses>, 'predictionGraph'>>),
): DetectorPlugin<Params, Uses> {
  const { id, predictionGraph } = plugin;
  const load: DetectorPlugin<Params, Uses>['load'] = (state, context) =>
    compilePrediction(id, predictionGraph!(state, context), context);
  return { kind: 'detector', load, ...plugin };
}
