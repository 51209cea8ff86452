import { describe, expect, it } from 'vitest';
import { WakeUp } from '../../../src/jobs/wakeUp.js';

const longTime = 30_000;

describe('WakeUp', () => {
  it('wakes who waits', async () => {
    const wakeUp = new WakeUp();
    const waited = wakeUp.wait(longTime);
    wakeUp.raise();
    await waited;
  });

  it('remembers, once, what was raised while nobody waited', async () => {
    const wakeUp = new WakeUp();
    wakeUp.raise();
    wakeUp.raise();
    await wakeUp.wait(longTime);
    let woken = false;
    const second = wakeUp.wait(longTime).then(() => (woken = true));
    await new Promise(setImmediate);
    expect(woken).toBe(false);
    wakeUp.raise();
    await second;
  });

  it('ends by itself, or when the signal aborts', async () => {
    const wakeUp = new WakeUp();
    await wakeUp.wait(1);
    const controller = new AbortController();
    const waited = wakeUp.wait(longTime, controller.signal);
    controller.abort();
    await waited;
    await wakeUp.wait(longTime, controller.signal);
  });
});
