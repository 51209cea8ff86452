import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { LeaderboardRow as Row } from '../../services/leaderboard.service.js';
import { AnnotationCost } from '../annotation/annotation.type.js';
import type { GraphqlContext } from '../context.js';
import { Evaluation } from '../evaluation/evaluation.type.js';
import { queriedIdOf } from '../globalId.js';
import { ModelVersion } from '../model/model.type.js';
import { AnnotationTradeoffArgs, LeaderboardArgs, PublishedResultsArgs } from './leaderboard.input.js';
import { AnnotationTradeoff, LeaderboardRow, PublishedResult } from './leaderboard.type.js';

@Resolver(() => LeaderboardRow)
export class LeaderboardResolver {
  @Query(() => [LeaderboardRow], {
    description: 'Model versions evaluated on the same images, best first, with what their labels cost.',
  })
  leaderboard(
    @Args(() => LeaderboardArgs) { snapshotId, ...request }: LeaderboardArgs,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.leaderboard.rows({ ...request, snapshotId: queriedIdOf('Snapshot', snapshotId) });
  }

  @Query(() => [PublishedResult], { description: "The paper's own numbers, in the order printed." })
  publishedResults(
    @Args(() => PublishedResultsArgs) { dataset, category }: PublishedResultsArgs,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.leaderboard.published(dataset, category);
  }

  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: Row, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Evaluation)
  evaluation(@Root() { evaluationId }: Row, @Ctx() { loaders }: GraphqlContext) {
    return loaders.jobRecord.load(evaluationId);
  }

  @FieldResolver(() => [AnnotationCost])
  labelCost(@Root() { modelVersionId }: Row, @Ctx() { loaders }: GraphqlContext) {
    return loaders.versionLabelCost.load(modelVersionId);
  }
}

@Resolver(() => AnnotationTradeoff)
export class AnnotationTradeoffResolver {
  @Query(() => [AnnotationTradeoff], {
    description: 'The best each supervision reached with each kind of label, cheapest labels first.',
  })
  annotationTradeoff(
    @Args(() => AnnotationTradeoffArgs) { datasetId, orderBy }: AnnotationTradeoffArgs,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.leaderboard.tradeoff(queriedIdOf('Dataset', datasetId), orderBy);
  }

  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: Row, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Evaluation)
  evaluation(@Root() { evaluationId }: Row, @Ctx() { loaders }: GraphqlContext) {
    return loaders.jobRecord.load(evaluationId);
  }
}
