import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { AlertKind } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { Model, ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';
import { AlertKindEnum } from './monitoring.input.js';

@ObjectType({
  description: 'What a version was asked and said in a stretch of time; null of what there is too little.',
})
export class MonitoringBucket {
  @Field(() => DateTime, { description: 'When it begins.' })
  from: Date;

  @Field(() => DateTime, { description: 'When the stretch ends.' })
  to: Date;

  @Field(() => Int, { description: 'Single predictions that were served; those of whole data sets do not count.' })
  predictions: number;

  @Field(() => Int, { description: 'Predictions that called the image anomalous.' })
  anomalous: number;

  @Field(() => Float, { nullable: true, description: 'Share of anomalous images.' })
  anomalyRate: number | null;

  @Field(() => Float, { nullable: true, description: 'Lower control limit of the share, three sigma (p-chart).' })
  lowestRate: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper control limit of the share, three sigma (p-chart).' })
  highestRate: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the share lies within its control limits.' })
  isRateInLimits: boolean | null;

  @Field(() => Float, { nullable: true, description: 'Mean anomaly score of all images.' })
  meanScore: number | null;

  @Field(() => [Int], {
    description:
      'Images called normal by their score: below the first of `scoreEdges`, between each two, beyond the last.',
  })
  scoreBins: number[];

  @Field(() => Float, {
    nullable: true,
    description: "Kolmogorov-Smirnov distance of these scores to the version's own normal scores, 0 to 1.",
  })
  scoreDistance: number | null;

  @Field(() => Float, { nullable: true, description: 'Distance that chance alone exceeds once in a thousand times.' })
  scoreDistanceLimit: number | null;

  @Field(() => Float, { nullable: true, description: 'Population stability index of the same; 0 for equal ones.' })
  stabilityIndex: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Kolmogorov-Smirnov distance of the images' distances to the memory bank to those of the version's normal images, 0 to 1; null without a bank.",
  })
  bankDistanceDrift: number | null;

  @Field(() => Float, { nullable: true, description: 'Drift that chance alone exceeds once in a thousand times.' })
  bankDistanceDriftLimit: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Population stability index of the distances to the memory bank; 0 for equal ones.',
  })
  bankDistanceStabilityIndex: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds from question to answer, median.' })
  medianLatency: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds that 95 % of the answers needed at most.' })
  latency95: number | null;
}

@ObjectType({ description: 'How a version did that was served, from counts by hour.' })
export class ModelMonitoring {
  @Field(() => ModelVersion, { description: 'The version it is about.' })
  modelVersion: object;

  @Field(() => DateTime, { description: 'Where it begins.' })
  from: Date;

  @Field(() => DateTime, { description: 'Where the report ends.' })
  to: Date;

  @Field(() => [MonitoringBucket], { description: 'Oldest first; those in which nobody asked are left out.' })
  buckets: MonitoringBucket[];

  @Field(() => MonitoringBucket, { description: 'All of them together.' })
  total: MonitoringBucket;

  @Field(() => [String], { description: 'Stations that asked, by name.' })
  stations: string[];

  @Field(() => [Float], {
    description: 'Scores between which images are counted; none where normal scores are unknown.',
  })
  scoreEdges: number[];

  @Field(() => Float, { nullable: true, description: 'Share of anomalous images to expect, the centre of the limits.' })
  expectedAnomalyRate: number | null;
}

@ObjectType({ description: 'How a model is watched.' })
export class MonitoringRule {
  @Field(() => Boolean, { description: 'Whether it is judged.' })
  isOn: boolean;

  @Field(() => Int, { description: 'Hours that are judged together.' })
  windowHours: number;

  @Field(() => Int, { description: 'Fewer predictions in these hours are not judged.' })
  leastPredictions: number;

  @Field(() => Float, { nullable: true, description: 'Share of anomalous images to expect; null: that of the first.' })
  expectedAnomalyRate: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes without a prediction that raise an alert; null: none do.' })
  silenceMinutes: number | null;
}

@ObjectType({ implements: Node, description: 'A served model that should be looked at.' })
export class MonitoringAlert {
  @Field(() => AlertKindEnum, { description: 'Why it was opened.' })
  kind: AlertKind;

  @Field(() => Model, { description: 'The model it is about.' })
  model: object;

  @Field(() => ModelVersion, { description: 'The version that was asked.' })
  modelVersion: object;

  @Field(() => String, { nullable: true, description: 'The station it is about; null for those that named none.' })
  station: string | null;

  @Field(() => Float, {
    description:
      'As it was seen last: a distance of distributions, a share of anomalous images, or minutes of silence.',
  })
  value: number;

  @Field(() => Float, { nullable: true, description: 'Lowest value that would be in order.' })
  lowest: number | null;

  @Field(() => Float, { nullable: true, description: 'Highest value that would be in order.' })
  highest: number | null;

  @Field(() => Int, { description: 'Predictions that were judged.' })
  predictions: number;

  @Field(() => DateTime, { description: 'When it was opened.' })
  openedAt: Date;

  @Field(() => DateTime, { description: 'When it was judged last.' })
  lookedAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was over; null while it is open.' })
  closedAt: Date | null;
}

export const MonitoringAlertConnection = connectionOf('MonitoringAlert', () => MonitoringAlert, 'alerts');

@ObjectType({ description: 'Answer of `setMonitoringRule`.' })
export class SetMonitoringRulePayload extends Payload {
  @Field(() => Model, { nullable: true, description: 'The model; null when there are problems.' })
  model?: object;
}
