import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../src/access/index.js';
import { createDataSource, type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '../../src/database/index.js';
import { ask } from '../integration/graphql/testServer.js';
import { DatabaseProxy } from './databaseProxy.js';
import { freePort, TrainingSetting } from './trainingSetting.js';

/** A server of its own: it is stopped without mercy. */
let postgres: EmbeddedPostgres;
/** Everything reaches the server by this one, so that it keeps its address when the server comes back. */
let proxy: DatabaseProxy;
let home: string;
let setting: TrainingSetting;
/** Weights of the training that nobody disturbs. */
let undisturbed: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'residua-faults-'));
  postgres = await startEmbeddedPostgres(home);
  proxy = await DatabaseProxy.start(postgres.url);
  const dataSource = await createDataSource(postgres.url, { poolSize: 2 }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  setting = await TrainingSetting.open(proxy.url, { home });
  setting.worker();
  undisturbed = await setting.weights(await setting.train());
  await setting.close();
});
afterEach(async () => {
  proxy.stopSwallowing();
  await setting.close();
});
afterAll(async () => {
  await setting.dispose();
  await proxy.stop();
  await postgres.stop({ force: true });
  for (const folder of [home, postgres.folder]) await rm(folder, { recursive: true, force: true });
});

/** An API with subscribers of a training that has begun. */
async function underLoad(steps?: number) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await setting.api(port);
  setting.worker();
  const jobId = await setting.train(steps === undefined ? {} : { steps });
  const followers = setting.followByApi(jobId, [url], 5);
  await setting.until(jobId, ({ type }) => type === 'CHECKPOINT_SAVED');
  return { url, jobId, followers };
}

describe('PostgreSQL', () => {
  it('that is gone for 20 s without a word: the training completes with the same weights, nobody misses an event', async () => {
    const { url, jobId, followers } = await underLoad();
    process.kill(postgres.pid, 'SIGQUIT');
    await delay(1000);
    const refused = await ask(url, '{ datasets(first: 1) { totalCount } }');
    expect(refused.codes).toEqual(['SERVICE_UNAVAILABLE']);
    await delay(19_000);
    postgres = await startEmbeddedPostgres(home);
    proxy.retarget(postgres.url);
    expect(await setting.weights(jobId)).toBe(undisturbed);
    await Promise.all(followers.map(({ ended }) => ended));
    expect((await ask(url, '{ datasets(first: 1) { totalCount } }')).codes).toEqual([]);
  });

  it('that ends sessions at random: the same', async () => {
    const { jobId, followers } = await underLoad();
    const ending = new AbortController();
    const killed = endSessions(ending.signal);
    expect(await setting.weights(jobId)).toBe(undisturbed);
    ending.abort();
    expect(await killed).toBeGreaterThan(0);
    await Promise.all(followers.map(({ ended }) => ended));
  });

  it('that commits what nobody hears of: events and effects happen once', async () => {
    const { jobId, followers } = await underLoad();
    for (let lost = 0; lost < 5; lost++) {
      proxy.loseCommits(1);
      await expect.poll(() => proxy.commitsLeft, { timeout: 20_000 }).toBe(0);
      await delay(1000);
      if (['COMPLETED', 'FAILED'].includes((await setting.job(jobId)).state)) break;
    }
    expect(await setting.weights(jobId)).toBe(undisturbed);
    await Promise.all(followers.map(({ ended }) => ended));
  });

  it('whose notifications get lost in a half-open connection: events still arrive, and the connection is made anew', async () => {
    const { jobId, followers } = await underLoad();
    proxy.swallow('residua-signals');
    const began = performance.now();
    const seen = followers.map(({ seqs }) => seqs.length);
    await expect.poll(() => followers.every(({ seqs }, i) => seqs.length > seen[i]!), { timeout: 4000 }).toBe(true);
    // As long as the watch over a silent connection may take.
    await delay(Math.max(0, 12_000 - (performance.now() - began)));
    proxy.stopSwallowing();
    expect(await setting.weights(jobId)).toBe(undisturbed);
    await Promise.all(followers.map(({ ended }) => ended));
    expect(followers.map(({ interruptions }) => interruptions)).toEqual(followers.map(() => 0));
  });

  it('that does not answer one renewal of a lease: the next one comes long before the lease runs out', async () => {
    setting.worker();
    // More than there is time for.
    const jobId = await setting.train({ steps: 20_000 });
    await setting.until(jobId, ({ type }) => type === 'CHECKPOINT_SAVED');
    proxy.swallow('residua-leases');
    // A renewal every 5 s, for 15 s: one has got lost.
    await expect.poll(() => leaseSecondsLeft(jobId), { timeout: 20_000 }).toBeLessThan(9);
    proxy.stopSwallowing();
    let least = 9;
    for (let left = least; left < 10; left = await leaseSecondsLeft(jobId)) {
      least = Math.min(least, left);
      await delay(100);
    }
    expect(least).toBeGreaterThan(3);
    await setting.runtime.services.jobs.cancel(everything, jobId);
    await setting.state(jobId, 'CANCELLED');
    expect(await setting.job(jobId)).toMatchObject({ attempt: 1, lostAttempts: 0 });
  });
});

