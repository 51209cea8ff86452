import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { DatasetExportEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { artifactOf } from '../fileAddressOf.js';
import { idOf } from '../globalId.js';
import { Artifact } from '../model/model.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { payload } from '../user-error/payload.js';
import { ExportDatasetInput } from './datasetExport.input.js';
import { DatasetExport, ExportDatasetPayload } from './datasetExport.type.js';

@Resolver(() => DatasetExport)
export class DatasetExportResolver {
  @FieldResolver(() => Snapshot)
  snapshot(@Root() { snapshotId }: DatasetExportEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.snapshot.load(snapshotId);
  }

  @FieldResolver(() => Artifact)
  artifact(@Root() found: DatasetExportEntity, @Ctx() context: GraphqlContext) {
    return artifactOf(context, found, { type: 'DatasetExport', id: found.jobId });
  }

  @Extensions(may('EXPORT'))
  @Mutation(() => ExportDatasetPayload, { description: 'Starts writing a snapshot to a zip.' })
  exportDataset(
    @Arg('input', () => ExportDatasetInput, { description: 'The snapshot to export, and in which layout.' })
    { snapshotId, format }: ExportDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      export: await context.services.datasetExports.start(context.scope, {
        snapshotId: idOf('Snapshot', snapshotId, ['input', 'snapshotId']),
        format,
      }),
    }));
  }
}
