import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  labelPurposes,
  labelTimings,
  type AnnotationKind,
  type LabelPurpose,
  type LabelTiming,
} from '../../services/records.js';
import { shownOutcomes, type ShownOutcome } from '../../services/label-sessions/openSessions.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { enumOf } from '../enumOf.js';
import { Image } from '../image/image.type.js';
import { Node } from '../node/node.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

export const LabelPurposeEnum = enumOf(labelPurposes);
registerEnumType(LabelPurposeEnum, {
  name: 'LabelPurpose',
  description: 'What somebody has an image open for.',
  valuesConfig: {
    LABEL: { description: 'To draw a label.' },
    REVIEW: { description: "To judge somebody else's label." },
  },
});

export const LabelTimingEnum = enumOf(labelTimings);
registerEnumType(LabelTimingEnum, {
  name: 'LabelTiming',
  description: 'What is known of active seconds.',
  valuesConfig: {
    STATED: { description: 'Told by whoever saved it, without a session; nothing was checked.' },
    MEASURED: { description: 'They fit into their session by the clock of the database.' },
    IMPLAUSIBLE: { description: 'They do not; they are kept, and no budget counts them.' },
  },
});

export const LabelSessionOutcomeEnum = enumOf(shownOutcomes);
registerEnumType(LabelSessionOutcomeEnum, {
  name: 'LabelSessionOutcome',
  description: 'How a session of labelling ended.',
  valuesConfig: {
    SAVED: { description: 'A label was saved or judged with it.' },
    NOTHING_FOUND: { description: 'It was closed since the image needs no label; its seconds are not lost.' },
    GIVEN_UP: { description: 'It was closed without; its seconds are lost.' },
    CONTINUED: { description: 'Its draft went on in another session.' },
    EXPIRED: {
      description: 'It was not heard of for two minutes. It may still be saved with; until then its seconds are lost.',
    },
  },
});

@ObjectType({
  implements: Node,
  description: "One person's work on one kind of label of an image; while it is open it is their claim to the image.",
})
export class LabelSession {
  @Field(() => Image, { description: 'The image that is worked on.' })
  image: object;

  @Field(() => AnnotationKindEnum, { description: 'The kind of label that is worked on.' })
  kind: AnnotationKind;

  @Field(() => LabelPurposeEnum, { description: 'Drawing or judging.' })
  purpose: LabelPurpose;

  @Field(() => String, { description: 'Name of whoever opened it.' })
  holder: string;

  @Field(() => Boolean, { description: 'Whether it is one of whoever asks.' })
  isMine: boolean;

  @Field(() => DateTime, { description: 'When it was opened, by the clock of the database.' })
  openedAt: Date;

  @Field(() => DateTime, { description: 'Until when it claims the image, unless it is heard of again.' })
  expiresAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed; null while it is not.' })
  closedAt: Date | null;

  @Field(() => LabelSessionOutcomeEnum, { nullable: true, description: 'How it ended; null while it is open.' })
  outcome: ShownOutcome | null;

  @Field(() => Float, { description: 'Seconds of active work as last told, without those of a session it continues.' })
  activeSeconds: number;

  @Field(() => LabelTimingEnum, { nullable: true, description: 'What is known of them; null until it is closed.' })
  timing: LabelTiming | null;

  @Field(() => Float, { nullable: true, description: 'Seconds until the picture was seen; null when nobody measured.' })
  loadSeconds: number | null;

  @Field(() => LabelMeasurement, {
    nullable: true,
    description: 'How the seconds were measured; null when nobody said.',
  })
  measurement: LabelMeasurement | null;
}

@ObjectType({ description: 'How active seconds were measured.' })
export class LabelMeasurement {
  @Field(() => String, { description: 'Name of the rule, e.g. `ACTIVE_INTERVALS`.' })
  method: string;

  @Field(() => Float, { description: 'Seconds that count behind each input.' })
  gapSeconds: number;

  @Field(() => [Int], {
    description:
      'Gaps between inputs: item i counts those of at least i and less than i + 1 seconds, the last one also longer ones.',
  })
  gaps: number[];
}

@ObjectType({ description: 'Answer of `openLabelling`, `keepLabelling` and `closeLabelling`.' })
export class LabelSessionPayload extends Payload {
  @Field(() => LabelSession, { nullable: true, description: 'The session; null when there are problems.' })
  session?: object;
}
