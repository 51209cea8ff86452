import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { AnnotationKind, LabelPurpose } from '../../services/records.js';
import { AnnotationKindEnum } from '../annotation/annotation.type.js';
import { LabelPurposeEnum } from './labelSession.type.js';

@InputType({ description: 'How active seconds were measured, so that they can be counted anew with another gap.' })
export class LabelMeasurementInput {
  @Field(() => String, { description: 'Name of the rule, 1 to 100 characters, e.g. `ACTIVE_INTERVALS`.' })
  method: string;

  @Field(() => Float, { description: 'Seconds that count behind each input, above 0 and at most 3600.' })
  gapSeconds: number;

  @Field(() => [Int], {
    description:
      'Gaps between inputs: item i counts those of at least i and less than i + 1 seconds, the last one also longer ones; at most 600.',
  })
  gaps: number[];
}

@InputType({ description: 'What somebody starts to work on.' })
export class OpenLabellingInput {
  @Field(() => ID, { description: 'The image to be labelled.' })
  imageId: string;

  @Field(() => AnnotationKindEnum, { description: 'The kind of label.' })
  kind: AnnotationKind;

  @Field(() => LabelPurposeEnum, { nullable: true, description: 'Drawing or judging; LABEL when left out.' })
  purpose?: LabelPurpose | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'An own session that was given up or has expired, and whose draft is taken up again: nothing of it is lost.',
  })
  continues?: string | null;

  @Field(() => Float, { nullable: true, description: 'Active seconds that the draft has, 0 to 86400.' })
  activeSeconds?: number | null;
}

@InputType({ description: 'A session somebody still works in.' })
export class KeepLabellingInput {
  @Field(() => ID, { description: 'The own session.' })
  sessionId: string;

  @Field(() => Float, { description: 'Active seconds so far, those of sessions it continues included; 0 to 86400.' })
  activeSeconds: number;
}

@InputType({ description: 'A session that ends without a label.' })
export class CloseLabellingInput {
  @Field(() => ID, { description: 'The own session.' })
  sessionId: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it ends since the image shows nothing to label; otherwise it is given up, and its seconds are lost.',
  })
  nothingFound?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Active seconds, those of sessions it continues included; as last told when left out.',
  })
  activeSeconds?: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds until the picture was seen.' })
  loadSeconds?: number | null;

  @Field(() => LabelMeasurementInput, { nullable: true, description: 'How the seconds were measured.' })
  measurement?: LabelMeasurementInput | null;
}
