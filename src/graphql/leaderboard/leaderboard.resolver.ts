import { Extensions, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { anybody, may } from '../access/access.js';
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
  @Extensions(may('READ'))
  @Query(() => [LeaderboardRow], {
    description: 'Model versions evaluated on the same images, best first, with what their labels cost.',
  })
  leaderboard(
    @Args(() => LeaderboardArgs) { snapshotId, ...request }: LeaderboardArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.leaderboard.rows(scope, { ...request, snapshotId: queriedIdOf('Snapshot', snapshotId) });
  }

  @Extensions(anybody)
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
  @Extensions(may('READ'))
  @Query(() => [AnnotationTradeoff], {
    description: 'The best each supervision reached with each kind of label, cheapest labels first.',
  })
  annotationTradeoff(
    @Args(() => AnnotationTradeoffArgs) { datasetId, ...choice }: AnnotationTradeoffArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.leaderboard.tradeoff(scope, queriedIdOf('Dataset', datasetId), choice);
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
