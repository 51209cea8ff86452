import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turnstile } from '../../../src/graphql/transport/turnstile.js';

function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a turnstile', () => {
  it('lets work begin in the order it came', async () => {
    const turnstile = new Turnstile();
    const begun: number[] = [];
    await Promise.all([1, 2, 3].map((number) => turnstile.pass().then(() => begun.push(number))));
    expect(begun).toEqual([1, 2, 3]);
  });

  it('lets everything else have a turn between pieces of work that take long', async () => {
    const turnstile = new Turnstile();
    let done = 0;
    const work = Promise.all(Array.from({ length: 10 }, () => turnstile.pass().then(() => (busy(6), done++))));
    const seen: number[] = [];
    while (done < 10) {
      await nextTurn();
      seen.push(done);
    }
    await work;
    expect(new Set(seen).size).toBeGreaterThanOrEqual(10);
  });

  it('lets many small pieces begin in one turn', async () => {
    const turnstile = new Turnstile();
    let turns = 0;
    let counting = true;
    const counter = (async () => {
      for (; counting; turns++) await nextTurn();
    })();
    await Promise.all(Array.from({ length: 1_000 }, () => turnstile.pass()));
    counting = false;
    await counter;
    expect(turns).toBeLessThan(500);
  });
});
