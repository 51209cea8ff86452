import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { SinkEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { requireEverywhere } from '../access/requireEverywhere.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { nextAttemptAt } from '../delivery/delivery.type.js';
import { encodeGlobalId, idOf, queriedIdOf } from '../globalId.js';
import type { PluginChoiceInput } from '../plugin/plugin.type.js';
import { DateTime } from '../scalars.js';
import { payload } from '../user-error/payload.js';
import { CreateSinkInput, ReplaySinkInput, SinkInput, SinksArgs, UpdateSinkInput } from './sink.input.js';
import {
  DeleteSinkPayload,
  Sink,
  SinkConnection,
  SinkDeliveryConnection,
  SinkPayload,
  TestSinkPayload,
} from './sink.type.js';

@Resolver(() => Sink)
export class SinkResolver {
  @FieldResolver(() => ID)
  sinkId(@Root() { id }: SinkEntity) {
    return encodeGlobalId('Sink', id);
  }

  @FieldResolver(() => Boolean)
  hasSecret(@Root() { secret }: SinkEntity) {
    return secret !== null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the next attempt begins, after one that failed; null otherwise.',
  })
  nextAttemptAt(@Root() sink: SinkEntity) {
    return nextAttemptAt(sink);
  }

  @FieldResolver(() => Int)
  waiting(@Root() sink: SinkEntity, @Ctx() { services }: GraphqlContext) {
    return services.sinks.waiting(sink);
  }

  @FieldResolver(() => SinkDeliveryConnection, { description: 'What it was told lately, newest first; 200 are kept.' })
  deliveries(
    @Root() { id }: SinkEntity,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.sinks.deliveries(scope, id, page));
  }

  @Extensions(may('CONNECT'))
  @Query(() => SinkConnection, { description: 'The sinks of a project, oldest first.' })
  sinks(@Args(() => SinksArgs) { projectId, ...page }: SinksArgs, @Ctx() { services, scope }: GraphqlContext) {
    return connection(services.sinks.page(scope, queriedIdOf('Project', projectId), page));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SinkPayload, { description: 'Makes a sink. Each verdict is told in order, at least once.' })
  createSink(
    @Arg('input', () => CreateSinkInput, { description: 'Where to, and what of.' }) input: CreateSinkInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const { plugin, ...rest } = input;
      const projectId = idOf('Project', input.projectId, ['input', 'projectId']);
      const given = { ...rest, projectId, plugin: chosen(plugin, context) };
      return { sink: await context.services.sinks.create(context.scope, given) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SinkPayload, { description: 'Changes a sink, pauses it, or lets it go on where it stood.' })
  updateSink(
    @Arg('input', () => UpdateSinkInput, { description: 'Which, and what.' })
    { sinkId, plugin, ...change }: UpdateSinkInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const given = { ...change, plugin: plugin && chosen(plugin, context) };
      return { sink: await context.services.sinks.update(context.scope, sinkIdOf(sinkId), given) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => SinkPayload, {
    description: 'Tells a sink the verdicts behind a number again, and lets it go on when it is paused.',
  })
  replaySink(
    @Arg('input', () => ReplaySinkInput, { description: 'Which, and from where.' })
    { sinkId, afterSeq }: ReplaySinkInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      sink: await context.services.sinks.replay(context.scope, sinkIdOf(sinkId), afterSeq),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => TestSinkPayload, {
    description: 'Has a worker tell a sink a verdict that is marked as a test, and waits for what comes of it.',
  })
  testSink(
    @Arg('input', () => SinkInput, { description: 'The sink that is meant.' }) { sinkId }: SinkInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      delivery: await context.services.sinks.test(context.scope, sinkIdOf(sinkId)),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => DeleteSinkPayload, { description: 'Deletes a sink; it is told nothing any more.' })
  deleteSink(
    @Arg('input', () => SinkInput, { description: 'The sink that is meant.' }) { sinkId }: SinkInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.sinks.remove(context.scope, sinkIdOf(sinkId));
      return { deletedId: sinkId };
    });
  }
}

function sinkIdOf(sinkId: string): string {
  return idOf('Sink', sinkId, ['input', 'sinkId']);
}

/** What lies on the server belongs to no project. */
function chosen({ name: id, params }: PluginChoiceInput, { services, principal }: GraphqlContext) {
  if (services.sinks.isOnServer(id)) requireEverywhere(principal, 'ADMIN', ['input', 'plugin']);
  return { id, params };
}
