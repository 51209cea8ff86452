import { Extensions, Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import { queriedProject } from '../project/queriedProject.js';
import { NamedArgs, ProjectPageArgs } from '../project/project.input.js';
import type { ModelAliasEntity, ModelEntity } from '../../services/records.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { idOf } from '../globalId.js';
import { Project } from '../project/project.type.js';
import { payload } from '../user-error/payload.js';
import {
  AliasHistoryArgs,
  DeleteModelInput,
  ModelVersionsArgs,
  RemoveModelAliasInput,
  SetModelAliasInput,
} from './model.input.js';
import {
  DeleteModelPayload,
  Model,
  ModelAlias,
  ModelAliasMoveConnection,
  ModelConnection,
  ModelVersion,
  ModelVersionConnection,
  RemoveModelAliasPayload,
  SetModelAliasPayload,
} from './model.type.js';

@Resolver(() => Model)
export class ModelResolver {
  @Extensions(may('READ'))
  @Query(() => ModelConnection, { description: 'All models, oldest first.' })
  models(
    @Args(() => ProjectPageArgs) { projectId, ...page }: ProjectPageArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.models.page(scope, page, queriedProject(projectId)));
  }

  @Extensions(may('READ'))
  @Query(() => Model, { nullable: true, description: 'The model of this name, or null.' })
  model(@Args(() => NamedArgs) { name, projectId }: NamedArgs, @Ctx() { services, scope }: GraphqlContext) {
    return services.models.byName(scope, name, queriedProject(projectId));
  }

  @FieldResolver(() => Project)
  project(@Root() { projectId }: ModelEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.project.load(projectId);
  }

  @FieldResolver(() => ModelVersionConnection, { description: 'Its versions, newest first.' })
  versions(
    @Root() { id }: ModelEntity,
    @Args(() => ModelVersionsArgs) args: ModelVersionsArgs,
    @Ctx() { loaders }: GraphqlContext,
  ) {
    return connection(loaders.modelVersions.load({ owner: id, args }));
  }

  @FieldResolver(() => [ModelAlias])
  aliases(@Root() { id }: ModelEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelAliases.load(id);
  }

  @FieldResolver(() => ModelAliasMoveConnection, {
    description: 'Every time one of its aliases was set, moved or removed, newest first.',
  })
  aliasHistory(
    @Root() { id }: ModelEntity,
    @Args(() => AliasHistoryArgs) { alias, ...page }: AliasHistoryArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.modelAliases.history(scope, id, alias, page));
  }

  @Extensions(may('RELEASE'))
  @Mutation(() => SetModelAliasPayload, {
    description: 'Points an alias at a version of its model, moving it when it exists.',
  })
  setModelAlias(
    @Arg('input', () => SetModelAliasInput, { description: 'Which, and where to.' })
    { modelVersionId, ...input }: SetModelAliasInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      model: await context.services.modelAliases.set(context.scope, {
        ...input,
        modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
      }),
    }));
  }

  @Extensions(may('RELEASE'))
  @Mutation(() => RemoveModelAliasPayload, { description: 'Takes an alias away from its model. Its history stays.' })
  removeModelAlias(
    @Arg('input', () => RemoveModelAliasInput, { description: 'The alias to take away.' })
    { modelId, ...input }: RemoveModelAliasInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      model: await context.services.modelAliases.remove(context.scope, {
        ...input,
        modelId: idOf('Model', modelId, ['input', 'modelId']),
      }),
    }));
  }

  @Extensions(may('DELETE'))
  @Mutation(() => DeleteModelPayload, {
    description: 'Deletes a model with all its versions; refused by CONFLICT while anything points at one of them.',
  })
  deleteModel(
    @Arg('input', () => DeleteModelInput, { description: 'The model to delete.' }) { id }: DeleteModelInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.models.deleteModel(context.scope, idOf('Model', id, ['input', 'id']));
      return { deletedId: id };
    });
  }
}

@Resolver(() => ModelAlias)
export class ModelAliasResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: ModelAliasEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }
}
