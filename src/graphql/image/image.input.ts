import { ArgsType, Field, Float, ID, InputType, registerEnumType } from 'type-graphql';
import { imageOrderFields, type ImageOrderField } from '../../services/images/imageOrder.js';
import type { AnnotationKind, ImageLabel, ReviewState, Split } from '../../services/records.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { ReviewStateEnum } from '../annotation-review/annotationReview.type.js';
import { enumOf } from '../enumOf.js';
import { ImageLabelEnum, SplitEnum } from './image.type.js';

const ImageOrderFieldEnum = enumOf(imageOrderFields);
registerEnumType(ImageOrderFieldEnum, {
  name: 'ImageOrderField',
  description: 'What images can be ordered by: LABEL_SECONDS are the measured ones of all their labels.',
});

const OrderDirectionEnum = enumOf(['ASC', 'DESC']);
registerEnumType(OrderDirectionEnum, { name: 'OrderDirection', description: 'Upwards or downwards.' });

@InputType({
  description: 'Scores of a model version, by the newest prediction or evaluation of each image that is stored.',
})
export class ScoreRange {
  @Field(() => ID, { description: 'The version that gave the scores.' })
  modelVersionId: string;

  @Field(() => Float, { nullable: true, description: 'The lowest score that fits.' })
  from?: number | null;

  @Field(() => Float, { nullable: true, description: 'The lowest score that fits no more.' })
  to?: number | null;
}

@InputType({ description: 'Which images; every condition given must hold.' })
export class ImageFilter {
  @Field(() => SplitEnum, { nullable: true, description: 'Only this split.' })
  split?: Split | null;

  @Field(() => ImageLabelEnum, { nullable: true, description: 'Only this label.' })
  label?: ImageLabel | null;

  @Field(() => String, { nullable: true, description: 'Only this kind of defect.' })
  defectType?: string | null;

  @Field(() => AnnotationKindEnum, { nullable: true, description: 'Only images that carry this kind of annotation.' })
  annotatedWith?: AnnotationKind | null;

  @Field(() => AnnotationKindEnum, { nullable: true, description: 'Only images without this kind of annotation.' })
  notAnnotatedWith?: AnnotationKind | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only images that somebody has open now, whoever it is. False: only those that nobody has.',
  })
  claimed?: boolean | null;

  @Field(() => ReviewStateEnum, {
    nullable: true,
    description: 'Only images whose labels are that far in their review.',
  })
  reviewState?: ReviewState | null;

  @Field(() => [String], { nullable: true, description: 'Only images of these exact names, at most 500.' })
  filenames?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only images whose name holds this, whatever its case.' })
  filenameContains?: string | null;

  @Field(() => String, { nullable: true, description: 'Only images of which this author has saved a label.' })
  author?: string | null;

  @Field(() => ScoreRange, { nullable: true, description: 'Only images that a model version has scored so.' })
  score?: ScoreRange | null;
}

@ArgsType()
export class ImagePredictionArgs {
  @Field(() => ID, { nullable: true, description: 'The version that is asked about. Either this or `alias`.' })
  modelVersionId?: string | null;

  @Field(() => String, { nullable: true, description: 'Alias that leads to the version, e.g. `champion`.' })
  alias?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the model the alias is of; when left out, of any model of the project: the newest prediction counts.',
  })
  model?: string | null;
}

@InputType({ description: 'An order of images.' })
export class ImageOrder {
  @Field(() => ImageOrderFieldEnum, { description: 'What they are ordered by.' })
  field: ImageOrderField;

  @Field(() => OrderDirectionEnum, {
    defaultValue: 'ASC',
    description: 'In which direction. Images without a score, or without measured seconds, come last either way.',
  })
  direction: 'ASC' | 'DESC';

  @Field(() => ID, { nullable: true, description: 'The version whose newest stored score counts; for SCORE alone.' })
  modelVersionId?: string | null;
}

@InputType({ description: 'One image to add.' })
export class NewImageInput {
  @Field(() => ID, { description: 'An upload whose bytes have arrived.' })
  uploadId: string;

  @Field(() => SplitEnum, { description: 'What it is used for.' })
  split: Split;

  @Field(() => ImageLabelEnum, { description: 'What is known of it.' })
  label: ImageLabel;

  @Field(() => String, { nullable: true, description: 'Kind of defect, e.g. `scratch`; only for ANOMALOUS.' })
  defectType?: string | null;
}

@InputType({ description: 'Images to add to a data set, all or none.' })
export class AddImagesInput {
  @Field(() => ID, { description: 'The data set that gets the images.' })
  datasetId: string;

  @Field(() => [NewImageInput], { description: 'The images to add, all or none.' })
  images: NewImageInput[];
}

@InputType({ description: 'Images to take out of their data set, all or none.' })
export class DeleteImagesInput {
  @Field(() => [ID], { description: 'The images, 1 to 500.' })
  ids: string[];
}

@InputType({ description: 'A change of several images, all or none. What is left out stays.' })
export class UpdateImagesInput {
  @Field(() => [ID], { description: 'The images to change, all or none.' })
  ids: string[];

  @Field(() => SplitEnum, { nullable: true, description: 'The split they move to; as it is when left out.' })
  split?: Split | null;

  @Field(() => ImageLabelEnum, { nullable: true, description: 'The label they get; as it is when left out.' })
  label?: ImageLabel | null;

  @Field(() => String, { nullable: true, description: 'New kind of defect.' })
  defectType?: string | null;
}
