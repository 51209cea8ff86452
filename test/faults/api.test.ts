import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../src/access/index.js';
import type { Child } from '../support/childProcess.js';
import { useDatabase } from '../support/database.js';
import { freePort, TrainingSetting } from './trainingSetting.js';

const database = useDatabase();
let setting: TrainingSetting;
beforeAll(async () => {
  setting = await TrainingSetting.open(database.url);
});
afterEach(() => setting.close());
afterAll(() => setting.dispose());

/** More than there is time for: the tests cancel it when they have seen enough. */
const steps = 20_000;

describe('an API that is killed', () => {
  it('three times during a training: 20 subscribers get every event once, in order', async () => {
    const port = await freePort();
    let api = await setting.api(port);
    setting.worker();
    const jobId = await setting.train({ steps });
    const followers = setting.followByApi(jobId, [`http://127.0.0.1:${port}`], 20);
    for (let killed = 0; killed < 3; killed++) {
      await allSeeMore(followers);
      api.kill('SIGKILL');
      expect(await api.ended).toBe('SIGKILL');
      expect((await setting.job(jobId)).state).toBe('RUNNING');
      api = await setting.api(port);
    }
    await allSeeMore(followers);
    await setting.runtime.services.jobs.cancel(everything, jobId);
    await Promise.all(followers.map(({ ended }) => ended));
    // Whoever was cut off came back each time; that each got the whole table is one of the invariants.
    expect(Math.min(...followers.map(({ interruptions }) => interruptions))).toBeGreaterThanOrEqual(3);
    expect((await setting.job(jobId)).state).toBe('CANCELLED');
  });

  it('leaves its subscribers to another one that serves the same job', async () => {
    const ports = [await freePort(), await freePort()];
    const apis: Child[] = await Promise.all(ports.map((port) => setting.api(port)));
    setting.worker();
    const jobId = await setting.train({ steps });
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const followers = [...setting.followByApi(jobId, urls, 3), ...setting.followByApi(jobId, urls.toReversed(), 3)];
    await allSeeMore(followers);
    apis[0]!.kill('SIGKILL');
    await allSeeMore(followers);
    await setting.runtime.services.jobs.cancel(everything, jobId);
    await Promise.all(followers.map(({ ended }) => ended));
    expect(followers.slice(0, 3).every(({ interruptions }) => interruptions > 0)).toBe(true);
    expect(followers.slice(3).every(({ interruptions }) => interruptions === 0)).toBe(true);
  });
});

/** Waits until each has got new events. */
async function allSeeMore(followers: readonly { seqs: readonly number[] }[]): Promise<void> {
  const before = followers.map(({ seqs }) => seqs.length);
  while (followers.some(({ seqs }, i) => seqs.length < before[i]! + 20)) await delay(50);
}
