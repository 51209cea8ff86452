import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import type { Split } from '../../services/records.js';
import { thresholdPolicyKinds, type ThresholdPolicyKind } from '../../shared/thresholds.js';
import { enumOf } from '../enumOf.js';
import { Evaluation } from '../evaluation/evaluation.type.js';
import { SplitEnum } from '../image/image.type.js';
import { ModelVersion } from '../model/model.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

export const ThresholdPolicyKindEnum = enumOf(thresholdPolicyKinds);
registerEnumType(ThresholdPolicyKindEnum, {
  name: 'ThresholdPolicyKind',
  description: 'How thresholds are chosen.',
  valuesConfig: {
    NORMAL_QUANTILE: { description: 'A given share of normal images, and of their pixels, stays below.' },
    F1_MAX: { description: 'Where an evaluation reached its best F1, over images and over pixels.' },
    MANUAL: { description: 'As somebody said.' },
  },
});

@ObjectType({ description: 'How the thresholds of a model version were chosen, and by what.' })
export class ThresholdPolicy {
  @Field(() => ThresholdPolicyKindEnum, { description: 'How the thresholds were chosen.' })
  kind: ThresholdPolicyKind;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of normal images that stay below the image threshold, 0 to 1; NORMAL_QUANTILE only.',
  })
  imageQuantile: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of pixels of normal images that stay below the pixel threshold, 0 to 1; NORMAL_QUANTILE only.',
  })
  pixelQuantile: number | null;

  @Field(() => Evaluation, {
    nullable: true,
    description:
      'Whose scores decided; null for MANUAL, when the normal images of the training did, and once it was deleted.',
  })
  evaluation: object | null;

  @Field(() => SplitEnum, { nullable: true, description: 'The split whose images decided; null for MANUAL.' })
  split: Split | null;

  @Field(() => Boolean, {
    description:
      'Whether test images decided. Verdicts at this threshold on the same images then look better than they are.',
  })
  chosenOnTestSplit: boolean;

  @Field(() => String, { nullable: true, description: 'Who chose, as the caller said; null for the training itself.' })
  author: string | null;

  @Field(() => DateTime, { description: 'When the thresholds were chosen.' })
  chosenAt: Date;
}

@ObjectType({ description: 'Answer of `setThresholdPolicy`.' })
export class SetThresholdPolicyPayload extends Payload {
  @Field(() => ModelVersion, {
    nullable: true,
    description: 'The version with its new thresholds; null when there are problems.',
  })
  modelVersion?: object;
}
