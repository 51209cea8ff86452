import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { useDatabase } from '../support/database.js';
import { TrainingSetting } from './trainingSetting.js';

const database = useDatabase();
let setting: TrainingSetting;
beforeAll(async () => {
  const environment = { RESIDUA_PLUGINS: fileURLToPath(new URL('poison', import.meta.url)) };
  setting = await TrainingSetting.open(database.url, { environment });
});
afterEach(() => setting.close());
afterAll(() => setting.dispose());

it('a run that kills every worker is given up after three of them, and the good runs complete', async () => {
  const poison = await setting.train({ detector: 'poison', priority: 10 });
  const good = [await setting.train(), await setting.train()];
  setting.serve();
  const state = async () => (await setting.job(poison)).state;
  // Two retries of 5 s and 20 s would be all that this waits for.
  while ((await state()) !== 'FAILED') {
    await delay(500);
    await setting.skipPause(poison);
  }
  const { failure, lostAttempts } = await setting.job(poison);
  expect(failure).toMatchObject({ code: 'WORKER_CRASHED' });
  expect(failure!.message).toMatch(/Given up after 3 attempts .* before its first step/);
  expect(lostAttempts).toBe(2);
  const weights = await Promise.all(good.map((jobId) => setting.weights(jobId)));
  expect(weights[0]).toBe(weights[1]);
});
