import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { reviewStates, reviewVerdicts, type LabelTiming, type ReviewVerdict } from '../../services/records.js';
import { Annotation } from '../annotation/annotation.type.js';
import { enumOf } from '../enumOf.js';
import { LabelTimingEnum } from '../label-session/labelSession.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

export const ReviewVerdictEnum = enumOf(reviewVerdicts);
registerEnumType(ReviewVerdictEnum, {
  name: 'ReviewVerdict',
  description: "What somebody says of somebody else's label.",
  valuesConfig: {
    APPROVED: { description: 'The label is right.' },
    RETURNED: { description: 'It must be drawn anew; the note says why.' },
  },
});

export const ReviewStateEnum = enumOf(reviewStates);
registerEnumType(ReviewStateEnum, {
  name: 'ReviewState',
  description: "How far the review of an image's labels is.",
  valuesConfig: {
    WAITING: { description: 'A label that somebody drew was not judged yet.' },
    APPROVED: { description: 'All that were drawn are right.' },
    RETURNED: { description: 'One must be drawn anew.' },
  },
});

@ObjectType({ description: 'One judgement of one revision of a label.' })
export class AnnotationReview {
  @Field(() => Annotation, { description: 'The revision that was judged.' })
  annotation: object;

  @Field(() => ReviewVerdictEnum, { description: 'Whether it is right.' })
  verdict: ReviewVerdict;

  @Field(() => String, { nullable: true, description: 'Why; null when nothing was said.' })
  note: string | null;

  @Field(() => String, { description: 'Name of whoever judged.' })
  reviewer: string;

  @Field(() => Float, { nullable: true, description: 'Seconds of active work; null when nobody measured.' })
  activeSeconds: number | null;

  @Field(() => LabelTimingEnum, { nullable: true, description: 'What is known of the seconds; null without any.' })
  timing: LabelTiming | null;

  @Field(() => DateTime, { description: 'When it was judged.' })
  createdAt: Date;
}

@ObjectType({ description: 'A label that waits for a judgement.' })
export class WaitingLabel {
  @Field(() => Annotation, { description: 'The label that waits.' })
  annotation: object;

  @Field(() => Float, {
    nullable: true,
    description:
      "The image's newest score ÷ the version's threshold: from 1 on it says that there is a defect. Null without one.",
  })
  scoreRatio: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the model says otherwise; null where it says nothing.',
  })
  isContradicted: boolean | null;
}

@ObjectType({ description: 'Answer of `reviewAnnotation`.' })
export class ReviewAnnotationPayload extends Payload {
  @Field(() => AnnotationReview, { nullable: true, description: 'The judgement; null when there are problems.' })
  review?: object;
}
