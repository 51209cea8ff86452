import { Extensions, Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { queriedProject } from '../project/queriedProject.js';
import type { ModelVersionEntity, TrainingRunEntity } from '../../services/records.js';
import { usabilityOf } from '../../services/registry/usability.js';
import { AnnotationCost } from '../annotation/annotation.type.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { artifactOf } from '../fileAddressOf.js';
import { EvaluationConnection } from '../evaluation/evaluation.type.js';
import { idOf } from '../globalId.js';
import { Snapshot } from '../snapshot/snapshot.type.js';
import { TrainingRun } from '../training-run/trainingRun.type.js';
import { payload } from '../user-error/payload.js';
import { DeleteModelVersionInput, ModelVersionArgs, SetModelVersionTagsInput } from './model.input.js';
import {
  Artifact,
  DeleteModelVersionPayload,
  Model,
  ModelVersion,
  ModelVersionUse,
  SetModelVersionTagsPayload,
} from './model.type.js';

@Resolver(() => ModelVersion)
export class ModelVersionResolver {
  @Extensions(may('READ'))
  @Query(() => ModelVersion, { nullable: true, description: 'A version of a model by number or alias, or null.' })
  modelVersion(
    @Args(() => ModelVersionArgs) { model, version, projectId }: ModelVersionArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return services.models.version(scope, model, version, queriedProject(projectId));
  }

  @FieldResolver(() => Model)
  model(@Root() { modelId }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.model.load(modelId);
  }

  @FieldResolver(() => TrainingRun)
  trainingRun(@Root() { trainingRunId }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.jobRecord.load(trainingRunId);
  }

  @FieldResolver(() => ModelVersionUse)
  async usable(@Root() { trainingRunId }: ModelVersionEntity, @Ctx() { loaders, services }: GraphqlContext) {
    return usabilityOf(services.plugins, (await loaders.jobRecord.load(trainingRunId)) as TrainingRunEntity);
  }

  @FieldResolver(() => Snapshot)
  snapshot(@Root() { snapshotId }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.snapshot.load(snapshotId);
  }

  @FieldResolver(() => Artifact)
  artifact(@Root() version: ModelVersionEntity, @Ctx() context: GraphqlContext) {
    return artifactOf(context, version, { type: 'ModelVersion', id: version.id });
  }

  @FieldResolver(() => [String])
  async aliases(@Root() { id, modelId }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    const aliases = await loaders.modelAliases.load(modelId);
    return aliases.filter((alias) => alias.modelVersionId === id).map(({ name }) => name);
  }

  @FieldResolver(() => [AnnotationCost])
  labelCost(@Root() { id }: ModelVersionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.versionLabelCost.load(id);
  }

  @FieldResolver(() => EvaluationConnection, { description: 'Its evaluations, newest first.' })
  evaluations(
    @Root() { id }: ModelVersionEntity,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: GraphqlContext,
  ) {
    return connection(loaders.versionEvaluations.load({ owner: id, args }));
  }

  @Extensions(may('RELEASE'))
  @Mutation(() => SetModelVersionTagsPayload, { description: 'Replaces the tags of a model version.' })
  setModelVersionTags(
    @Arg('input', () => SetModelVersionTagsInput, { description: 'Which version, which tags.' })
    { modelVersionId, tags }: SetModelVersionTagsInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      modelVersion: await context.services.models.setTags(context.scope, {
        modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
        tags,
      }),
    }));
  }

  @Extensions(may('DELETE'))
  @Mutation(() => DeleteModelVersionPayload, {
    description:
      'Deletes a model version, not its training. Refused by CONFLICT while an alias, an evaluation, a fine-tuned run or a prediction of a data set points at it.',
  })
  deleteModelVersion(
    @Arg('input', () => DeleteModelVersionInput, { description: 'The version to delete.' })
    { id }: DeleteModelVersionInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.models.deleteVersion(context.scope, idOf('ModelVersion', id, ['input', 'id']));
      return { deletedId: id };
    });
  }
}
