import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { ModelAliasEntity, ModelEntity } from '../../services/records.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { idOf } from '../globalId.js';
import { Project } from '../project/project.type.js';
import { payload } from '../user-error/payload.js';
import { SetModelAliasInput } from './model.input.js';
import {
  Model,
  ModelAlias,
  ModelConnection,
  ModelVersion,
  ModelVersionConnection,
  SetModelAliasPayload,
} from './model.type.js';

@Resolver(() => Model)
export class ModelResolver {
  @Query(() => ModelConnection, { description: 'All models, oldest first.' })
  models(@Args(() => PageArgs) page: PageArgs, @Ctx() { services }: GraphqlContext) {
    return connection(services.models.page(page));
  }

  @Query(() => Model, { nullable: true, description: 'The model of this name, or null.' })
  model(
    @Arg('name', () => String, { description: 'Its exact name.' }) name: string,
    @Ctx() { services }: GraphqlContext,
  ) {
    return services.models.byName(name);
  }

  @FieldResolver(() => Project)
  project(@Root() { projectId }: ModelEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.project.load(projectId);
  }

  @FieldResolver(() => ModelVersionConnection, { description: 'Its versions, newest first.' })
  versions(@Root() { id }: ModelEntity, @Args(() => PageArgs) args: PageArgs, @Ctx() { loaders }: GraphqlContext) {
    return connection(loaders.modelVersions.load({ owner: id, args }));
  }

  @FieldResolver(() => [ModelAlias])
  aliases(@Root() { id }: ModelEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelAliases.load(id);
  }

  @Mutation(() => SetModelAliasPayload, {
    description: 'Points an alias at a version of its model, moving it when it exists.',
  })
  setModelAlias(
    @Arg('input', () => SetModelAliasInput, { description: 'Which, and where to.' })
    { modelVersionId, alias }: SetModelAliasInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      model: await context.services.models.setAlias({
        modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
        alias,
      }),
    }));
  }
}

@Resolver(() => ModelAlias)
export class ModelAliasResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: ModelAliasEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }
}
