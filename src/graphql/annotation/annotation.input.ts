import { ArgsType, Extensions, Field, Float, ID, InputType, Int } from 'type-graphql';
import type { AnnotationKind, BlockLabelName } from '../../services/records.js';
import { PageArgs } from '../connection/connection.type.js';
import { AnnotationKindEnum, BlockLabelEnum } from './annotation.type.js';
import { LabelMeasurementInput } from '../label-session/labelSession.input.js';
import { verbatim } from '../limits/texts.js';

@ArgsType()
export class AnnotationHistoryArgs extends PageArgs {
  @Field(() => AnnotationKindEnum, {
    nullable: true,
    description: 'Only this kind; when left out pixels come first, then boxes, then blocks.',
  })
  kind?: AnnotationKind | null;
}

@InputType({ description: 'What a model suggested while a label was drawn.' })
export class AssistanceInput {
  @Field(() => ID, { description: 'The version whose map was shown.' })
  modelVersionId: string;

  @Field(() => Float, { description: 'Threshold at which regions were cut, in units of its pixel scores; at least 0.' })
  threshold: number;

  @Field(() => Int, { description: 'Suggested regions that were taken.' })
  regionsAccepted: number;

  @Field(() => Int, { description: 'Suggested regions that were turned down.' })
  regionsRejected: number;

  @Field(() => Int, { description: 'Of those taken, how many were changed afterwards.' })
  regionsEdited: number;

  @Field(() => Float, { description: 'Seconds during which the suggestion was seen.' })
  shownSeconds: number;
}

/** What every save says. */
@InputType({ description: 'Base of the inputs that save a label; not a type of the schema.' })
export abstract class SaveAnnotationInput {
  @Field(() => ID, { description: 'The image that gets the label.' })
  imageId: string;

  @Field(() => Int, {
    description:
      'The revision the editor saw, 0 for none; another newer revision gives CONFLICT and nothing is stored.',
  })
  expectedRevision: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds of active work on this revision, 0 to 86400; left out when nobody measured.',
  })
  activeSeconds?: number | null;

  @Field(() => String, { nullable: true, description: 'Who drew it, 1 to 100 characters; left out when nobody says.' })
  author?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The own session of `openLabelling` that this save ends: the seconds are held against its clock.',
  })
  sessionId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'With a session: seconds until the picture was seen, 0 to 86400.',
  })
  loadSeconds?: number | null;

  @Field(() => LabelMeasurementInput, { nullable: true, description: 'With a session: how the seconds were measured.' })
  measurement?: LabelMeasurementInput | null;

  @Field(() => AssistanceInput, {
    nullable: true,
    description: 'What a model suggested meanwhile; left out when no suggestion was shown.',
  })
  assistance?: AssistanceInput | null;
}

@InputType({ description: 'A label to take away; the image has none of the kind then.' })
export class RemoveAnnotationInput extends SaveAnnotationInput {
  @Field(() => AnnotationKindEnum, { description: 'Which of its labels.' })
  kind: AnnotationKind;
}

@InputType({ description: 'A mask to save. Exactly one of `uploadId` and `counts`.' })
export class SavePixelAnnotationInput extends SaveAnnotationInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'An uploaded mask of the size of the upright image: two values, black or the darker grey normal, the other one anomalous; without transparency.',
  })
  uploadId?: string | null;

  @Extensions(verbatim)
  @Field(() => String, { nullable: true, description: 'COCO compressed RLE of the size of the image.' })
  counts?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For an uploaded mask with more values: 1 to 255, values at or above it are anomalous.',
  })
  maskThreshold?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For an uploaded mask of which one value is anomalous: a grey value or palette number such as 3, or a colour such as 255,0,0 or #ff0000.',
  })
  maskValue?: string | null;
}

@InputType({ description: 'One block of a grid.' })
export class BlockInput {
  @Field(() => Int, { description: 'From the top, counted from 0.' })
  row: number;

  @Field(() => Int, { description: 'From the left, counted from 0.' })
  column: number;

  @Field(() => BlockLabelEnum, { description: 'What is known of it.' })
  label: BlockLabelName;
}

@InputType({
  description: 'Block labels to save. The grid covers the image: size / blockSize, rounded up, blocks per side.',
})
export class SaveBlockAnnotationInput extends SaveAnnotationInput {
  @Field(() => Int, { description: 'Pixels per block side.' })
  blockSize: number;

  @Field(() => [BlockLabelEnum], { description: 'Row by row, one for each block; empty when `blocks` is given.' })
  labels: BlockLabelName[];

  @Field(() => [BlockInput], {
    nullable: true,
    description: 'Instead of `labels`: single blocks, all others are NORMAL.',
  })
  blocks?: BlockInput[] | null;
}

@InputType({ description: 'A rectangle in pixels; origin top-left; x, y is its top-left corner.' })
export class BoxInput {
  @Field(() => Float, { description: 'Left edge, pixels from the left.' })
  x: number;

  @Field(() => Float, { description: 'Top edge, pixels from the top.' })
  y: number;

  @Field(() => Float, { description: 'Pixels, above 0.' })
  width: number;

  @Field(() => Float, { description: 'Pixels, above 0.' })
  height: number;

  @Field(() => String, { nullable: true, description: 'Kind of defect inside, when known.' })
  defectType?: string | null;
}

@InputType({ description: 'Boxes to save: all of the image, together they hold every defect.' })
export class SaveBoxAnnotationInput extends SaveAnnotationInput {
  @Field(() => [BoxInput], { description: 'At most 1000, each inside the image; nothing is clipped.' })
  boxes: BoxInput[];
}

@InputType({ description: 'Boxes of many images, saved all or none.' })
export class SaveBoxAnnotationsInput {
  @Field(() => [SaveBoxAnnotationInput], { description: 'One for each image, 1 to 5000.' })
  annotations: SaveBoxAnnotationInput[];

  @Field(() => Boolean, { nullable: true, description: 'Check everything, and store nothing.' })
  dryRun?: boolean | null;
}

@InputType({ description: 'Which labels to compute from which, for all images of a data set.' })
export class DeriveAnnotationsInput {
  @Field(() => ID, { description: 'The data set whose labels are derived.' })
  datasetId: string;

  @Field(() => [ID], { nullable: true, description: 'Only these images of it, 1 to 500; all of them when left out.' })
  imageIds?: string[] | null;

  @Field(() => AnnotationKindEnum, { description: 'The finer label: PIXEL, or BOX for blocks.' })
  from: AnnotationKind;

  @Field(() => AnnotationKindEnum, { description: 'The cheaper label: BLOCK or BOX.' })
  to: AnnotationKind;

  @Field(() => Int, {
    nullable: true,
    description: 'To BLOCK: pixels per block side; a 64th of the longer side of each image, rounded up, when left out.',
  })
  blockSize?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'PIXEL to BLOCK, eps+ of Eq. 14: a larger share of anomalous pixels makes a block ANOMALOUS; 0.25.',
  })
  anomalousThreshold?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'PIXEL to BLOCK, eps- of Eq. 14: a smaller share makes it NORMAL, in between it is IGNORED; 0.08.',
  })
  normalThreshold?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'BOX to BLOCK, upsilon of Eq. 15: a larger share inside boxes makes a block UNKNOWN; 0.5.',
  })
  unknownThreshold?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Also put a derived revision over a newest label that was drawn or imported. Such images are skipped when left out.',
  })
  replace?: boolean | null;
}