describe('an API whose connections are all taken', () => {
  it('answers SERVICE_UNAVAILABLE within 6 s, and works again once they are free', async () => {
    const port = await freePort();
    await setting.api(port);
    const url = `http://127.0.0.1:${port}`;
    const lock = setting.runtime.dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query('LOCK TABLE project IN ACCESS EXCLUSIVE MODE');
    const waiting = Array.from({ length: 10 }, () => ask(url, '{ projects(first: 1) { totalCount } }'));
    await expect.poll(() => waitingForLock(), { timeout: 5000 }).toBe(10);
    const asked = performance.now();
    const { codes } = await ask(url, '{ datasets(first: 1) { totalCount } }');
    expect(codes).toEqual(['SERVICE_UNAVAILABLE']);
    expect(performance.now() - asked).toBeLessThan(6000);
    await lock.rollbackTransaction();
    await lock.release();
    expect((await Promise.all(waiting)).flatMap((answer) => answer.codes)).toEqual([]);
    expect((await ask(url, '{ datasets(first: 1) { totalCount } }')).codes).toEqual([]);
  });
});

describe('a job that is delivered to two workers', () => {
  it('runs once', async () => {
    const jobId = await setting.train();
    await setting.runtime.dataSource.query(
      `INSERT INTO pgboss.job (name, data, priority)
       SELECT name, data, priority FROM pgboss.job WHERE data->>'jobId' = $1 AND state = 'created'`,
      [jobId],
    );
    setting.worker();
    setting.worker();
    expect(await setting.weights(jobId)).toBe(undisturbed);
    expect(await setting.job(jobId)).toMatchObject({ attempt: 1, lostAttempts: 0 });
  });
});

async function waitingForLock(): Promise<number> {
  const [{ count }] = await setting.runtime.dataSource.query<[{ count: number }]>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%project%'`,
  );
  return count;
}

/** Until the lease of a running job runs out, in the time of the database. */
async function leaseSecondsLeft(jobId: string): Promise<number> {
  const [{ left }] = await setting.runtime.dataSource.query<[{ left: number }]>(
    'SELECT extract(epoch FROM lease_expires_at - clock_timestamp())::float AS left FROM job WHERE id = $1',
    [jobId],
  );
  return left;
}

/** Ends one session of the processes, whichever, every 300 ms. @returns how many. */
async function endSessions(signal: AbortSignal): Promise<number> {
  const client = await createDataSource(postgres.url, { poolSize: 1, applicationName: 'killer' }).initialize();
  let ended = 0;
  while (!signal.aborted && ended < 60) {
    const rows = await client.query<object[]>(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'residua%' ORDER BY random() LIMIT 1`,
    );
    ended += rows.length;
    await delay(300);
  }
  await client.destroy();
  return ended;
}
