import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { LoggedPrediction as LoggedPredictionRecord } from '../../services/prediction-log.service.js';
import type { ProjectEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { fileAddressOf } from '../fileAddressOf.js';
import { idOf, queriedIdOf } from '../globalId.js';
import { ModelVersion } from '../model/model.type.js';
import { Project } from '../project/project.type.js';
import { payload } from '../user-error/payload.js';
import {
  AddPredictionToDatasetInput,
  GiveFeedbackInput,
  LoggedPredictionArgs,
  SetPredictionLogPolicyInput,
} from './predictionLog.input.js';
import {
  AddPredictionToDatasetPayload,
  GiveFeedbackPayload,
  LoggedPrediction,
  LoggedPredictionConnection,
  PredictionFeedback,
  PredictionLogPolicy,
  SetPredictionLogPolicyPayload,
} from './predictionLog.type.js';

@Resolver(() => LoggedPrediction)
export class LoggedPredictionResolver {
  @FieldResolver(() => ModelVersion, { nullable: true })
  modelVersion(@Root() { modelVersionId }: LoggedPredictionRecord, @Ctx() { loaders }: GraphqlContext) {
    return modelVersionId && loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => PredictionFeedback, { nullable: true })
  feedback(@Root() { feedback }: LoggedPredictionRecord) {
    return feedback ?? null;
  }

  @FieldResolver(() => String, { nullable: true })
  imageUrl(@Root() { imageSha256, projectId }: LoggedPredictionRecord, @Ctx() context: GraphqlContext) {
    return addressIn(context, imageSha256, projectId, 'LoggedPrediction.imageUrl');
  }

  @FieldResolver(() => String, { nullable: true })
  anomalyMapUrl(@Root() { anomalyMapSha256, projectId }: LoggedPredictionRecord, @Ctx() context: GraphqlContext) {
    return addressIn(context, anomalyMapSha256, projectId, 'LoggedPrediction.anomalyMapUrl');
  }

  @Extensions(may('READ'))
  @Query(() => LoggedPredictionConnection, { description: 'Predictions that a project has served, newest first.' })
  loggedPredictions(
    @Args(() => LoggedPredictionArgs) { projectId, filter, ...page }: LoggedPredictionArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    const version = filter?.modelVersionId;
    const asked = { ...filter, modelVersionId: version ? queriedIdOf('ModelVersion', version) : null };
    return connection(services.predictionLog.page(scope, queriedIdOf('Project', projectId), asked, page));
  }

  @Extensions(may('FEEDBACK'))
  @Mutation(() => GiveFeedbackPayload, { description: 'Says whether a prediction was right; the last word counts.' })
  giveFeedback(
    @Arg('input', () => GiveFeedbackInput, { description: 'What is said, of which prediction.' })
    { predictionId, ...said }: GiveFeedbackInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const { services, scope, principal } = context;
      const id = idOf('LoggedPrediction', predictionId, ['input', 'predictionId']);
      return { prediction: await services.feedback.give(scope, { ...said, predictionId: id, author: principal.name }) };
    });
  }

  @Extensions(may('CURATE'))
  @Mutation(() => AddPredictionToDatasetPayload, {
    description:
      'Makes an image of a logged prediction: labelled as its feedback says, with its regions as draft boxes (source PREDICTED) where it is anomalous. Sent again, it answers the same image.',
  })
  addPredictionToDataset(
    @Arg('input', () => AddPredictionToDatasetInput, { description: 'Which prediction, and where to.' })
    { predictionId, datasetId, ...how }: AddPredictionToDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const wanted = {
        ...how,
        predictionId: idOf('LoggedPrediction', predictionId, ['input', 'predictionId']),
        datasetId: idOf('Dataset', datasetId, ['input', 'datasetId']),
      };
      return { image: await context.services.feedback.addToDataset(context.scope, wanted) };
    });
  }
}

@Resolver(() => Project)
export class PredictionLogPolicyResolver {
  @FieldResolver(() => PredictionLogPolicy, { description: 'What it logs of its predictions.' })
  predictionLogPolicy(@Root() { id }: ProjectEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.predictionLogPolicy.load(id);
  }

  @Extensions(may('MEMBERS'))
  @Mutation(() => SetPredictionLogPolicyPayload, {
    description: 'Chooses what a project logs of its predictions, of which images it keeps pictures, and how long.',
  })
  setPredictionLogPolicy(
    @Arg('input', () => SetPredictionLogPolicyInput, { description: 'Which project, and what.' })
    { projectId, ...change }: SetPredictionLogPolicyInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = idOf('Project', projectId, ['input', 'projectId']);
      return { project: await context.services.predictionLog.setPolicy(context.scope, id, change) };
    });
  }
}

function addressIn(context: GraphqlContext, sha256: string | null, projectId: string, field: string) {
  return sha256 && fileAddressOf(context, `/blobs/${sha256}`, { type: 'Project', id: projectId }, field);
}
