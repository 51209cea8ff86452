import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { SweepEnd, SweepMetric, SweepState, TrialState } from '../../services/records.js';
import type { Supervision } from '../../shared/training.js';
import { connectionOf } from '../connection/connection.type.js';
import { Evaluation } from '../evaluation/evaluation.type.js';
import { Node } from '../node/node.type.js';
import { DateTime, JsonObject } from '../scalars.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { TrainingRun } from '../training-run/trainingRun.type.js';
import { SupervisionEnum } from '../training-run/trainingSettings.type.js';
import { Payload } from '../user-error/userError.type.js';
import { SweepEndEnum, SweepMetricEnum, SweepStateEnum, TrialStateEnum } from './sweep.input.js';

@ObjectType({ description: 'A candidate tried with one seed.' })
export class SweepTrial {
  @Field(() => Int, { description: 'Start of every random number.' })
  seed: number;

  @Field(() => TrialStateEnum, { description: 'How far the trial is.' })
  state: TrialState;

  @Field(() => Float, { nullable: true, description: 'The metric on the validation split; null before.' })
  value: number | null;

  @Field(() => String, { nullable: true, description: 'Why the trial failed; null while it did not.' })
  problem: string | null;

  @Field(() => TrainingRun, { nullable: true, description: 'Its training; its version is what to promote.' })
  trainingRun: object | null;

  @Field(() => Evaluation, { nullable: true, description: 'Its evaluation on the validation split.' })
  evaluation: object | null;
}

@ObjectType({ description: 'A mean difference between runs with the same seeds, with its 95 % interval.' })
export class SweepDifference {
  @Field(() => Float, { description: 'Mean over the seeds that both were tried with.' })
  mean: number;

  @Field(() => Float, { nullable: true, description: 'Lower end of the interval; null below two seeds.' })
  low: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of the interval; null below two seeds.' })
  high: number | null;
}

@ObjectType({ description: 'A method with parameters that is tried.' })
export class SweepCandidate {
  @Field(() => String, { description: 'Name of its detector.' })
  detector: string;

  @Field(() => SupervisionEnum, { description: 'What its trainings may read.' })
  supervision: Supervision;

  @Field(() => JsonObject, {
    description: 'Parameters of the detector that it changes: those of a space by dotted name, of a method as given.',
  })
  params: object;

  @Field(() => Boolean, { description: 'Whether the others are compared with it.' })
  isBaseline: boolean;

  @Field(() => Float, { nullable: true, description: 'Mean of the metric over its seeds; null before any.' })
  mean: number | null;

  @Field(() => SweepDifference, {
    nullable: true,
    description: 'To the baseline; null of that one, and before both have a seed.',
  })
  difference: object | null;

  @Field(() => [SweepTrial], { description: 'Its trials, one a seed.' })
  trials: object[];
}

@ObjectType({
  implements: Node,
  description: 'A search for a better method or better parameters; what it finds is proposed, not promoted.',
})
export class Sweep {
  @Field(() => Snapshot, { description: 'What is trained and judged on.' })
  snapshot: object;

  @Field(() => String, { description: 'The model that gets the versions of the trials.' })
  modelName: string;

  @Field(() => SweepMetricEnum, { description: 'What trials are judged by.' })
  metric: SweepMetric;

  @Field(() => [Int], { description: 'Each candidate is tried with each of these.' })
  seeds: number[];

  @Field(() => Int, { description: 'Minutes after which it ends.' })
  budgetMinutes: number;

  @Field(() => SweepStateEnum, { description: 'Whether it goes on.' })
  state: SweepState;

  @Field(() => SweepEndEnum, { nullable: true, description: 'Why it is over; null while it runs.' })
  endReason: SweepEnd | null;

  @Field(() => String, { nullable: true, description: 'Name of whoever started it.' })
  author: string | null;

  @Field(() => DateTime, { description: 'When it was started.' })
  createdAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was over; null while it runs.' })
  endedAt: Date | null;

  @Field(() => [SweepCandidate], { description: 'All that is tried, best mean first.' })
  candidates: object[];

  @Field(() => SweepCandidate, {
    nullable: true,
    description: 'The best mean of those tried with most seeds; null while nothing is known.',
  })
  winner: object | null;
}

export const SweepConnection = connectionOf('Sweep', () => Sweep, 'sweeps');

@ObjectType({ description: 'Answer of `startSweep` and `cancelSweep`.' })
export class SweepPayload extends Payload {
  @Field(() => Sweep, { nullable: true, description: 'The sweep; null when there are problems.' })
  sweep?: object;
}
