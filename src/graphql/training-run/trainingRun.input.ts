import { Field, ID, InputType, Int } from 'type-graphql';
import type { AnnotationKind } from '../../services/records.js';
import type { NeededDevice } from '../../shared/devices.js';
import type { Supervision, TrainingSettings } from '../../shared/training.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { NeededDeviceEnum } from '../job/job.type.js';
import { PluginChoiceInput } from '../plugin/plugin.type.js';
import { SupervisionEnum, TrainingSettingsInput } from './trainingSettings.type.js';

@InputType({ description: 'A training to start. What is left out comes from the preset.' })
export class StartTrainingInput {
  @Field(() => ID, { description: 'What to train on.' })
  snapshotId: string;

  @Field(() => String, { description: 'The model that gets the new version; made when it does not exist.' })
  modelName: string;

  @Field(() => SupervisionEnum, { description: 'What the training may read.' })
  supervision: Supervision;

  @Field(() => String, {
    nullable: true,
    description: "A name of `trainingPresets`; the server's default when left out.",
  })
  preset?: string | null;

  @Field(() => AnnotationKindEnum, {
    nullable: true,
    description:
      'Which labels of the anomalous training images are read; SUPERVISED: PIXEL or BLOCK, SEMI_SUPERVISED: BOX.',
  })
  labels?: AnnotationKind | null;

  @Field(() => PluginChoiceInput, {
    nullable: true,
    description: "The detector to train and its parameters; the server's default when left out.",
  })
  detector?: PluginChoiceInput | null;

  @Field(() => PluginChoiceInput, {
    nullable: true,
    description: "The feature extractor to train with; the preset's when left out.",
  })
  featureExtractor?: PluginChoiceInput | null;

  @Field(() => [PluginChoiceInput], {
    nullable: true,
    description: "Instead of the preset's augmentations; empty for none.",
  })
  augmentations?: PluginChoiceInput[] | null;

  @Field(() => PluginChoiceInput, {
    nullable: true,
    description: "The loss to train with; the preset's when left out.",
  })
  loss?: PluginChoiceInput | null;

  @Field(() => TrainingSettingsInput, { nullable: true, description: 'Settings to change.' })
  settings?: Partial<TrainingSettings> | null;

  @Field(() => Int, { nullable: true, description: 'Start of every random number; 0 when left out.' })
  seed?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Fine-tune from this version (the semi-supervised setting starts from the unsupervised model).',
  })
  fromModelVersionId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Train although the same bytes are in TRAIN and TEST; false when left out.',
  })
  allowLeakage?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same key with the same input gives the same run, however often it is sent.',
  })
  idempotencyKey?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Among jobs that wait, those of a higher priority are taken first, then the oldest; 0 when left out.',
  })
  priority?: number | null;

  @Field(() => NeededDeviceEnum, {
    nullable: true,
    description:
      'Only workers that compute on it take the job; ANY when left out. `server { workers }` lists what there is.',
  })
  device?: NeededDevice | null;
}
