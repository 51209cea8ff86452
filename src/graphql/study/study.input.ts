import { ArgsType, Extensions, Field, Float, ID, InputType, Int } from 'type-graphql';
import type { AnnotationKind, BlockLabelName } from '../../services/records.js';
import { BoxInput } from '../annotation/annotation.input.js';
import { AnnotationKindEnum, BlockLabelEnum } from '../annotation/annotation.type.js';
import { PageArgs } from '../connection/connection.type.js';
import { LabelMeasurementInput } from '../label-session/labelSession.input.js';
import { verbatim } from '../limits/texts.js';

@ArgsType()
export class StudiesArgs extends PageArgs {
  @Field(() => ID, { description: 'The data set whose masks are copied.' })
  datasetId: string;
}

@InputType({ description: 'A study to make.' })
export class CreateStudyInput {
  @Field(() => ID, { description: 'The data set; its masks are copied.' })
  datasetId: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  name: string;

  @Field(() => [AnnotationKindEnum], {
    nullable: true,
    description: 'Kinds to measure; BOX, BLOCK, PIXEL when left out.',
  })
  kinds?: AnnotationKind[] | null;

  @Field(() => Int, {
    description:
      'Images that are copied, drawn from those with a mask that marks something; 4 to 200, the first 3 are practice.',
  })
  images: number;

  @Field(() => Int, { nullable: true, description: 'Seed of the lot; 0 when left out.' })
  seed?: number | null;
}

@InputType({ description: 'A study to delete.' })
export class DeleteStudyInput {
  @Field(() => ID, { description: 'The study, which goes with its trials.' })
  id: string;
}

@InputType({ description: 'The next trial of whoever asks.' })
export class StartTrialInput {
  @Field(() => ID, { description: 'The study; whoever starts the first trial takes part.' })
  studyId: string;
}

@InputType({ description: 'Block labels of a trial.' })
export class TrialBlocksInput {
  @Field(() => Int, { description: 'Pixels per block side.' })
  blockSize: number;

  @Field(() => [BlockLabelEnum], { description: 'Row by row, one for each block.' })
  labels: BlockLabelName[];
}

@InputType({ description: 'What somebody copied. Exactly one of `boxes`, `blocks` and `counts`, that of the kind.' })
export class FinishTrialInput {
  @Field(() => ID, { description: 'The own trial that was started.' })
  trialId: string;

  @Field(() => Float, { description: 'Seconds of active work, 0 to 86400.' })
  activeSeconds: number;

  @Field(() => Float, { nullable: true, description: 'Seconds until the picture was seen.' })
  loadSeconds?: number | null;

  @Field(() => LabelMeasurementInput, { nullable: true, description: 'How the seconds were measured.' })
  measurement?: LabelMeasurementInput | null;

  @Field(() => [BoxInput], { nullable: true, description: 'The boxes drawn, of a trial of BOX.' })
  boxes?: BoxInput[] | null;

  @Field(() => TrialBlocksInput, { nullable: true, description: 'The blocks painted, of a trial of BLOCK.' })
  blocks?: TrialBlocksInput | null;

  @Extensions(verbatim)
  @Field(() => String, { nullable: true, description: 'For PIXEL: COCO compressed RLE of the size of the image.' })
  counts?: string | null;
}
