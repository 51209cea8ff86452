import { sessionOutcomes, type LabelSessionEntity } from '../../database/entities/index.js';

/** Seconds a session is open without being heard of: a page in the background may only speak once a minute. */
export const claimSeconds = 120;

/** SQL of "the session is open": `alias` names a row of label_session. */
export function isOpenSql(alias: string): string {
  return `(${alias}.closed_at IS NULL AND ${alias}.seen_at > now() - interval '${claimSeconds} seconds')`;
}

export const shownOutcomes = [...sessionOutcomes, 'EXPIRED'] as const;
export type ShownOutcome = (typeof shownOutcomes)[number];

/** Until when a session claims its image. */
export function expiresAt({ seenAt }: Pick<LabelSessionEntity, 'seenAt'>): Date {
  return new Date(seenAt.getTime() + claimSeconds * 1000);
}

/** How a session ended; null while it is open. */
export function shownOutcome(session: Pick<LabelSessionEntity, 'seenAt' | 'outcome'>): ShownOutcome | null {
  return session.outcome ?? (expiresAt(session).getTime() < Date.now() ? 'EXPIRED' : null);
}
