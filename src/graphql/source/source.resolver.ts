import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { SourceEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { requireEverywhere } from '../access/requireEverywhere.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { Dataset } from '../dataset/dataset.type.js';
import { encodeGlobalId, idOf, queriedIdOf } from '../globalId.js';
import type { PluginChoiceInput } from '../plugin/plugin.type.js';
import { payload } from '../user-error/payload.js';
import { CreateSourceInput, PauseSourceInput, SourceInput, SourcesArgs, UpdateSourceInput } from './source.input.js';
import {
  DeleteSourcePayload,
  Source,
  SourceConnection,
  SourceCounts,
  SourceFileConnection,
  SourcePayload,
} from './source.type.js';

@Resolver(() => Source)
export class SourceResolver {
  @FieldResolver(() => ID)
  sourceId(@Root() { id }: SourceEntity) {
    return encodeGlobalId('Source', id);
  }

  @FieldResolver(() => Dataset)
  dataset(@Root() { datasetId }: SourceEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(datasetId);
  }

  @FieldResolver(() => Boolean)
  hasSecret(@Root() { secret }: SourceEntity) {
    return secret !== null;
  }

  @FieldResolver()
  state(@Root() source: SourceEntity, @Ctx() { services }: GraphqlContext): Promise<string> {
    return services.sources.stateOf(source);
  }

  @FieldResolver(() => SourceCounts)
  async counts(@Root() { id }: SourceEntity, @Ctx() { services }: GraphqlContext) {
    const { WAITING: waiting, TAKEN: taken, KNOWN: known, REFUSED: refused } = await services.sources.counts(id);
    return { waiting, taken, known, refused };
  }

  @FieldResolver(() => SourceFileConnection, { description: 'Files that were refused, the last ones first.' })
  refused(
    @Root() { id }: SourceEntity,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.sources.refused(scope, id, page));
  }

  @Extensions(may('CONNECT'))
  @Query(() => SourceConnection, { description: 'The sources of a project, oldest first.' })
  sources(@Args(() => SourcesArgs) { projectId, ...page }: SourcesArgs, @Ctx() { services, scope }: GraphqlContext) {
    return connection(services.sources.page(scope, queriedIdOf('Project', projectId), page));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SourcePayload, { description: 'Makes a source. Each picture comes once, by its bytes.' })
  createSource(
    @Arg('input', () => CreateSourceInput, { description: 'From where, and where to.' }) input: CreateSourceInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const datasetId = idOf('Dataset', input.datasetId, ['input', 'datasetId']);
      const given = { ...input, datasetId, plugin: chosen(input.plugin, context) };
      return { source: await context.services.sources.create(context.scope, given) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SourcePayload, { description: 'Changes a source, and has it looked at again at once.' })
  updateSource(
    @Arg('input', () => UpdateSourceInput, { description: 'Which, and what.' })
    { sourceId, plugin, ...change }: UpdateSourceInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const given = { ...change, plugin: plugin && chosen(plugin, context) };
      return { source: await context.services.sources.update(context.scope, sourceIdOf(sourceId), given) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SourcePayload, { description: 'Leaves a source alone, or lets it go on. An import that runs ends.' })
  pauseSource(
    @Arg('input', () => PauseSourceInput, { description: 'Which, and whether.' })
    { sourceId, isPaused }: PauseSourceInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      source: await context.services.sources.update(context.scope, sourceIdOf(sourceId), { isPaused }),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SourcePayload, { description: 'Has the files of a source that were refused read again.' })
  retrySource(
    @Arg('input', () => SourceInput, { description: 'The source that is meant.' }) { sourceId }: SourceInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      source: await context.services.sources.retry(context.scope, sourceIdOf(sourceId)),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => DeleteSourcePayload, { description: 'Deletes a source; its images stay.' })
  deleteSource(
    @Arg('input', () => SourceInput, { description: 'The source that is meant.' }) { sourceId }: SourceInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.sources.remove(context.scope, sourceIdOf(sourceId));
      return { deletedId: sourceId };
    });
  }
}

function sourceIdOf(sourceId: string): string {
  return idOf('Source', sourceId, ['input', 'sourceId']);
}

/** What lies on the server belongs to no project. */
function chosen({ name: id, params }: PluginChoiceInput, { services, principal }: GraphqlContext) {
  if (services.sources.isOnServer(id)) requireEverywhere(principal, 'ADMIN', ['input', 'plugin']);
  return { id, params };
}
