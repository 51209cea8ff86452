import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { ModelImportEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { ModelVersion } from '../model/model.type.js';
import { payload } from '../user-error/payload.js';
import { ImportModelInput } from './modelImport.input.js';
import { ImportModelPayload, ModelImport } from './modelImport.type.js';

@Resolver(() => ModelImport)
export class ModelImportResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: ModelImportEntity, @Ctx() { loaders }: GraphqlContext) {
    return modelVersionId === null ? null : loaders.modelVersion.load(modelVersionId);
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => ImportModelPayload, {
    description:
      'Starts adding a model version that another Residua exported as a bundle; trainings can continue from it.',
  })
  importModel(
    @Arg('input', () => ImportModelInput, { description: 'The bundle, and a name for its model.' })
    { modelName, ...input }: ImportModelInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const uploadId = idOf('Upload', input.uploadId, ['input', 'uploadId']);
      const projectId = optionalIdOf('Project', input.projectId, ['input', 'projectId']);
      const start = { uploadId, modelName, projectId };
      return { import: await context.services.modelImports.start(context.scope, start) };
    });
  }
}
