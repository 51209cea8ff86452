import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WakeUp } from '../../../src/jobs/wakeUp.js';

const longTime = 30_000;

/** Whether a wait is over long before its time. */
const isOver = (waited: Promise<unknown>) =>
  Promise.race([waited.then(() => true), delay(5_000, false, { ref: false })]);

describe('WakeUp', () => {
  it('wakes who waits', async () => {
    const wakeUp = new WakeUp();
    const waited = wakeUp.wait(longTime);
    wakeUp.raise();
    expect(await isOver(waited)).toBe(true);
  });

  it('remembers, once, what was raised while nobody waited', async () => {
    const wakeUp = new WakeUp();
    wakeUp.raise();
    wakeUp.raise();
    expect(await isOver(wakeUp.wait(longTime))).toBe(true);
    let woken = false;
    const second = wakeUp.wait(longTime).then(() => (woken = true));
    await new Promise(setImmediate);
    expect(woken).toBe(false);
    wakeUp.raise();
    expect(await isOver(second)).toBe(true);
  });

  it('ends by itself, or when the signal aborts', async () => {
    const wakeUp = new WakeUp();
    expect(await isOver(wakeUp.wait(1))).toBe(true);
    const controller = new AbortController();
    const waited = wakeUp.wait(longTime, controller.signal);
    controller.abort();
    expect(await isOver(waited)).toBe(true);
    expect(await isOver(wakeUp.wait(longTime, controller.signal))).toBe(true);
  });
});
