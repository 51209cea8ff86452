import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { ModelExportEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { artifactOf } from '../fileAddressOf.js';
import { idOf } from '../globalId.js';
import { Artifact, ModelVersion } from '../model/model.type.js';
import { payload } from '../user-error/payload.js';
import { ExportModelInput } from './modelExport.input.js';
import { ExportModelPayload, ModelExport } from './modelExport.type.js';

@Resolver(() => ModelExport)
export class ModelExportResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: ModelExportEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Artifact)
  artifact(@Root() found: ModelExportEntity, @Ctx() context: GraphqlContext) {
    return artifactOf(context, found, { type: 'ModelExport', id: found.jobId });
  }

  @Extensions(may('EXPORT'))
  @Mutation(() => ExportModelPayload, { description: 'Starts writing a model version to a file for use elsewhere.' })
  exportModel(
    @Arg('input', () => ExportModelInput, { description: 'The version to export, and as what.' })
    { modelVersionId, format }: ExportModelInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      export: await context.services.modelExports.start(context.scope, {
        modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
        format,
      }),
    }));
  }
}
