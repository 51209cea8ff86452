import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import type { FeedbackVerdict, Split } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { SplitEnum } from '../image/image.type.js';
import { DateTime } from '../scalars.js';
import { FeedbackVerdictEnum } from './feedbackVerdict.js';

@InputType({ description: 'Which logged predictions; every condition given must hold.' })
export class LoggedPredictionFilter {
  @Field(() => String, { nullable: true, description: 'Only those of this station.' })
  station?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those of this part.' })
  partId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this version.' })
  modelVersionId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that were called so.' })
  isAnomalous?: boolean | null;

  @Field(() => Float, { nullable: true, description: 'The lowest score that fits.' })
  scoreFrom?: number | null;

  @Field(() => Float, { nullable: true, description: 'The lowest score that fits no more.' })
  scoreTo?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'The first moment that fits.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The first moment that fits no more.' })
  to?: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those with pictures, or without.' })
  hasPictures?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that somebody said something of, or nobody.' })
  hasFeedback?: boolean | null;

  @Field(() => FeedbackVerdictEnum, { nullable: true, description: 'Only those of which this was said.' })
  verdict?: FeedbackVerdict | null;
}

@ArgsType()
export class LoggedPredictionArgs extends PageArgs {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => LoggedPredictionFilter, { nullable: true, description: 'Which ones; all when left out.' })
  filter?: LoggedPredictionFilter | null;
}

@InputType({ description: 'What a project shall log of its predictions; what is left out stays.' })
export class SetPredictionLogPolicyInput {
  @Field(() => ID, { description: 'Id of the project.' })
  projectId: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether predictions are logged.' })
  isOn?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Days that a prediction stays, 1 to 3650.' })
  retentionDays?: number | null;

  @Field(() => Int, { nullable: true, description: 'Predictions that stay at most, 0 to 10,000,000.' })
  mostPredictions?: number | null;

  @Field(() => Float, { nullable: true, description: 'Share of the threshold within which pictures are always kept.' })
  nearThreshold?: number | null;

  @Field(() => Float, { nullable: true, description: 'Share of the other images whose pictures are kept, 0 to 1.' })
  otherShare?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Images whose pictures are kept on one day, at most; 0 keeps none.',
  })
  picturesPerDay?: number | null;
}

@InputType({ description: 'What somebody says of a prediction; it replaces what was said before.' })
export class GiveFeedbackInput {
  @Field(() => ID, { description: 'The logged prediction.' })
  predictionId: string;

  @Field(() => FeedbackVerdictEnum, {
    description: 'Whether it was right. FALSE_ALARM of what was called anomalous, MISSED of what was not.',
  })
  verdict: FeedbackVerdict;

  @Field(() => String, { nullable: true, description: 'At most 1,000 characters.' })
  note?: string | null;
}

@InputType({ description: 'A logged prediction that shall become an image of a data set.' })
export class AddPredictionToDatasetInput {
  @Field(() => ID, { description: 'The logged prediction; its picture must have been kept.' })
  predictionId: string;

  @Field(() => ID, { description: 'The data set, of the same project.' })
  datasetId: string;

  @Field(() => SplitEnum, {
    defaultValue: 'TRAIN',
    description: 'What the image is used for. Chosen images would bend what TEST says.',
  })
  split: Split;

  @Field(() => String, { nullable: true, description: 'Path inside the data set; `feedback/<id>` when left out.' })
  filename?: string | null;
}
