import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { ModelVersionEntity, SnapshotEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { encodeGlobalId, idOf } from '../globalId.js';
import { ModelVersion } from '../model/model.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { payload } from '../user-error/payload.js';
import { EraseImagesInput } from './erasure.input.js';
import { EraseImagesPayload } from './erasure.type.js';

const nothing = {
  ...{ erasedIds: [], tombstones: 0, loggedPredictions: 0, files: 0, laterFiles: 0, sharedIds: [] },
  ...{ exports: [], modelVersions: [] },
};

@Resolver(() => Snapshot)
export class ErasureResolver {
  @FieldResolver(() => Int, { description: 'Images of it that were erased since; `counts` still has them.' })
  async erasedImages(@Root() { id }: SnapshotEntity, @Ctx() { loaders }: GraphqlContext) {
    return (await loaders.erasedOfSnapshot.load(id)).all;
  }

  @Extensions(may('DELETE'))
  @Mutation(() => EraseImagesPayload, {
    description:
      'Takes pictures away for good, also where snapshots hold them: bytes, previews, maps, logged predictions. Snapshots keep a row with size, label and sha256.',
  })
  eraseImages(
    @Arg('input', () => EraseImagesInput, { description: 'Which images, and why.' }) input: EraseImagesInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, () => erase(context, input), nothing);
  }
}

@Resolver(() => ModelVersion)
export class VersionErasureResolver {
  @FieldResolver(() => Int, { description: 'Images it was trained on that were erased since.' })
  async erasedTrainingImages(@Root() { snapshotId }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    return (await loaders.erasedOfSnapshot.load(snapshotId)).train;
  }
}

async function erase({ services, scope, loaders }: GraphqlContext, { ids, reason }: EraseImagesInput) {
  const images = ids.map((id, i) => idOf('Image', id, ['input', 'ids', String(i)]));
  const { exportIds, versionIds, sharedIds, ...erased } = await services.erasures.erase(scope, { ids: images, reason });
  const global = (one: string) => encodeGlobalId('Image', one);
  return {
    ...{ ...erased, erasedIds: erased.ids.map(global), sharedIds: sharedIds.map(global) },
    exports: await Promise.all(exportIds.map((id) => loaders.jobRecord.load(id))),
    modelVersions: await Promise.all(versionIds.map((id) => loaders.modelVersion.load(id))),
  };
}
