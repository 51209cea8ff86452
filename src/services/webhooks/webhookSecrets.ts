import { randomBytes } from 'node:crypto';
import type { WebhookEntity } from '../../database/entities/index.js';

/** Hours for which the secret before a rotation signs beside the new one. */
export const overlapHours = 24;

/** As Standard Webhooks write secrets. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The secrets that sign at the moment. */
export function signingSecrets(
  { secret, earlierSecret, earlierUntil }: Pick<WebhookEntity, 'secret' | 'earlierSecret' | 'earlierUntil'>,
  now: Date,
): string[] {
  return earlierSecret && earlierUntil && earlierUntil > now ? [secret, earlierSecret] : [secret];
}
