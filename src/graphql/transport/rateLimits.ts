import { LRUCache } from 'lru-cache';
import { networkOf, type Principal } from '../../access/index.js';
import { countRefused } from '../../access/refusedByLimit.js';
import type { ResiduaConfig } from '../../shared/config.js';
import { FaultError } from '../../shared/errors.js';

const windowMilliseconds = 60_000;

/** Principals and networks that are counted at the same time; the one that was quiet longest is forgotten. */
const mostCounted = 100_000;

interface Window {
  count: number;
  /** When it is over, milliseconds. */
  endsAt: number;
}

/** What decides who is limited. */
export type RateSettings = Pick<ResiduaConfig, 'rates' | 'apiToken' | 'oidc' | 'localAccounts'>;

/**
 * Counts requests over HTTP, and sockets and operations over WebSocket, of each principal and of each network, minute by minute in this
 * process. Whoever uses an open server is LOCAL, and not limited. The server's own token may stand for many programs: it is limited by
 * where they are alone.
 */
export class RateLimits {
  private readonly windows = new LRUCache<string, Window>({ max: mostCounted });
  /** Whether whoever reaches this server may use it. */
  readonly isOpen: boolean;

  /** @param now milliseconds, for tests. */
  constructor(
    private readonly settings: RateSettings,
    private readonly now = () => Date.now(),
  ) {
    this.isOpen = settings.apiToken === undefined && !settings.localAccounts && settings.oidc === undefined;
  }

  /** @throws FaultError RATE_LIMITED with `limit` and `retryAfterSeconds`. */
  countAddress(address: string): void {
    if (!this.isOpen) this.count('address', networkOf(address), this.settings.rates.address);
  }

  /** @throws FaultError RATE_LIMITED with `limit` and `retryAfterSeconds`. */
  countPrincipal({ id, kind, via }: Principal): void {
    if (kind === 'LOCAL' || via.kind === 'BOOTSTRAP') return;
    this.count('principal', id, this.settings.rates.principal);
  }

  private count(limit: 'address' | 'principal', who: string, most: number): void {
    if (most === 0) return;
    const now = this.now();
    const key = `${limit} ${who}`;
    const known = this.windows.get(key);
    const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMilliseconds };
    window.count += 1;
    this.windows.set(key, window);
    if (window.count <= most) return;
    countRefused('rate', limit);
    const retryAfterSeconds = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    const message = `More than ${most} requests a minute from this ${limit}; try again in ${retryAfterSeconds} s.`;
    throw new FaultError('RATE_LIMITED', message, { limit, retryAfterSeconds });
  }
}
