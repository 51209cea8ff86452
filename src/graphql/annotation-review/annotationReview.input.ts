import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import type { ReviewVerdict } from '../../services/records.js';
import { LabelMeasurementInput } from '../label-session/labelSession.input.js';
import { ReviewVerdictEnum } from './annotationReview.type.js';

@ArgsType()
export class ReviewQueueArgs {
  @Field(() => ID, { description: 'The data set whose labels are judged.' })
  datasetId: string;

  @Field(() => ID, { nullable: true, description: 'The model version whose scores decide the order.' })
  modelVersionId?: string | null;

  @Field(() => Int, { defaultValue: 50, description: 'How many at most, 1 to 200.' })
  first: number;
}

@InputType({ description: 'A judgement of a label.' })
export class ReviewAnnotationInput {
  @Field(() => ID, { description: 'The revision, the newest of its kind.' })
  annotationId: string;

  @Field(() => ReviewVerdictEnum, { description: 'Whether it is right.' })
  verdict: ReviewVerdict;

  @Field(() => String, { nullable: true, description: 'Why, at most 2000 characters; RETURNED needs one.' })
  note?: string | null;

  @Field(() => ID, { nullable: true, description: 'The own session of `openLabelling` for REVIEW that this ends.' })
  sessionId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds of active work, 0 to 86400; left out when nobody measured.',
  })
  activeSeconds?: number | null;

  @Field(() => Float, { nullable: true, description: 'With a session: seconds until the picture was seen.' })
  loadSeconds?: number | null;

  @Field(() => LabelMeasurementInput, { nullable: true, description: 'With a session: how the seconds were measured.' })
  measurement?: LabelMeasurementInput | null;
}
