import { Field, Int, ObjectType } from 'type-graphql';
import type { ProposalState, RetrainingReason } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { Dataset } from '../dataset/dataset.type.js';
import { Model, ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { TrainingRun } from '../training-run/trainingRun.type.js';
import { Payload } from '../user-error/userError.type.js';
import { ProposalStateEnum, RetrainingReasonEnum } from './retraining.input.js';

@ObjectType({ description: 'When a model is proposed to be trained again.' })
export class RetrainingRule {
  @Field(() => Int, { nullable: true, description: 'Training images with new or changed labels that are enough.' })
  newLabels: number | null;

  @Field(() => Boolean, { description: 'Whether an open alert of drift is enough.' })
  onDrift: boolean;
}

@ObjectType({ implements: Node, description: 'A training that may be worth while; it starts when somebody says so.' })
export class RetrainingProposal {
  @Field(() => Model, { description: 'The model that would get a version.' })
  model: object;

  @Field(() => ModelVersion, { description: 'The version whose settings the training would have.' })
  modelVersion: object;

  @Field(() => Dataset, { description: 'The data set that would be frozen and trained on.' })
  dataset: object;

  @Field(() => [RetrainingReasonEnum], { description: 'Why it is proposed.' })
  reasons: RetrainingReason[];

  @Field(() => Int, { description: 'Training images with labels that the version has not seen, when it was proposed.' })
  newLabels: number;

  @Field(() => ProposalStateEnum, { description: 'Whether it is decided.' })
  state: ProposalState;

  @Field(() => TrainingRun, { nullable: true, description: 'The training that was started.' })
  trainingRun: object | null;

  @Field(() => String, { nullable: true, description: 'Name of whoever decided.' })
  decidedBy: string | null;

  @Field(() => DateTime, { description: 'When it was proposed.' })
  createdAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided.' })
  decidedAt: Date | null;
}

export const RetrainingProposalConnection = connectionOf(
  'RetrainingProposal',
  () => RetrainingProposal,
  'proposed trainings',
);

@ObjectType({ description: 'Answer of `setRetrainingRule`.' })
export class SetRetrainingRulePayload extends Payload {
  @Field(() => Model, { nullable: true, description: 'The model; null when there are problems.' })
  model?: object;
}

@ObjectType({ description: 'Answer of `startRetraining` and `dismissRetraining`.' })
export class RetrainingProposalPayload extends Payload {
  @Field(() => RetrainingProposal, { nullable: true, description: 'The proposal; null when there are problems.' })
  proposal?: object;
}
