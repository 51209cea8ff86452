import { Extensions, Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { DatasetPredictionEntity, PredictedImageEntity } from '../../services/records.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { fileAddressOf } from '../fileAddressOf.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { payload } from '../user-error/payload.js';
import { PredictDatasetInput, PredictedImagesArgs } from './datasetPrediction.input.js';
import {
  DatasetPrediction,
  PredictDatasetPayload,
  PredictedImage,
  PredictedImageConnection,
} from './datasetPrediction.type.js';

@Resolver(() => DatasetPrediction)
export class DatasetPredictionResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: DatasetPredictionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Snapshot)
  snapshot(@Root() { snapshotId }: DatasetPredictionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.snapshot.load(snapshotId);
  }

  @FieldResolver(() => PredictedImageConnection, {
    description: 'What was said about each image; empty before it has completed.',
  })
  images(
    @Root() { jobId }: DatasetPredictionEntity,
    @Args(() => PredictedImagesArgs) { orderBy, isAnomalous, ...page }: PredictedImagesArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.datasetPredictions.imagesPage(scope, jobId, { orderBy, isAnomalous }, page));
  }

  @Extensions(may('PREDICT'))
  @Mutation(() => PredictDatasetPayload, { description: 'Starts asking a model version about many images.' })
  predictDataset(
    @Arg('input', () => PredictDatasetInput, { description: 'Which version, which images.' })
    input: PredictDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      prediction: await context.services.datasetPredictions.start(context.scope, readInput(input)),
    }));
  }
}

@Resolver(() => PredictedImage)
export class PredictedImageResolver {
  @FieldResolver(() => Image)
  image(@Root() { imageId }: PredictedImageEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(imageId);
  }

  @FieldResolver(() => String)
  anomalyMapUrl(@Root() { anomalyMapSha256, predictionId }: PredictedImageEntity, @Ctx() context: GraphqlContext) {
    const owner = { type: 'DatasetPrediction', id: predictionId };
    return fileAddressOf(context, `/blobs/${anomalyMapSha256}`, owner, 'PredictedImage.anomalyMapUrl');
  }

  @FieldResolver(() => String)
  overlayUrl(@Root() { overlaySha256, predictionId }: PredictedImageEntity, @Ctx() context: GraphqlContext) {
    return fileAddressOf(
      context,
      `/blobs/${overlaySha256}`,
      { type: 'DatasetPrediction', id: predictionId },
      'PredictedImage.overlayUrl',
    );
  }
}

function readInput({ modelVersionId, snapshotId, datasetId, ...input }: PredictDatasetInput) {
  return {
    ...input,
    modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
    snapshotId: optionalIdOf('Snapshot', snapshotId, ['input', 'snapshotId']),
    datasetId: optionalIdOf('Dataset', datasetId, ['input', 'datasetId']),
  };
}
