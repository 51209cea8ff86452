import { Args, Ctx, Extensions, FieldResolver, Float, Query, Resolver, Root } from 'type-graphql';
import type { Ranked } from '../../services/label-queue/rankImages.js';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { queriedIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { LabelQueueArgs, QueuedImage } from './labelQueue.type.js';

@Resolver(() => QueuedImage)
export class LabelQueueResolver {
  @Extensions(may('READ'))
  @Query(() => [QueuedImage], { description: 'Which images to label next, those first that help most.' })
  labelQueue(
    @Args(() => LabelQueueArgs) { datasetId, modelVersionId, strategy, seed, ...rest }: LabelQueueArgs,
    @Ctx() { services, scope, principal }: GraphqlContext,
  ) {
    return services.labelQueue.next(scope, principal, {
      ...rest,
      datasetId: queriedIdOf('Dataset', datasetId),
      modelVersionId: modelVersionId ? queriedIdOf('ModelVersion', modelVersionId) : undefined,
      strategy: strategy ?? 'ANOMALOUS_AND_DIVERSE',
      seed: seed ?? 0,
    });
  }

  @FieldResolver(() => Image)
  image(@Root() { id }: Ranked, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(id);
  }

  @FieldResolver(() => Float, { nullable: true })
  scoreRatio(@Root() { ratio }: Ranked) {
    return ratio;
  }
}
