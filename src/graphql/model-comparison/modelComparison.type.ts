import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { comparedMetrics, type ComparedMetric } from '../../services/model-comparisons.service.js';
import { enumOf } from '../enumOf.js';
import { EvaluatedImage, Evaluation, EvaluationMetrics } from '../evaluation/evaluation.type.js';
import { Image } from '../image/image.type.js';
import { ModelVersion } from '../model/model.type.js';

export const ComparedMetricEnum = enumOf(comparedMetrics);
registerEnumType(ComparedMetricEnum, {
  name: 'ComparedMetric',
  description: 'A metric in which more is better, by its name in `EvaluationMetrics`.',
});

@ObjectType({ description: 'One of two versions, measured.' })
export class ComparedVersion {
  @Field(() => ModelVersion, { description: 'The version that is compared.' })
  modelVersion: object;

  @Field(() => Evaluation, { description: 'Its newest completed evaluation on the snapshot and split.' })
  evaluation: object;

  @Field(() => EvaluationMetrics, { description: "The evaluation's metrics." })
  metrics: object;
}

@ObjectType({ description: 'One metric of both versions.' })
export class MetricDifference {
  @Field(() => ComparedMetricEnum, { description: 'The metric in which the two are compared.' })
  name: ComparedMetric;

  @Field(() => Float, { nullable: true, description: "The first version's, 0 to 1; null where not defined." })
  a: number | null;

  @Field(() => Float, { nullable: true, description: "The second version's, 0 to 1; null where not defined." })
  b: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'b minus a, -1 to 1: positive where the second version is better; null where one is not defined.',
  })
  difference: number | null;
}

@ObjectType({ description: 'An image as both versions see it.' })
export class ComparedImage {
  @Field(() => Image, { description: 'The image that both versions judged.' })
  image: Image;

  @Field(() => EvaluatedImage, { description: 'What the first version says, at its current threshold.' })
  a: object;

  @Field(() => EvaluatedImage, { description: 'What the second version says, at its current threshold.' })
  b: object;

  @Field(() => Float, {
    description:
      "The second version's score divided by its image threshold, minus the same of the first: scores of two versions have no unit in common.",
  })
  difference: number;
}

@ObjectType({ description: 'Two model versions side by side, on the same images.' })
export class ModelComparison {
  @Field(() => ComparedVersion, { description: 'The first version.' })
  a: object;

  @Field(() => ComparedVersion, { description: 'The second version.' })
  b: object;

  @Field(() => [MetricDifference], { description: 'Every metric of both.' })
  differences: MetricDifference[];
}
