import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { ChangeKind } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { ChangeKindEnum } from '../project-change/projectChange.type.js';
import { DateTime } from '../scalars.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'An address that is told of what changes in a project.' })
export class Webhook {
  @Field(() => ID, { description: 'What mutations call it by.' })
  webhookId: string;

  @Field(() => String, { description: 'What people call it.' })
  name: string;

  @Field(() => String, { description: 'Where messages are sent to.' })
  url: string;

  @Field(() => [ChangeKindEnum], { nullable: true, description: 'Changes it is told of; null for all.' })
  kinds: ChangeKind[] | null;

  @Field(() => Int, { description: '`seq` of the last change that it took, or that was not meant for it.' })
  lastSeq: number;

  @Field(() => Int, { description: 'Attempts that failed since the last one that did not.' })
  failures: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the next attempt begins, after one that failed; null otherwise.',
  })
  nextAttemptAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is told nothing; null while it is.' })
  pausedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it is paused.' })
  pauseReason: string | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date;
}

export const WebhookConnection = connectionOf('Webhook', () => Webhook, 'webhooks');

@ObjectType({ description: 'An attempt to tell a webhook something.' })
export class WebhookDelivery {
  @Field(() => String, { description: '`webhook-id` of the message: the same in every attempt.' })
  messageId: string;

  @Field(() => Int, { nullable: true, description: 'Number of the change; null for a test.' })
  seq: number | null;

  @Field(() => Int, { description: '1, 2, 3 … of one message.' })
  attempt: number;

  @Field(() => Int, { nullable: true, description: 'HTTP status of the answer; null when none came.' })
  status: number | null;

  @Field(() => String, { nullable: true, description: 'Why it failed; null when the receiver took it.' })
  failure: string | null;

  @Field(() => Float, { description: 'Seconds until the answer, or until it was given up.' })
  seconds: number;

  @Field(() => DateTime, { description: 'When the attempt ended.' })
  at: Date;
}

export const WebhookDeliveryConnection = connectionOf('WebhookDelivery', () => WebhookDelivery, 'deliveries');

@ObjectType({ description: 'Answer of mutations that change a webhook.' })
export class WebhookPayload extends Payload {
  @Field(() => Webhook, { nullable: true, description: 'The webhook; null when there are problems.' })
  webhook?: object;
}

@ObjectType({ description: 'Answer of mutations that show a secret.' })
export class WebhookSecretPayload extends Payload {
  @Field(() => Webhook, { nullable: true, description: 'The webhook; null when there are problems.' })
  webhook?: object;

  @Field(() => String, { nullable: true, description: 'What signs its messages, `whsec_…`: shown this once.' })
  secret?: string;
}

@ObjectType({ description: 'Answer of `testWebhook`.' })
export class TestWebhookPayload extends Payload {
  @Field(() => WebhookDelivery, { nullable: true, description: 'What came of it; null when there are problems.' })
  delivery?: object;
}

@ObjectType({ description: 'Answer of `deleteWebhook`.' })
export class DeleteWebhookPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'What is gone; null when there are problems.' })
  deletedId?: string;
}
