import { Extensions, Arg, Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { EvaluatedImageEntity, EvaluationEntity } from '../../services/records.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { fileAddressOf } from '../fileAddressOf.js';
import { idOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { ModelVersion } from '../model/model.type.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { payload } from '../user-error/payload.js';
import { EvaluatedImagesArgs, EvaluateModelInput } from './evaluation.input.js';
import {
  CurvePoint,
  DefectTypeMetrics,
  EvaluatedImage,
  EvaluatedImageConnection,
  EvaluateModelPayload,
  Evaluation,
  NearestNormal,
} from './evaluation.type.js';

@Resolver(() => NearestNormal)
export class NearestNormalResolver {
  @FieldResolver(() => Image, { nullable: true })
  image(@Root() { imageId }: { imageId: string }, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(imageId);
  }
}

@Resolver(() => Evaluation)
export class EvaluationResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: EvaluationEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => Snapshot)
  snapshot(@Root() { snapshotId }: EvaluationEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.snapshot.load(snapshotId);
  }

  @FieldResolver(() => Int)
  imagesTrainedOn(@Root() { jobId }: EvaluationEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.imagesTrainedOn.load(jobId);
  }

  @FieldResolver(() => [DefectTypeMetrics])
  byDefectType(@Root() { byDefectType }: EvaluationEntity) {
    return byDefectType ?? [];
  }

  @FieldResolver(() => [CurvePoint])
  rocCurve(@Root() { curves }: EvaluationEntity) {
    return curves?.roc ?? [];
  }

  @FieldResolver(() => [CurvePoint])
  precisionRecallCurve(@Root() { curves }: EvaluationEntity) {
    return curves?.precisionRecall ?? [];
  }

  @FieldResolver(() => [CurvePoint])
  proCurve(@Root() { curves }: EvaluationEntity) {
    return curves?.pro ?? [];
  }

  @FieldResolver(() => EvaluatedImageConnection, { description: 'What the detector said about each image.' })
  images(
    @Root() { jobId }: EvaluationEntity,
    @Args(() => EvaluatedImagesArgs) { orderBy, threshold, filter, ...page }: EvaluatedImagesArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.evaluatedImages.page(scope, jobId, { orderBy, threshold, filter }, page));
  }

  @Extensions(may('TRAIN'))
  @Mutation(() => EvaluateModelPayload, { description: 'Starts measuring a model version.' })
  evaluateModel(
    @Arg('input', () => EvaluateModelInput, { description: 'What to measure, on what.' }) input: EvaluateModelInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      evaluation: await context.services.evaluations.start(context.scope, readEvaluation(input)),
    }));
  }
}

@Resolver(() => EvaluatedImage)
export class EvaluatedImageResolver {
  @FieldResolver(() => Image)
  image(@Root() { imageId }: EvaluatedImageEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(imageId);
  }

  @FieldResolver(() => String)
  anomalyMapUrl(@Root() { anomalyMapSha256, evaluationId }: EvaluatedImageEntity, @Ctx() context: GraphqlContext) {
    const owner = { type: 'Evaluation', id: evaluationId };
    return fileAddressOf(context, `/blobs/${anomalyMapSha256}`, owner, 'EvaluatedImage.anomalyMapUrl');
  }

  @FieldResolver(() => String)
  overlayUrl(@Root() { overlaySha256, evaluationId }: EvaluatedImageEntity, @Ctx() context: GraphqlContext) {
    return fileAddressOf(
      context,
      `/blobs/${overlaySha256}`,
      { type: 'Evaluation', id: evaluationId },
      'EvaluatedImage.overlayUrl',
    );
  }
}

function readEvaluation({ modelVersionId, snapshotId, ...input }: EvaluateModelInput) {
  return {
    ...input,
    modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
    snapshotId: idOf('Snapshot', snapshotId, ['input', 'snapshotId']),
  };
}
