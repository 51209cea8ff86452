import { ArgsType, Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import {
  sweepEnds,
  sweepMetrics,
  sweepStates,
  trialStates,
  type AnnotationKind,
  type SweepMetric,
  type SweepState,
} from '../../services/records.js';
import type { NeededDevice } from '../../shared/devices.js';
import type { Supervision, TrainingSettings } from '../../shared/training.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { PageArgs } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { NeededDeviceEnum } from '../job/job.type.js';
import { PluginChoiceInput } from '../plugin/plugin.type.js';
import { JsonObject } from '../scalars.js';
import { SupervisionEnum, TrainingSettingsInput } from '../training-run/trainingSettings.type.js';

export const SweepStateEnum = enumOf(sweepStates);
registerEnumType(SweepStateEnum, { name: 'SweepState', description: 'Whether a sweep goes on.' });

export const SweepEndEnum = enumOf(sweepEnds);
registerEnumType(SweepEndEnum, {
  name: 'SweepEnd',
  description: 'Why a sweep is over: all was tried, its minutes were used, or somebody cancelled it.',
});

export const SweepMetricEnum = enumOf(sweepMetrics);
registerEnumType(SweepMetricEnum, {
  name: 'SweepMetric',
  description: 'What trials of a sweep are judged by, on the validation split.',
});

export const TrialStateEnum = enumOf(trialStates);
registerEnumType(TrialStateEnum, {
  name: 'SweepTrialState',
  description: 'How far a trial of a sweep is; SKIPPED: the sweep ended before.',
});

@InputType({
  description: 'A method that a sweep tries; parameters that are left out come from the preset of its detector.',
})
export class SweepDetectorInput extends PluginChoiceInput {
  @Field(() => SupervisionEnum, {
    nullable: true,
    description: 'What its trainings may read, of what the detector trains; that of the sweep when left out.',
  })
  supervision?: Supervision | null;
}

@InputType({ description: 'A search for a better method, or for better parameters of one.' })
export class StartSweepInput {
  @Field(() => ID, { description: 'What to train on; its VALIDATION split needs normal and anomalous images.' })
  snapshotId: string;

  @Field(() => String, { description: 'The model that gets the versions of the trials; made when it does not exist.' })
  modelName: string;

  @Field(() => SupervisionEnum, { description: 'What the trainings may read.' })
  supervision: Supervision;

  @Field(() => String, {
    nullable: true,
    description: "A name of `trainingPresets`; the server's default when left out.",
  })
  preset?: string | null;

  @Field(() => AnnotationKindEnum, {
    nullable: true,
    description:
      'Which labels are read, as in `startTraining`; of `detectors` with a supervision of their own by those that read them.',
  })
  labels?: AnnotationKind | null;

  @Field(() => PluginChoiceInput, {
    nullable: true,
    description:
      'The detector of `space`, with parameters that stay as they are given; the default when left out. Not with `detectors`.',
  })
  detector?: PluginChoiceInput | null;

  @Field(() => PluginChoiceInput, { nullable: true, description: "The feature extractor; the preset's when left out." })
  featureExtractor?: PluginChoiceInput | null;

  @Field(() => TrainingSettingsInput, { nullable: true, description: 'Settings to change.' })
  settings?: Partial<TrainingSettings> | null;

  @Field(() => NeededDeviceEnum, { nullable: true, description: 'Only workers that compute on it take the jobs.' })
  device?: NeededDevice | null;

  @Field(() => Int, { nullable: true, description: 'Priority of its jobs; 0 when left out.' })
  priority?: number | null;

  @Field(() => [SweepDetectorInput], {
    nullable: true,
    description:
      'Methods to compare, 2 to 32; the others are compared with the first. They take their turns in this order, so name the quick ones first. Not with `space`.',
  })
  detectors?: SweepDetectorInput[] | null;

  @Field(() => JsonObject, {
    nullable: true,
    description:
      'Values to try of parameters of the detector, by name, groups by dots: `{"neighbours": [1, 3], "pretraining.steps": [100, 300]}`. Every combination is tried, at most 63, and the parameters as they are.',
  })
  space?: Record<string, unknown> | null;

  @Field(() => [Int], {
    defaultValue: [0, 1, 2],
    description: 'Each candidate is tried with each of these, 1 to 10.',
  })
  seeds: number[];

  @Field(() => SweepMetricEnum, { defaultValue: 'IMAGE_AUROC', description: 'What trials are judged by.' })
  metric: SweepMetric;

  @Field(() => Int, { description: 'Minutes after which the sweep ends, whatever was tried; 1 to 10,080.' })
  budgetMinutes: number;
}

@InputType({ description: 'A sweep that shall end.' })
export class CancelSweepInput {
  @Field(() => ID, { description: 'Id of the sweep, which must be RUNNING.' })
  sweepId: string;
}

@ArgsType()
export class SweepsArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => SweepStateEnum, { nullable: true, description: 'Only those in this state.' })
  state?: SweepState | null;
}
