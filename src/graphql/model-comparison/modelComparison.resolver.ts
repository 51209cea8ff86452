import { Extensions, Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type {
  ComparedImage as ComparedImageRecord,
  ComparedVersion as ComparedVersionRecord,
  ModelComparison as ModelComparisonRecord,
} from '../../services/model-comparisons.service.js';
import type { GraphqlContext } from '../context.js';
import { EvaluationMetrics } from '../evaluation/evaluation.type.js';
import { queriedIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { CompareModelVersionsArgs } from './modelComparison.input.js';
import { ComparedImage, ComparedVersion, ModelComparison } from './modelComparison.type.js';

@Resolver(() => ModelComparison)
export class ModelComparisonResolver {
  @Extensions(may('READ'))
  @Query(() => ModelComparison, {
    description: 'Two versions on the same split of the same snapshot. Both must have been evaluated there.',
  })
  compareModelVersions(
    @Args(() => CompareModelVersionsArgs) { a, b, snapshotId, split }: CompareModelVersionsArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.modelComparisons.compare(scope, {
      a: queriedIdOf('ModelVersion', a),
      b: queriedIdOf('ModelVersion', b),
      snapshotId: queriedIdOf('Snapshot', snapshotId),
      split,
    });
  }

  @FieldResolver(() => [ComparedImage], {
    description: 'Images on which they differ most: contrary verdicts first, then the greatest difference.',
  })
  images(
    @Root() comparison: ModelComparisonRecord,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 200; 50 when left out.' })
    first: number | null | undefined,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.modelComparisons.images(comparison, first);
  }
}

@Resolver(() => ComparedVersion)
export class ComparedVersionResolver {
  @FieldResolver(() => EvaluationMetrics)
  metrics(@Root() { evaluation }: ComparedVersionRecord) {
    return evaluation.metrics;
  }
}

@Resolver(() => ComparedImage)
export class ComparedImageResolver {
  @FieldResolver(() => Image)
  image(@Root() { a }: ComparedImageRecord, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(a.imageId);
  }
}
