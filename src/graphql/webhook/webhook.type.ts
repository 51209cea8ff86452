import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ChangeKind } from '../../services/records.js';
import { connectionOf } from '../connection/connection.type.js';
import { DeliveryAttempt, DeliveryTarget } from '../delivery/delivery.type.js';
import { ChangeKindEnum } from '../project-change/projectChange.type.js';
import { Payload } from '../user-error/userError.type.js';

@ObjectType({ description: 'An address that is told of what changes in a project.' })
export class Webhook extends DeliveryTarget {
  @Field(() => ID, { description: 'What mutations call it by.' })
  webhookId: string;

  @Field(() => String, { description: 'Where messages are sent to.' })
  url: string;

  @Field(() => [ChangeKindEnum], { nullable: true, description: 'Changes it is told of; null for all.' })
  kinds: ChangeKind[] | null;

  @Field(() => Int, { description: '`seq` of the last change that it took, or that was not meant for it.' })
  lastSeq: number;
}

export const WebhookConnection = connectionOf('Webhook', () => Webhook, 'webhooks');

@ObjectType({ description: 'An attempt to tell a webhook something.' })
export class WebhookDelivery extends DeliveryAttempt {
  @Field(() => String, { description: '`webhook-id` of the message: the same in every attempt.' })
  messageId: string;

  @Field(() => Int, { nullable: true, description: 'Number of the change; null for a test.' })
  seq: number | null;

  @Field(() => Int, { nullable: true, description: 'HTTP status of the answer; null when none came.' })
  status: number | null;
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
