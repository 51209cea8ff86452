import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { WebhookDeliveryEntity } from '../../database/entities/index.js';
import type { DeliveryOutcome } from './sendDelivery.js';

/** Attempts of each webhook that are kept, the newest. */
const mostKept = 200;

/** An attempt that was made. */
export type MadeAttempt = Pick<WebhookDeliveryEntity, 'webhookId' | 'seq' | 'messageId' | 'attempt'>;

/** Keeps what came of an attempt, and forgets the oldest ones. Nothing is kept of a webhook that was deleted meanwhile. */
export async function logDelivery(
  dataSource: DataSource,
  made: MadeAttempt,
  { status, failure, seconds }: DeliveryOutcome,
): Promise<WebhookDeliveryEntity> {
  const id = uuid();
  const { webhookId, seq, messageId, attempt } = made;
  await dataSource.query(
    `INSERT INTO webhook_delivery (id, webhook_id, seq, message_id, attempt, status, failure, seconds)
     SELECT $1, id, $3, $4, $5, $6, $7, $8 FROM webhook WHERE id = $2`,
    [id, webhookId, seq, messageId, attempt, status, failure?.slice(0, 500) ?? null, seconds],
  );
  await dataSource.query(
    `DELETE FROM webhook_delivery WHERE id IN (
       SELECT id FROM webhook_delivery WHERE webhook_id = $1 ORDER BY id DESC OFFSET $2)`,
    [webhookId, mostKept],
  );
  return dataSource
    .getRepository(WebhookDeliveryEntity)
    .create({ id, ...made, status, failure, seconds, at: new Date() });
}
