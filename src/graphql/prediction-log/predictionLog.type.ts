import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { predictionSources, type FeedbackVerdict, type PredictionSource } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { enumOf } from '../enumOf.js';
import { Region } from '../evaluation/evaluation.type.js';
import { Image } from '../image/image.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Node } from '../node/node.type.js';
import { Project } from '../project/project.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';
import { FeedbackVerdictEnum } from './feedbackVerdict.js';

const PredictionSourceEnum = enumOf(predictionSources);
registerEnumType(PredictionSourceEnum, {
  name: 'PredictionSource',
  description: 'How a model was asked: over plain HTTP, by `predict`, by `predictDataset`, or by a station.',
});

@ObjectType({ description: 'What somebody said of a prediction last.' })
export class PredictionFeedback {
  @Field(() => FeedbackVerdictEnum, { description: 'Whether it was right.' })
  verdict: FeedbackVerdict;

  @Field(() => String, { nullable: true, description: 'As it was given.' })
  note: string | null;

  @Field(() => String, { nullable: true, description: 'Name of whoever said it.' })
  author: string | null;

  @Field(() => DateTime, { description: 'When it was said.' })
  at: Date;
}

@ObjectType({ implements: Node, description: 'A prediction that was served, as the log keeps it.' })
export class LoggedPrediction {
  @Field(() => DateTime, { description: 'When it was answered.' })
  at: Date;

  @Field(() => Int, {
    nullable: true,
    description:
      '1, 2, 3 … per project without gaps, in the order of commits: what sinks follow. Null of those about whole data sets.',
  })
  seq: number | null;

  @Field(() => PredictionSourceEnum, { description: 'How the model was asked.' })
  source: PredictionSource;

  @Field(() => Boolean, {
    description: 'Whether the line had been told NOK before, as no answer came in time: NOK it stays.',
  })
  isLate: boolean;

  @Field(() => String, { nullable: true, description: 'What asked, as it called itself.' })
  station: string | null;

  @Field(() => String, { nullable: true, description: 'What the image shows, as the station called it.' })
  partId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the image, where it had one.' })
  filename: string | null;

  @Field(() => String, { description: 'Name of the model then.' })
  model: string;

  @Field(() => Int, { description: 'Number of the version that answered.' })
  version: number;

  @Field(() => ModelVersion, { nullable: true, description: 'The version that answered; null once it was deleted.' })
  modelVersion: object | null;

  @Field(() => Float, { description: 'Highest value of the anomaly map; higher is more anomalous.' })
  anomalyScore: number;

  @Field(() => Boolean, { description: 'Whether the image was called anomalous.' })
  isAnomalous: boolean;

  @Field(() => Float, {
    nullable: true,
    description:
      'Largest distance of a place of the image to its nearest normal patch in the memory bank; null without a bank, and for whole data sets.',
  })
  bankDistance: number | null;

  @Field(() => Float, { nullable: true, description: 'What the score was judged by.' })
  imageThreshold: number | null;

  @Field(() => Float, { nullable: true, description: 'What the regions were cut at.' })
  pixelThreshold: number | null;

  @Field(() => [Region], { description: 'Anomalous areas, highest score first.' })
  regions: Region[];

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds from the question to the answer, in the API; null where whole data sets were asked about.',
  })
  latencySeconds: number | null;

  @Field(() => String, { nullable: true, description: 'Address of the image; null where the sample does not hold it.' })
  imageUrl: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the anomaly map as a 16-bit grey PNG; null where the sample does not hold it.',
  })
  anomalyMapUrl: string | null;

  @Field(() => Float, { nullable: true, description: "Anomaly score of the map's white, 65535; black is 0." })
  anomalyMapScale: number | null;

  @Field(() => PredictionFeedback, {
    nullable: true,
    description: 'What was said of it; null while nobody said anything.',
  })
  feedback: PredictionFeedback | null;
}

export const LoggedPredictionConnection = connectionOf(
  'LoggedPrediction',
  () => LoggedPrediction,
  'logged predictions',
);

@ObjectType({ description: 'What a project logs of its predictions.' })
export class PredictionLogPolicy {
  @Field(() => Boolean, { description: 'Whether predictions are logged.' })
  isOn: boolean;

  @Field(() => Int, { description: 'Days that a prediction stays.' })
  retentionDays: number;

  @Field(() => Int, { description: 'Predictions that stay at most; the oldest beyond them go.' })
  mostPredictions: number;

  @Field(() => Float, {
    description: 'Pictures are kept of each image whose score lies within this share of the threshold.',
  })
  nearThreshold: number;

  @Field(() => Float, { description: 'Share of the other images whose pictures are kept, by lot.' })
  otherShare: number;

  @Field(() => Int, { description: 'Images whose pictures are kept on one day (UTC), at most; 0 keeps none.' })
  picturesPerDay: number;
}

@ObjectType({ description: 'Answer of `setPredictionLogPolicy`.' })
export class SetPredictionLogPolicyPayload extends Payload {
  @Field(() => Project, { nullable: true, description: 'The project; null when there are problems.' })
  project?: object;
}

@ObjectType({ description: 'Answer of `giveFeedback`.' })
export class GiveFeedbackPayload extends Payload {
  @Field(() => LoggedPrediction, { nullable: true, description: 'The prediction; null when there are problems.' })
  prediction?: object;
}

@ObjectType({ description: 'Answer of `addPredictionToDataset`.' })
export class AddPredictionToDatasetPayload extends Payload {
  @Field(() => Image, { nullable: true, description: 'The image; null when there are problems.' })
  image?: object;
}
