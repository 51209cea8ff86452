import { Field, ID, InputType } from 'type-graphql';
import type { AnnotationKind, ImageLabel, ReviewState, Split } from '../../services/records.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { ReviewStateEnum } from '../annotation-review/annotationReview.type.js';
import { ImageLabelEnum, SplitEnum } from './image.type.js';

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
