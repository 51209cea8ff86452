import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { digestOf } from '../../access/index.js';
import { FaultError } from '../../shared/errors.js';
import { countAttempt, takeBackAttempt } from './signInLimits.js';

/** How many tokens are known to be right, and for how long after their last use. */
const mostKnown = 10_000;
const knownMilliseconds = 10 * 60_000;

/** Slows down whoever tries many tokens from one network, for all APIs together. */
export class TokenGuesses {
  /** Digests of texts that were right. */
  private readonly known = new LRUCache<string, true>({
    ...{ max: mostKnown, ttl: knownMilliseconds, updateAgeOnGet: true },
  });

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Looks at a text that somebody chose, and that others could guess. Counted before it is looked at: a right one waits as a wrong one does,
   * or its answer would tell that it is right. One that was right lately goes on, so that nobody who guesses keeps his neighbours out.
   * @throws what `look` does; FaultError RATE_LIMITED.
   */
  async ofChosen<T>(text: string, address: string, look: () => Promise<T>): Promise<T> {
    const digest = digestOf(text);
    if (this.known.get(digest)) return look();
    await countAttempt(this.dataSource, 'token', address);
    const found = await look();
    this.known.set(digest, true);
    await takeBackAttempt(this.dataSource, 'token', address);
    return found;
  }

  /**
   * Looks at a token of 256 random bits. Nobody guesses one, so a right one never waits; what is none counts, but for those that were one.
   * @throws what `look` does; FaultError RATE_LIMITED instead of TOKEN_INVALID for whoever has tried many.
   */
  async ofRandom<T>(address: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (error instanceof FaultError && error.code === 'TOKEN_INVALID')
        await countAttempt(this.dataSource, 'token', address);
      throw error;
    }
  }
}
