import type { DataSource } from 'typeorm';
import { digestOf, networkOf } from '../../access/index.js';
import { countRefused } from '../../access/refusedByLimit.js';
import { FaultError } from '../../shared/errors.js';

/** How attempts of one kind by somebody are slowed down. */
interface Slowing {
  /** Attempts that cost nothing; behind them each one doubles the pause. */
  free: number;
  longestPauseSeconds: number;
  /** Attempts are forgotten when none came for so long. */
  memoryMinutes: number;
}

const day = 24 * 60;

/** What is slowed down, and by whom it is counted. Networks have more attempts than accounts: many may share one. */
const slowings = {
  /** Passwords and codes for one account. */
  account: { free: 5, longestPauseSeconds: 300, memoryMinutes: day },
  /** The same from one network. */
  address: { free: 20, longestPauseSeconds: 300, memoryMinutes: day },
  /** One-time links that are none, from one network. */
  link: { free: 20, longestPauseSeconds: 300, memoryMinutes: 60 },
  /** Tokens that are none, from one network. */
  token: { free: 100, longestPauseSeconds: 60, memoryMinutes: 60 },
  /** Sign-ins and logins that are begun from one network: each leaves a row. */
  begin: { free: 30, longestPauseSeconds: 60, memoryMinutes: 10 },
} satisfies Record<string, Slowing>;

export type SlowedDown = keyof typeof slowings;

/** Longest time that an attempt counts, minutes. */
export const longestMemoryMinutes = Math.max(...Object.values(slowings).map(({ memoryMinutes }) => memoryMinutes));

/**
 * Counts an attempt, for all APIs together. Counted before it is looked at, so that asking at the same time helps nobody; an attempt that
 * comes too early is not looked at, and being right changes nothing about it.
 * @param who an account, or an address: of that its network counts.
 * @throws FaultError RATE_LIMITED with `retryAfterSeconds`.
 */
export async function countAttempt(dataSource: DataSource, what: SlowedDown, who: string): Promise<void> {
  const { free, longestPauseSeconds, memoryMinutes } = slowings[what];
  const [row] = await dataSource.query<{ taken: boolean; seconds: number }[]>(countSql, [
    ...[keyOf(what, who), free, longestPauseSeconds, memoryMinutes],
  ]);
  if (row!.taken) return;
  countRefused('slow-down', what);
  const seconds = Math.max(1, Math.ceil(row!.seconds));
  throw new FaultError('RATE_LIMITED', `Too many attempts; try again in ${seconds} s.`, { retryAfterSeconds: seconds });
}

/**
 * Counts an attempt to sign in, for the address and for the account: whoever is slowed down leaves no rows of accounts that he makes up.
 * @throws as {@link countAttempt}.
 */
export async function countSignInAttempt(dataSource: DataSource, account: string, address: string): Promise<void> {
  await countAttempt(dataSource, 'address', address);
  await countAttempt(dataSource, 'account', account);
}

/** An attempt that was right, or no guess, counts no longer. */
export async function takeBackAttempt(dataSource: DataSource, what: SlowedDown, who: string): Promise<void> {
  const statement = 'UPDATE sign_in_attempt SET failures = greatest(failures - 1, 0), next_at = now() WHERE key = $1';
  await dataSource.query(statement, [keyOf(what, who)]);
}

/** A right password clears its account, not the address: somebody there may be guessing at others. */
export async function forgetSignInAttempts(dataSource: DataSource, account: string): Promise<void> {
  await dataSource.query('DELETE FROM sign_in_attempt WHERE key = $1', [keyOf('account', account)]);
}

function keyOf(what: SlowedDown, who: string): string {
  return digestOf(`${what}:${what === 'account' ? who : networkOf(who)}`);
}

/** One statement: the row's lock decides between attempts that come together. */
const countSql = `
  WITH taken AS (
    INSERT INTO sign_in_attempt AS a (key, failures, last_at, next_at) VALUES ($1, 1, now(), now())
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN a.last_at < now() - $4 * interval '1 minute' THEN 1 ELSE a.failures + 1 END,
      last_at = now(),
      next_at = now() + CASE
        WHEN a.last_at < now() - $4 * interval '1 minute' OR a.failures + 1 < $2 THEN interval '0'
        ELSE least($3, power(2, least(a.failures + 1 - $2, 20))) * interval '1 second' END
    WHERE a.next_at <= now()
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM taken) AS taken,
    coalesce(extract(epoch FROM (SELECT next_at FROM sign_in_attempt WHERE key = $1) - now()), 1)::float AS seconds`;
