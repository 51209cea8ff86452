import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ImagePredictionRecord } from '../../services/image-predictions.service.js';
import type { GraphqlContext } from '../context.js';
import { fileAddressOf } from '../fileAddressOf.js';
import { Job } from '../job/job.type.js';
import { ModelVersion } from '../model/model.type.js';
import { ImagePrediction } from './imagePrediction.type.js';

@Resolver(() => ImagePrediction)
export class ImagePredictionResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: ImagePredictionRecord, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Job)
  job(@Root() { jobId }: ImagePredictionRecord, @Ctx() { loaders }: GraphqlContext) {
    return loaders.jobRecord.load(jobId);
  }

  @FieldResolver(() => String)
  anomalyMapUrl(
    @Root() { anomalyMapSha256: sha256, jobId, noun }: ImagePredictionRecord,
    @Ctx() context: GraphqlContext,
  ) {
    return fileAddressOf(context, `/blobs/${sha256}`, { type: noun, id: jobId }, 'ImagePrediction.anomalyMapUrl');
  }

  @FieldResolver(() => String)
  overlayUrl(@Root() { overlaySha256: sha256, jobId, noun }: ImagePredictionRecord, @Ctx() context: GraphqlContext) {
    return fileAddressOf(context, `/blobs/${sha256}`, { type: noun, id: jobId }, 'ImagePrediction.overlayUrl');
  }
}
