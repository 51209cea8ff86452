import { Field, Float, ID, InputType } from 'type-graphql';
import type { ThresholdPolicyKind } from '../../shared/thresholds.js';
import { ThresholdPolicyKindEnum } from './thresholdPolicy.type.js';

@InputType({ description: 'How the thresholds of a version shall be chosen. Each value belongs to one kind.' })
export class SetThresholdPolicyInput {
  @Field(() => ID, { description: 'Whose thresholds.' })
  modelVersionId: string;

  @Field(() => ThresholdPolicyKindEnum, { description: 'How the thresholds are chosen.' })
  kind: ThresholdPolicyKind;

  @Field(() => ID, {
    nullable: true,
    description:
      'A completed evaluation of this version. F1_MAX needs it; NORMAL_QUANTILE takes its normal images, or those of the training when left out.',
  })
  evaluationId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'NORMAL_QUANTILE: share of normal images below the image threshold, above 0, at most 1; 0.98 when left out.',
  })
  imageQuantile?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'NORMAL_QUANTILE: share of their pixels below the pixel threshold, above 0, at most 1; 0.999 when left out.',
  })
  pixelQuantile?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'MANUAL: anomaly score an image must reach to count as anomalous, at least 0; unchanged when left out.',
  })
  imageThreshold?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'MANUAL: anomaly score a pixel must reach to count as anomalous, above 0; unchanged when left out.',
  })
  pixelThreshold?: number | null;

  @Field(() => String, { nullable: true, description: 'Who decides; 1 to 100 characters.' })
  author?: string | null;
}
