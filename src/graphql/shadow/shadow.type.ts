import { Field, Float, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection/connection.type.js';
import { LoggedPrediction } from '../prediction-log/predictionLog.type.js';
import { DateTime } from '../scalars.js';

@ObjectType({ description: 'What a challenger said of an image, beside the version that was asked.' })
export class ShadowPrediction {
  @Field(() => LoggedPrediction, { description: 'What the version that was asked said.' })
  prediction: object;

  @Field(() => Float, { description: "The challenger's score." })
  anomalyScore: number;

  @Field(() => Boolean, { description: "The challenger's verdict." })
  isAnomalous: boolean;

  @Field(() => Float, { nullable: true, description: 'What its score was judged by.' })
  imageThreshold: number | null;

  @Field(() => Boolean, { description: 'Whether the two verdicts differ.' })
  differs: boolean;

  @Field(() => Float, {
    description:
      'Powers of two that the two scores lie apart, each beside its own threshold; 100 more where the verdicts differ.',
  })
  disagreement: number;

  @Field(() => DateTime, { description: 'When it was stored.' })
  at: Date;
}

export const ShadowPredictionConnection = connectionOf(
  'ShadowPrediction',
  () => ShadowPrediction,
  'answers of a challenger',
);

@ObjectType({ description: 'How often a challenger said the same as the versions that were asked.' })
export class ShadowCounts {
  @Field(() => Int, { description: 'Both called the image anomalous.' })
  bothAnomalous: number;

  @Field(() => Int, { description: 'Only the version that was asked called it anomalous.' })
  onlyServed: number;

  @Field(() => Int, { description: 'Only the challenger called it anomalous.' })
  onlyShadow: number;

  @Field(() => Int, { description: 'Both called the image normal.' })
  bothNormal: number;

  @Field(() => Int, { description: 'Images it was not asked about: too many waited.' })
  dropped: number;

  @Field(() => Int, { description: 'Images it could not answer, or not in time.' })
  failed: number;
}
