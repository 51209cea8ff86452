import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Supervision } from '../../shared/training.js';
import { Job } from '../job/job.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { PluginChoice } from '../plugin/plugin.type.js';
import { DateTime, JsonObject } from '../scalars.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { Payload } from '../user-error/userError.type.js';
import { SupervisionEnum, TrainingSettings } from './trainingSettings.type.js';

@ObjectType({ description: 'A metric at one step.' })
export class MetricPoint {
  @Field(() => String, {
    description: 'What the training was at, e.g. `pre-training`; each stage counts its own steps.',
  })
  stage: string;

  @Field(() => Int, { description: 'The step it was measured at.' })
  step: number;

  @Field(() => Float, { description: 'The value measured.' })
  value: number;

  @Field(() => DateTime, { description: 'When it was measured.' })
  at: Date;
}

@ObjectType({ description: 'A file of weights or a network that a training uses; the server keeps it with the run.' })
export class ModelFile {
  @Field(() => String, { description: 'Its name in the models folder, or its address.' })
  source: string;

  @Field(() => String, { description: 'sha256 of its bytes, hexadecimal.' })
  sha256: string;

  @Field(() => Float, { description: 'Its size, bytes.' })
  bytes: number;
}

@ObjectType({ implements: [Node, Job], description: 'The training of one model version.' })
export class TrainingRun extends Job {
  @Field(() => Snapshot, { description: 'What it trains on.' })
  snapshot: Snapshot;

  @Field(() => SupervisionEnum, { description: 'Which labels it reads.' })
  supervision: Supervision;

  @Field(() => Int, { description: 'Start of every random number: the same seed gives the same model.' })
  seed: number;

  @Field(() => String, { nullable: true, description: 'Where its settings came from.' })
  preset: string | null;

  @Field(() => PluginChoice, { description: 'The detector it trains.' })
  detector: PluginChoice;

  @Field(() => PluginChoice, {
    nullable: true,
    description: 'What turns images into features; null for detectors that use none.',
  })
  featureExtractor: PluginChoice | null;

  @Field(() => [ModelFile], {
    description:
      'Files that its feature extractor reads. Those that the server did not have at the start are listed once a worker has read them.',
  })
  modelFiles: readonly ModelFile[];

  @Field(() => [PluginChoice], { description: 'What varies images and residuals, in order.' })
  augmentations: PluginChoice[];

  @Field(() => String, {
    nullable: true,
    description:
      'sha256 of the names and contents of the textures that its augmentations take from folders of the server; null where they take none.',
  })
  texturesDigest: string | null;

  @Field(() => PluginChoice, { nullable: true, description: 'The loss; null for detectors without one.' })
  loss: PluginChoice | null;

  @Field(() => TrainingSettings, { description: 'What every training has; all else is in `detector.params`.' })
  settings: TrainingSettings;

  @Field(() => JsonObject, {
    description: 'Compute engine, its version, threads and device; empty before the first attempt.',
  })
  environment: object;

  @Field(() => ModelVersion, { nullable: true, description: 'What it made; null before it has completed.' })
  modelVersion: object | null;
}

@ObjectType({ description: 'Answer of `startTraining`.' })
export class StartTrainingPayload extends Payload {
  @Field(() => TrainingRun, { nullable: true, description: 'The run; null when there are problems.' })
  run?: object;
}
