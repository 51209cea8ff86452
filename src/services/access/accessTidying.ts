import type { DataSource } from 'typeorm';
import { PeriodicLook } from '../../jobs/index.js';
import { trainingDays } from '../quotas/usage.js';
import { longestMemoryMinutes } from './signInLimits.js';

/** Rows that one statement deletes, and statements of one look; the rest waits for the next one. */
const batchSize = 5_000;
const mostBatches = 20;

/** What is over, and how long it is kept so that somebody who comes too late is told why. */
const overWhere: Readonly<Record<string, string>> = {
  sign_in_attempt: `last_at < now() - interval '${longestMemoryMinutes} minutes'`,
  session: `created_at < now() - interval '30 days'`,
  device_login: `expires_at < now() - interval '1 day'`,
  oidc_attempt: `created_at < now() - interval '1 day'`,
  invitation: `expires_at < now() - interval '30 days'`,
  deleted_training: `finished_at < now() - interval '${trainingDays} days'`,
};

/**
 * Deletes what is over: attempts that are forgotten, old sessions, logins, sign-ins under way and links, and training time that counts no
 * longer. Every ten minutes, at most 100,000 rows of each.
 * @returns a look that gives how many rows of each table went.
 */
export function accessTidying(dataSource: DataSource): PeriodicLook<Record<string, number>> {
  return new PeriodicLook(dataSource, {
    name: 'tidying',
    // "tidy" in ASCII.
    lock: 0x74696479,
    pauseMilliseconds: 10 * 60_000,
    aim: 'deleting sessions and sign-ins that are over',
    work: () => tidy(dataSource),
    remark: (deleted) => (Object.keys(deleted).length > 0 ? 'deleted what was over' : undefined),
  });
}

async function tidy(dataSource: DataSource): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const [table, condition] of Object.entries(overWhere)) {
    for (let batch = 0; batch < mostBatches; batch++) {
      const [, count] = await dataSource.query<[unknown[], number]>(
        `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${batchSize})`,
      );
      if (count > 0) deleted[table] = (deleted[table] ?? 0) + count;
      if (count < batchSize) break;
    }
  }
  return deleted;
}
