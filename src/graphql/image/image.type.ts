import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  imageLabels,
  splits,
  type FeedbackVerdict,
  type ImageLabel,
  type ReviewState,
  type Split,
} from '../../services/records.js';
import { Annotation } from '../annotation/annotation.type.js';
import { ReviewStateEnum } from '../annotation-review/annotationReview.type.js';
import { connectionOf } from '../connection/connection.type.js';
import { Dataset } from '../dataset/dataset.type.js';
import { enumOf } from '../enumOf.js';
import { LabelSession } from '../label-session/labelSession.type.js';
import { Node } from '../node/node.type.js';
import { FeedbackVerdictEnum } from '../prediction-log/feedbackVerdict.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

export const SplitEnum = enumOf(splits);
registerEnumType(SplitEnum, {
  name: 'Split',
  description: 'What an image is used for.',
  valuesConfig: {
    TRAIN: { description: 'Trainings read it.' },
    VALIDATION: { description: 'Thresholds are chosen on it.' },
    TEST: { description: 'Evaluations read it; trainings never do.' },
  },
});

export const ImageLabelEnum = enumOf(imageLabels);
registerEnumType(ImageLabelEnum, {
  name: 'ImageLabel',
  description: 'What is known of the whole image.',
  valuesConfig: {
    NORMAL: { description: 'A good part, without any defect.' },
    ANOMALOUS: { description: 'At least one defect.' },
    UNLABELLED: { description: 'Nobody has said yet what it is.' },
  },
});

@ObjectType({ description: 'A logged prediction that became an image, as it was then.' })
export class ImageOrigin {
  @Field(() => ID, { description: 'The logged prediction; it may be gone.' })
  predictionId: string;

  @Field(() => String, { description: 'Name of the model then.' })
  model: string;

  @Field(() => Int, { description: 'Number of the version that answered.' })
  version: number;

  @Field(() => Float, { description: 'What it scored.' })
  anomalyScore: number;

  @Field(() => Boolean, { description: 'Whether it was called anomalous.' })
  isAnomalous: boolean;

  @Field(() => FeedbackVerdictEnum, { nullable: true, description: 'What had been said of it; null for nothing.' })
  verdict: FeedbackVerdict | null;

  @Field(() => String, { nullable: true, description: 'What had asked.' })
  station: string | null;

  @Field(() => String, { nullable: true, description: 'What the station called the part.' })
  partId: string | null;

  @Field(() => DateTime, { description: 'When it was predicted.' })
  at: Date;
}

@ObjectType({ implements: Node, description: 'One image of a data set.' })
export class Image {
  @Field(() => Dataset, { description: 'The data set it belongs to.' })
  dataset: Dataset;

  @Field(() => String, { description: 'Path inside the data set with forward slashes, e.g. `test/scratch/004.png`.' })
  filename: string;

  @Field(() => String, { description: 'sha256 of its bytes, hexadecimal.' })
  sha256: string;

  @Field(() => Int, { description: 'Width in pixels.' })
  width: number;

  @Field(() => Int, { description: 'Height in pixels.' })
  height: number;

  @Field(() => SplitEnum, { description: 'What it is used for.' })
  split: Split;

  @Field(() => ImageLabelEnum, { description: 'What is known of it.' })
  label: ImageLabel;

  @Field(() => String, {
    nullable: true,
    description: 'Kind of defect, e.g. `scratch`; null when normal or not known.',
  })
  defectType: string | null;

  @Field(() => String, { description: 'Address of the original bytes.' })
  url: string;

  @Field(() => String, { description: 'Address of a preview, at most 256 pixels on its longer side.' })
  thumbnailUrl: string;

  @Field(() => String, {
    description: 'Address of a preview as WebP, made once and kept; never larger than the image.',
  })
  previewUrl: string;

  @Field(() => ImageOrigin, {
    nullable: true,
    description: 'The logged prediction it was made of; null for any other.',
  })
  origin: ImageOrigin | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was taken out of its data set; null while it is there. Snapshots taken before still hold it.',
  })
  removedAt: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When its picture and name were erased for good; null for any other. What a snapshot knows of it stays.',
  })
  erasedAt: Date | null;

  @Field(() => [Annotation], { description: 'The newest revision of each kind.' })
  annotations: Annotation[];

  @Field(() => ReviewStateEnum, {
    nullable: true,
    description: 'How far the review of its labels is; null without a label that somebody drew.',
  })
  reviewState: ReviewState | null;

  @Field(() => [LabelSession], { description: 'Who has it open now, oldest first.' })
  claims: object[];
}

export const ImageConnection = connectionOf('Image', () => Image, 'images');

@ObjectType({ description: 'Answer of `addImages`.' })
export class AddImagesPayload extends Payload {
  @Field(() => [Image], { description: 'The new images in the order given; empty when there are problems.' })
  images: object[];
}

@ObjectType({ description: 'Answer of `deleteImages`.' })
export class DeleteImagesPayload extends Payload {
  @Field(() => [ID], { description: 'Images that are in no data set any more; empty when there are problems.' })
  deletedIds: string[];

  @Field(() => Int, { description: 'How many of them stay readable, since a snapshot holds them.' })
  keptInSnapshots: number;
}

@ObjectType({ description: 'Answer of `updateImages`.' })
export class UpdateImagesPayload extends Payload {
  @Field(() => [Image], { description: 'The changed images in the order given; empty when there are problems.' })
  images: object[];
}
