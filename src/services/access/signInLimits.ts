import type { DataSource } from 'typeorm';
import { digestOf } from '../../access/index.js';
import { FaultError } from '../../shared/errors.js';

/** Attempts that cost nothing; behind them each one doubles the pause, up to five minutes. */
const freeAttempts = 5;
const longestPauseSeconds = 300;

/** Failures are forgotten when none came for so long. */
const memoryHours = 24;

/** More people may share an address than an account. */
const freeAttemptsOfAddress = 20;

/**
 * Slows guessing down, for all APIs together. Counted before the password is looked at, so that asking at the same time helps nobody; an
 * attempt that comes too early is not looked at, and the right password changes nothing about it.
 * @throws FaultError RATE_LIMITED with `retryAfterSeconds`.
 */
export async function countSignInAttempt(dataSource: DataSource, account: string, address: string): Promise<void> {
  for (const [key, free] of [
    [`account:${account}`, freeAttempts],
    [`address:${address}`, freeAttemptsOfAddress],
  ] as const) {
    const [row] = await dataSource.query<{ taken: boolean; seconds: number }[]>(countSql, [
      ...[digestOf(key), free, longestPauseSeconds, memoryHours],
    ]);
    if (row!.taken) continue;
    const seconds = Math.max(1, Math.ceil(row!.seconds));
    throw new FaultError('RATE_LIMITED', `Too many attempts to sign in; try again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    });
  }
}

/** A right password clears its account, not the address: somebody there may be guessing at others. */
export async function forgetSignInAttempts(dataSource: DataSource, account: string): Promise<void> {
  await dataSource.query('DELETE FROM sign_in_attempt WHERE key = $1', [digestOf(`account:${account}`)]);
}

/** One statement: the row's lock decides between attempts that come together. */
const countSql = `
  WITH taken AS (
    INSERT INTO sign_in_attempt AS a (key, failures, last_at, next_at) VALUES ($1, 1, now(), now())
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN a.last_at < now() - $4 * interval '1 hour' THEN 1 ELSE a.failures + 1 END,
      last_at = now(),
      next_at = now() + CASE
        WHEN a.last_at < now() - $4 * interval '1 hour' OR a.failures + 1 < $2 THEN interval '0'
        ELSE least($3, power(2, least(a.failures + 1 - $2, 20))) * interval '1 second' END
    WHERE a.next_at <= now()
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM taken) AS taken,
    coalesce(extract(epoch FROM (SELECT next_at FROM sign_in_attempt WHERE key = $1) - now()), 1)::float AS seconds`;
