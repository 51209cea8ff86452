import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { SnapshotEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { Dataset } from '../dataset/dataset.type.js';
import { idOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { UserError } from '../user-error/userError.type.js';
import { CreateSnapshotInput, DeleteSnapshotInput, TagSnapshotInput } from './snapshot.input.js';
import { CreateSnapshotPayload, DeleteSnapshotPayload, Snapshot, TagSnapshotPayload } from './snapshot.type.js';

@Resolver(() => Snapshot)
export class SnapshotResolver {
  @FieldResolver(() => Dataset)
  dataset(@Root() snapshot: SnapshotEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(snapshot.datasetId);
  }

  @Extensions(may('CURATE'))
  @Mutation(() => CreateSnapshotPayload, { description: 'Freezes a data set as it is now.' })
  createSnapshot(
    @Arg('input', () => CreateSnapshotInput, { description: 'The data set to freeze, and a name for the result.' })
    { datasetId, tag }: CreateSnapshotInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      snapshot: await context.services.snapshots.create(context.scope, {
        datasetId: idOf('Dataset', datasetId, ['input', 'datasetId']),
        tag,
      }),
    }));
  }

  @Extensions(may('CURATE'))
  @Mutation(() => TagSnapshotPayload, {
    description: 'Names a snapshot, or takes its name away. Its content never changes.',
  })
  tagSnapshot(
    @Arg('input', () => TagSnapshotInput, { description: 'Which, and how.' }) { id, tag }: TagSnapshotInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      snapshot: await context.services.snapshots.setTag(
        context.scope,
        idOf('Snapshot', id, ['input', 'id']),
        tag ?? null,
      ),
    }));
  }

  @Extensions(may('CURATE'))
  @Mutation(() => DeleteSnapshotPayload, {
    description: 'Deletes a snapshot, unless a training or evaluation refers to it. Images and annotations stay.',
  })
  deleteSnapshot(
    @Arg('input', () => DeleteSnapshotInput, { description: 'The snapshot to delete.' }) { id }: DeleteSnapshotInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.snapshots.remove(context.scope, idOf('Snapshot', id, ['input', 'id']));
      return { deletedId: id };
    });
  }
}

@Resolver(() => CreateSnapshotPayload)
export class CreateSnapshotPayloadResolver {
  @FieldResolver(() => [UserError])
  warnings(@Root() { snapshot }: { snapshot?: SnapshotEntity }, @Ctx() { services, scope }: GraphqlContext) {
    return snapshot ? services.snapshots.warnings(scope, snapshot.id) : [];
  }
}
