import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { WebhookEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { connection, PageArgs } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { nextAttemptAt } from '../delivery/delivery.type.js';
import { encodeGlobalId, idOf, queriedIdOf } from '../globalId.js';
import { DateTime } from '../scalars.js';
import { payload } from '../user-error/payload.js';
import {
  CreateWebhookInput,
  ReplayWebhookInput,
  UpdateWebhookInput,
  WebhookInput,
  WebhooksArgs,
} from './webhook.input.js';
import {
  DeleteWebhookPayload,
  TestWebhookPayload,
  Webhook,
  WebhookConnection,
  WebhookDeliveryConnection,
  WebhookPayload,
  WebhookSecretPayload,
} from './webhook.type.js';

@Resolver(() => Webhook)
export class WebhookResolver {
  @FieldResolver(() => ID)
  webhookId(@Root() { id }: WebhookEntity) {
    return encodeGlobalId('Webhook', id);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the next attempt begins, after one that failed; null otherwise.',
  })
  nextAttemptAt(@Root() webhook: WebhookEntity) {
    return nextAttemptAt(webhook);
  }

  @FieldResolver(() => WebhookDeliveryConnection, {
    description: 'What it was told lately, newest first; 200 are kept.',
  })
  deliveries(
    @Root() { id }: WebhookEntity,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    return connection(services.webhooks.deliveries(scope, id, page));
  }

  @Extensions(may('CONNECT'))
  @Query(() => WebhookConnection, { description: 'The webhooks of a project, oldest first.' })
  webhooks(@Args(() => WebhooksArgs) { projectId, ...page }: WebhooksArgs, @Ctx() { services, scope }: GraphqlContext) {
    return connection(services.webhooks.page(scope, queriedIdOf('Project', projectId), page));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => WebhookSecretPayload, {
    description: 'Makes a webhook. Messages are signed as Standard Webhooks say; the secret is shown this once.',
  })
  createWebhook(
    @Arg('input', () => CreateWebhookInput, { description: 'Where to, and what of.' }) input: CreateWebhookInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const projectId = idOf('Project', input.projectId, ['input', 'projectId']);
      return { ...(await context.services.webhooks.create(context.scope, { ...input, projectId })) };
    });
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => WebhookPayload, { description: 'Changes a webhook, pauses it, or lets it go on where it stood.' })
  updateWebhook(
    @Arg('input', () => UpdateWebhookInput, { description: 'Which, and what.' })
    { webhookId, ...change }: UpdateWebhookInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      webhook: await context.services.webhooks.update(context.scope, webhookIdOf(webhookId), change),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => WebhookSecretPayload, {
    description: 'Gives a webhook another secret, shown this once. The one before signs beside it for a day.',
  })
  rotateWebhookSecret(
    @Arg('input', () => WebhookInput, { description: 'The webhook that is meant.' }) { webhookId }: WebhookInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      ...(await context.services.webhooks.rotate(context.scope, webhookIdOf(webhookId))),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => WebhookPayload, {
    description: 'Tells a webhook again what changed behind a cursor, and lets it go on when it is paused.',
  })
  replayWebhook(
    @Arg('input', () => ReplayWebhookInput, { description: 'Which, and from where.' })
    { webhookId, after }: ReplayWebhookInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      webhook: await context.services.webhooks.replay(context.scope, webhookIdOf(webhookId), after),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => TestWebhookPayload, {
    description: 'Sends a webhook a message of type `test`, and waits for its answer.',
  })
  testWebhook(
    @Arg('input', () => WebhookInput, { description: 'The webhook that is meant.' }) { webhookId }: WebhookInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      delivery: await context.services.webhooks.test(context.scope, webhookIdOf(webhookId)),
    }));
  }

  @Extensions(may('CONNECT'))
  @Mutation(() => DeleteWebhookPayload, { description: 'Deletes a webhook; it is told nothing any more.' })
  deleteWebhook(
    @Arg('input', () => WebhookInput, { description: 'The webhook that is meant.' }) { webhookId }: WebhookInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      await context.services.webhooks.remove(context.scope, webhookIdOf(webhookId));
      return { deletedId: webhookId };
    });
  }
}

function webhookIdOf(webhookId: string): string {
  return idOf('Webhook', webhookId, ['input', 'webhookId']);
}
