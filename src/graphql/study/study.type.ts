import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { AnnotationKind, LabelTiming } from '../../services/records.js';
import { Annotation, AnnotationKindEnum, Interval } from '../annotation/annotation.type.js';
import { connectionOf } from '../connection/connection.type.js';
import { Dataset } from '../dataset/dataset.type.js';
import { Image } from '../image/image.type.js';
import { LabelTimingEnum } from '../label-session/labelSession.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'How well trials copy the truth; null what a kind does not have.' })
export class TrialQuality {
  @Field(() => Float, { nullable: true, description: 'PIXEL: intersection over union of the marked pixels.' })
  pixelIou?: number | null;

  @Field(() => Float, { nullable: true, description: "BLOCK: Cohen's kappa of the four values against Eq. 14." })
  blockKappa?: number | null;

  @Field(() => Float, { nullable: true, description: 'BOX: share of the anomalous pixels inside boxes.' })
  insideShare?: number | null;

  @Field(() => Float, { nullable: true, description: 'BOX: area of the boxes ÷ area of the tight ones.' })
  areaRatio?: number | null;
}

@ObjectType({ description: 'What labels of one kind cost in a study.' })
export class StudyResult {
  @Field(() => AnnotationKindEnum, { description: 'The kind of label.' })
  kind: AnnotationKind;

  @Field(() => Int, { description: 'Trials that count: finished, no practice, plausible.' })
  trials: number;

  @Field(() => Int, { description: 'People who made them.' })
  participants: number;

  @Field(() => Float, { nullable: true, description: 'Mean seconds of a trial; null without any.' })
  meanSeconds: number | null;

  @Field(() => Float, { nullable: true, description: 'Median seconds of a trial; null without any.' })
  medianSeconds: number | null;

  @Field(() => Interval, {
    nullable: true,
    description: '95 % interval of the mean, by a bootstrap that draws whole participants; null below two.',
  })
  meanSecondsInterval: Interval | null;

  @Field(() => Float, {
    description: "The paper's seconds (its Figure 5), to compare with; they were not measured here.",
  })
  publishedSeconds: number;

  @Field(() => Int, { description: 'Trials left out since their seconds do not fit the clock of the database.' })
  implausibleTrials: number;

  @Field(() => TrialQuality, { description: 'Means over the trials that count.' })
  quality: TrialQuality;
}

@ObjectType({ description: 'How far somebody is in a study.' })
export class StudyProgress {
  @Field(() => Int, { description: 'Trials that are finished.' })
  done: number;

  @Field(() => Int, { description: 'Trials of one participant.' })
  total: number;
}

@ObjectType({
  implements: Node,
  description: 'A measurement of what labels cost: people copy masks of a data set with each kind of label.',
})
export class Study {
  @Field(() => Dataset, { description: 'Whose masks are copied.' })
  dataset: object;

  @Field(() => String, { description: 'Name of the study.' })
  name: string;

  @Field(() => [AnnotationKindEnum], {
    description: 'In the order of the first participant; the next one begins with the second.',
  })
  kinds: AnnotationKind[];

  @Field(() => Int, { description: 'Images that are copied, with each kind once.' })
  imageCount: number;

  @Field(() => Int, { description: 'Seed of the lot that images and their order were drawn by.' })
  seed: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => [String], { description: 'Names of those who take part, in the order they began.' })
  participants: string[];

  @Field(() => StudyProgress, { description: 'How far whoever asks is.' })
  progress: object;

  @Field(() => [StudyResult], { description: 'What each kind costs so far, cheapest kind of the paper first.' })
  results: object[];

  @Field(() => String, { description: 'Every finished trial as a line of comma-separated values, with a head.' })
  csv: string;
}

export const StudyConnection = connectionOf('Study', () => Study, 'studies');

@ObjectType({
  implements: Node,
  description: 'One copy of one mask by one participant; never a label of the data set.',
})
export class StudyTrial {
  @Field(() => Study, { description: 'The study it belongs to.' })
  study: object;

  @Field(() => Image, { description: 'The image to be copied.' })
  image: object;

  @Field(() => Annotation, { description: 'The mask that is copied.' })
  truth: object;

  @Field(() => AnnotationKindEnum, { description: 'With which kind of label.' })
  kind: AnnotationKind;

  @Field(() => Int, { description: 'Its place in the order of the participant, from 0.' })
  position: number;

  @Field(() => Boolean, { description: 'Whether it is one of the first three of its kind, which are not counted.' })
  isPractice: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When it was shown last; null before.' })
  startedAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was finished; null before.' })
  finishedAt: Date | null;

  @Field(() => Float, { nullable: true, description: 'Seconds of active work; null before it is finished.' })
  activeSeconds: number | null;

  @Field(() => LabelTimingEnum, {
    nullable: true,
    description: 'What is known of the seconds; null before it is finished.',
  })
  timing: LabelTiming | null;

  @Field(() => TrialQuality, { nullable: true, description: 'How well it copies; null before it is finished.' })
  quality: TrialQuality | null;
}

@ObjectType({ description: 'Answer of `createStudy`.' })
export class CreateStudyPayload extends Payload {
  @Field(() => Study, { nullable: true, description: 'The study; null when there are problems.' })
  study?: object;
}

@ObjectType({ description: 'Answer of `deleteStudy`.' })
export class DeleteStudyPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null when there are problems.' })
  deletedId?: string;
}

@ObjectType({ description: 'Answer of `startTrial` and `finishTrial`.' })
export class StudyTrialPayload extends Payload {
  @Field(() => StudyTrial, {
    nullable: true,
    description: 'The trial; null when there are problems, and of `startTrial` when all are done.',
  })
  trial?: object | null;
}
