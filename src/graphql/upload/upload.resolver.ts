import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { UploadEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { optionalIdOf } from '../globalId.js';
import { JsonObject } from '../scalars.js';
import { payload } from '../user-error/payload.js';
import { CreateUploadInput } from './upload.input.js';
import { CreateUploadPayload, Upload } from './upload.type.js';

@Resolver(() => Upload)
export class UploadResolver {
  @FieldResolver(() => String)
  url(@Root() upload: UploadEntity, @Ctx() { publicUrl }: GraphqlContext) {
    return `${publicUrl}/uploads/${upload.id}`;
  }

  @FieldResolver(() => String)
  method() {
    return 'PUT';
  }

  @FieldResolver(() => JsonObject)
  headers(@Root() upload: UploadEntity) {
    return { 'content-type': upload.contentType };
  }

  @Extensions(may('CURATE', 'INGEST', 'LABEL', 'PREDICT', 'TRAIN'))
  @Mutation(() => CreateUploadPayload, {
    description: 'Two steps: ask for a place, PUT the bytes there, then name the upload in another mutation.',
  })
  createUpload(
    @Arg('input', () => CreateUploadInput, { description: 'What will be sent.' }) input: CreateUploadInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const datasetId = optionalIdOf('Dataset', input.datasetId, ['input', 'datasetId']);
      const projectId = optionalIdOf('Project', input.projectId, ['input', 'projectId']);
      const principalId = context.principal.id;
      const announced = { ...input, datasetId, projectId, principalId };
      return { upload: await context.services.uploads.create(context.scope, announced) };
    });
  }
}
