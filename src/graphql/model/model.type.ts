import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Supervision } from '../../shared/training.js';
import { AnnotationCost } from '../annotation/annotation.type.js';
import { connectionOf } from '../connection/connection.type.js';
import { Node } from '../node/node.type.js';
import { Project } from '../project/project.type.js';
import { DateTime } from '../scalars.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { SupervisionEnum } from '../training-run/trainingSettings.type.js';
import { ThresholdPolicy } from '../threshold-policy/thresholdPolicy.type.js';
import { TrainingRun } from '../training-run/trainingRun.type.js';
import { Payload, UserError } from '../user-error/userError.type.js';

@ObjectType({ implements: Node, description: 'A name under which trainings put their versions.' })
export class Model {
  @Field(() => String, { description: 'Unique in its project.' })
  name: string;

  @Field(() => Project, { description: 'The project it belongs to.' })
  project: Project;

  @Field(() => [ModelAlias], { description: 'Its aliases, by name.' })
  aliases: object[];
}

@ObjectType({
  description: 'One line of the alias log: an alias was set, moved or removed. Lines are only ever added.',
})
export class ModelAliasMove {
  @Field(() => Int, { description: '1, 2, 3 … per model, in the order the moves took effect.' })
  seq: number;

  @Field(() => String, { description: 'Name of the alias.' })
  alias: string;

  @Field(() => Int, { nullable: true, description: 'Number of the version it pointed at; null when it was new.' })
  fromVersion: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of the version it points at now; null when it was removed.',
  })
  toVersion: number | null;

  @Field(() => String, { nullable: true, description: 'Who moved it, as the caller said; null when nobody was named.' })
  author: string | null;

  @Field(() => DateTime, { description: 'When the alias was moved.' })
  at: Date;
}

@ObjectType({ description: 'A name that points at a version and can be moved, e.g. `champion`.' })
export class ModelAlias {
  @Field(() => String, { description: 'Unique within the model.' })
  name: string;

  @Field(() => ModelVersion, { description: 'Where it points.' })
  modelVersion: object;
}

@ObjectType({ description: 'A stored file that can be fetched.' })
export class Artifact {
  @Field(() => String, { description: 'sha256 of its bytes, hexadecimal.' })
  sha256: string;

  @Field(() => Float, { description: 'Size of the file in bytes.' })
  bytes: number;

  @Field(() => String, { description: 'Address of its bytes.' })
  url: string;
}

@ObjectType({ description: 'What a model version is good for with the plugins of this server.' })
export class ModelVersionUse {
  @Field(() => Boolean, { description: 'Whether it can predict, be evaluated and be exported.' })
  predicts: boolean;

  @Field(() => Boolean, { description: 'Whether a training can continue from it; true only when it predicts.' })
  continues: boolean;

  @Field(() => [UserError], { description: 'Why it does not predict; empty when it does.' })
  problems: UserError[];
}

@ObjectType({ implements: Node, description: 'What one training made.' })
export class ModelVersion {
  @Field(() => Model, { description: 'The model it is a version of.' })
  model: Model;

  @Field(() => Int, { description: '1, 2, 3 … per model.' })
  version: number;

  @Field(() => DateTime, { description: 'When the training handed it over.' })
  createdAt: Date;

  @Field(() => TrainingRun, { description: 'The training that made it.' })
  trainingRun: object;

  @Field(() => Snapshot, { description: 'What it was trained on.' })
  snapshot: Snapshot;

  @Field(() => SupervisionEnum, { description: 'Which labels the training read.' })
  supervision: Supervision;

  @Field(() => Artifact, { description: 'Weights and memory bank.' })
  artifact: Artifact;

  @Field(() => [String], { description: 'Aliases that point here, by name.' })
  aliases: string[];

  @Field(() => [String], { description: 'Free words to find it by, sorted.' })
  tags: string[];

  @Field(() => [AnnotationCost], { description: 'What its labels cost: images labelled and seconds spent.' })
  labelCost: AnnotationCost[];

  @Field(() => Float, { nullable: true, description: 'An image with this anomaly score or more counts as anomalous.' })
  imageThreshold: number | null;

  @Field(() => Float, { nullable: true, description: 'A pixel with this anomaly score or more counts as anomalous.' })
  pixelThreshold: number | null;

  @Field(() => ThresholdPolicy, { description: 'How both thresholds were chosen.' })
  thresholdPolicy: object;

  @Field(() => ModelVersionUse, { description: 'What it is good for with the plugins of this server.' })
  usable: object;
}

export const ModelConnection = connectionOf('Model', () => Model, 'models');
export const ModelAliasMoveConnection = connectionOf('ModelAliasMove', () => ModelAliasMove, 'alias moves');
export const ModelVersionConnection = connectionOf('ModelVersion', () => ModelVersion, 'model versions');

@ObjectType({ description: 'Answer of `setModelAlias`.' })
export class SetModelAliasPayload extends Payload {
  @Field(() => Model, { nullable: true, description: 'The model with its aliases; null when there are problems.' })
  model?: object;
}

@ObjectType({ description: 'Answer of `removeModelAlias`.' })
export class RemoveModelAliasPayload extends Payload {
  @Field(() => Model, { nullable: true, description: 'The model with its aliases; null when there are problems.' })
  model?: object;
}

@ObjectType({ description: 'Answer of `setModelVersionTags`.' })
export class SetModelVersionTagsPayload extends Payload {
  @Field(() => ModelVersion, { nullable: true, description: 'The version; null when there are problems.' })
  modelVersion?: object;
}

@ObjectType({ description: 'Answer of `deleteModelVersion`.' })
export class DeleteModelVersionPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'Id of the version that is gone; null when there are problems.' })
  deletedId?: string;
}

@ObjectType({ description: 'Answer of `deleteModel`.' })
export class DeleteModelPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'Id of the model that is gone; null when there are problems.' })
  deletedId?: string;
}
