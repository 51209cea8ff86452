import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { SnapshotEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { Dataset } from '../dataset/dataset.type.js';
import { idOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { CreateSnapshotInput } from './snapshot.input.js';
import { CreateSnapshotPayload, Snapshot } from './snapshot.type.js';

@Resolver(() => Snapshot)
export class SnapshotResolver {
  @FieldResolver(() => Dataset)
  dataset(@Root() snapshot: SnapshotEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(snapshot.datasetId);
  }

  @Mutation(() => CreateSnapshotPayload, { description: 'Freezes a data set as it is now.' })
  createSnapshot(
    @Arg('input', () => CreateSnapshotInput, { description: 'Of what.' }) { datasetId, tag }: CreateSnapshotInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      snapshot: await context.services.snapshots.create({
        datasetId: idOf('Dataset', datasetId, ['input', 'datasetId']),
        tag,
      }),
    }));
  }
}
