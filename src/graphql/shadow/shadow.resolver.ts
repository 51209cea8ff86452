import { Args, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { ModelVersionEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { queriedIdOf } from '../globalId.js';
import { ModelVersion } from '../model/model.type.js';
import { ShadowPredictionArgs } from './shadow.input.js';
import { ShadowCounts, ShadowPredictionConnection } from './shadow.type.js';

@Resolver(() => ModelVersion)
export class ShadowResolver {
  @FieldResolver(() => ShadowCounts, { description: 'What it said as the challenger of its model.' })
  shadow(@Root() { id }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.shadowCounts.load(id);
  }

  @Extensions(may('READ'))
  @Query(() => ShadowPredictionConnection, {
    description: 'What a challenger said beside the versions that were asked, the greatest disagreement first.',
  })
  shadowPredictions(
    @Args(() => ShadowPredictionArgs) { modelVersionId, differs, ...page }: ShadowPredictionArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    const id = queriedIdOf('ModelVersion', modelVersionId);
    return connection(services.shadows.page(scope, { modelVersionId: id, differs }, page));
  }
}
