import { Extensions, Arg, Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { previewSideOf } from '../../services/images/previewSide.js';
import type { ImageEntity } from '../../services/records.js';
import { AnnotationHistoryArgs } from '../annotation/annotation.input.js';
import { Annotation, AnnotationConnection } from '../annotation/annotation.type.js';
import { ReviewStateEnum } from '../annotation-review/annotationReview.type.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { fileAddressOf } from '../fileAddressOf.js';
import { Dataset } from '../dataset/dataset.type.js';
import { encodeGlobalId, idOf, queriedIdOf } from '../globalId.js';
import { LabelSession } from '../label-session/labelSession.type.js';
import { payload } from '../user-error/payload.js';
import { AddImagesInput, DeleteImagesInput, ImagePredictionArgs, UpdateImagesInput } from './image.input.js';
import { AddImagesPayload, DeleteImagesPayload, Image, ImageOrigin, UpdateImagesPayload } from './image.type.js';
import { ImagePrediction } from './imagePrediction.type.js';

@Resolver(() => Image)
export class ImageResolver {
  @FieldResolver(() => Dataset)
  dataset(@Root() image: ImageEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(image.datasetId);
  }

  @FieldResolver(() => String)
  url(@Root() { sha256, datasetId }: ImageEntity, @Ctx() context: GraphqlContext) {
    return fileAddressOf(context, `/blobs/${sha256}`, { type: 'Dataset', id: datasetId }, 'Image.url');
  }

  @FieldResolver(() => String)
  thumbnailUrl(@Root() { id, datasetId }: ImageEntity, @Ctx() context: GraphqlContext) {
    return fileAddressOf(context, `/images/${id}/thumbnail`, { type: 'Dataset', id: datasetId }, 'Image.thumbnailUrl');
  }

  @FieldResolver(() => String)
  async previewUrl(
    @Root() { id, datasetId }: ImageEntity,
    @Arg('side', () => Int, {
      defaultValue: 1024,
      description: 'Pixels of its longer side at most: 256, 1024 or 2048.',
    })
    side: number,
    @Ctx() context: GraphqlContext,
  ) {
    const owner = { type: 'Dataset', id: datasetId };
    const url = new URL(await fileAddressOf(context, `/images/${id}/preview`, owner, 'Image.previewUrl'));
    url.searchParams.set('side', String(previewSideOf(side)));
    return url.toString();
  }

  @FieldResolver(() => [Annotation])
  annotations(@Root() image: ImageEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.imageAnnotations.load(image.id);
  }

  @FieldResolver(() => ReviewStateEnum, { nullable: true })
  reviewState(@Root() { id }: ImageEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.imageReviewState.load(id);
  }

  @FieldResolver(() => [LabelSession])
  claims(@Root() { id }: ImageEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.imageClaims.load(id);
  }

  @FieldResolver(() => ImageOrigin, { nullable: true })
  origin(@Root() { origin }: ImageEntity) {
    if (!origin) return null;
    const { predictionId, at } = origin;
    return { ...origin, predictionId: encodeGlobalId('LoggedPrediction', predictionId), at: new Date(at) };
  }

  @FieldResolver(() => ImagePrediction, {
    nullable: true,
    description: 'The newest prediction of a version that is stored.',
  })
  prediction(
    @Root() { id }: ImageEntity,
    @Args(() => ImagePredictionArgs) { modelVersionId, ...alias }: ImagePredictionArgs,
    @Ctx() { loaders }: GraphqlContext,
  ) {
    const version = modelVersionId ? { modelVersionId: queriedIdOf('ModelVersion', modelVersionId) } : {};
    return loaders.imagePrediction.load({ owner: id, args: { ...alias, ...version } });
  }

  @FieldResolver(() => AnnotationConnection, { description: 'Every revision of its labels, newest first.' })
  annotationHistory(
    @Root() { id }: ImageEntity,
    @Args(() => AnnotationHistoryArgs) args: AnnotationHistoryArgs,
    @Ctx() { loaders }: GraphqlContext,
  ) {
    return connection(loaders.imageAnnotationHistory.load({ owner: id, args }));
  }

  @Extensions(may('CURATE', 'INGEST'))
  @Mutation(() => AddImagesPayload, { description: 'Adds uploaded images to a data set.' })
  addImages(
    @Arg('input', () => AddImagesInput, { description: 'The images to add, and their data set.' })
    input: AddImagesInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(
      context,
      async () => ({ images: await context.services.images.add(context.scope, readAddImages(input)) }),
      {
        images: [],
      },
    );
  }

  @Extensions(may('CURATE'))
  @Mutation(() => DeleteImagesPayload, {
    description:
      'Takes images out of their data set, all or none. Those that a snapshot holds stay readable there; the others are deleted with their labels, and `residua collect` deletes their files.',
  })
  deleteImages(
    @Arg('input', () => DeleteImagesInput, { description: 'The images that shall go.' }) input: DeleteImagesInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, () => deleteImages(context, input), { deletedIds: [], keptInSnapshots: 0 });
  }

  @Extensions(may('CURATE'))
  @Mutation(() => UpdateImagesPayload, { description: 'Changes split, label or kind of defect of images.' })
  updateImages(
    @Arg('input', () => UpdateImagesInput, { description: 'What to change.' }) input: UpdateImagesInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(
      context,
      async () => ({ images: await context.services.images.update(context.scope, readUpdateImages(input)) }),
      {
        images: [],
      },
    );
  }
}

function readAddImages({ datasetId, images }: AddImagesInput) {
  return {
    datasetId: idOf('Dataset', datasetId, ['input', 'datasetId']),
    images: images.map((image, i) => ({
      ...image,
      uploadId: idOf('Upload', image.uploadId, ['input', 'images', String(i), 'uploadId']),
    })),
  };
}

async function deleteImages({ services, scope }: GraphqlContext, { ids }: DeleteImagesInput) {
  const removed = await services.images.remove(scope, readIds(ids));
  return { deletedIds: removed.ids.map((id) => encodeGlobalId('Image', id)), keptInSnapshots: removed.keptInSnapshots };
}

function readIds(ids: readonly string[]): string[] {
  return ids.map((id, i) => idOf('Image', id, ['input', 'ids', String(i)]));
}

function readUpdateImages({ ids, ...change }: UpdateImagesInput) {
  return { ...change, ids: readIds(ids) };
}
