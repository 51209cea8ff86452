import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { CheckpointEntity, JobEventEntity, ProjectEntity } from '../../../src/database/entities/index.js';
import type { JobAttempt } from '../../../src/jobs/index.js';
import { computingKinds } from '../../../src/worker/worker.js';
import { useDatabase } from '../../support/database.js';
import { gate, outline, startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();
let jobs: TestJobs;

beforeEach(async () => {
  jobs = await startJobs(database.dataSource);
});
afterEach(async () => {
  await jobs.stop();
  await database.dataSource.query('DELETE FROM pgboss.job');
});

/** As if the worker of this job had been silent for longer than its lease. */
async function loseWorker(id: string): Promise<void> {
  await database.dataSource.query(`UPDATE job SET lease_expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
  await jobs.queue.sweep();
}

/** A worker of its own for the job, whose handler ends only when the test lets it. */
async function frozenWorker(id: string): Promise<{ attempt: JobAttempt; thaw: () => void; stop: () => Promise<void> }> {
  const worker = await startJobs(database.dataSource);
  const thawed = gate();
  const begun = new Promise<JobAttempt>((resolve) => {
    void worker.queue.work(['DATASET_IMPORT'], async (attempt) => {
      resolve(attempt);
      await thawed.opened;
    });
  });
  const attempt = await begun;
  expect(attempt.job.id).toBe(id);
  return { attempt, thaw: thawed.open, stop: () => worker.stop() };
}

describe('a lease', () => {
  it('is renewed while the process computes without a pause', async () => {
    const id = await jobs.enqueue();
    const { thaw, stop } = await frozenWorker(id);
    const first = (await jobs.job(id)).leaseExpiresAt!.getTime();
    const until = Date.now() + 8000;
    while (Date.now() < until);
    const renewed = (await jobs.job(id)).leaseExpiresAt!.getTime();
    expect(renewed - first).toBeGreaterThan(4000);
    // Renewed while this thread was busy, not after it.
    expect(renewed - 15_000).toBeLessThan(until);
    thaw();
    await stop();
  });

  it('that has run out goes to another worker; the first one writes nothing any more and is told', async () => {
    const id = await jobs.enqueue();
    const { attempt, thaw, stop } = await frozenWorker(id);
    attempt.report({ stage: 'a', step: 1, totalSteps: 3, fraction: 0.1 });
    for await (const event of jobs.feed.follow(id, 2)) if (event.seq === 3) break;
    await loseWorker(id);
    const done = gate();
    await jobs.queue.work(['DATASET_IMPORT'], async (second) => {
      second.report({ stage: 'a', step: 1, totalSteps: 3, fraction: 0.1 });
      second.report({ stage: 'a', step: 2, totalSteps: 3, fraction: 0.2 });
      await done.opened;
    });
    const seen: JobEventEntity[] = [];
    for await (const event of jobs.feed.follow(id, 0)) {
      seen.push(event);
      if ('step' in event.payload && event.payload.step === 2) break;
    }
    const name = `project ${uuid()}`;
    const insert = async (manager: { insert(entity: unknown, row: object): Promise<unknown> }): Promise<void> => {
      await manager.insert(ProjectEntity, { id: uuid(), name });
    };
    attempt.report({ stage: 'late', step: 1, totalSteps: 1, fraction: 1 });
    await expect(attempt.write(insert)).rejects.toMatchObject({ because: 'LEASE_LOST' });
    await expect(attempt.complete(insert)).rejects.toMatchObject({ because: 'LEASE_LOST' });
    const blob = { step: 1, sha256: 'f'.repeat(64), bytes: 1 };
    await expect(attempt.saveCheckpoint(blob)).rejects.toMatchObject({ because: 'LEASE_LOST' });
    expect(attempt.signal.reason).toMatchObject({ because: 'LEASE_LOST' });
    thaw();
    await stop();
    done.open();
    const events = await jobs.history(id);
    // Step 1 had been told by the first attempt.
    expect(outline(events)).toEqual([
      '1 QUEUED',
      '2 RUNNING',
      '3 a 1',
      '4 LOG_WRITTEN',
      '5 RETRYING',
      '6 RUNNING',
      '7 a 2',
      '8 COMPLETED',
    ]);
    expect(events.map(({ attempt }) => attempt)).toEqual([0, 1, 1, 1, 1, 2, 2, 2]);
    expect(await database.dataSource.getRepository(ProjectEntity).countBy({ name })).toBe(0);
    expect(await database.dataSource.getRepository(CheckpointEntity).countBy({ jobId: id })).toBe(0);
  });

  it('is looked for without being asked, within 25 s of the last sign of life', async () => {
    const id = await jobs.enqueue();
    const { thaw, stop } = await frozenWorker(id);
    await database.dataSource.query(`UPDATE job SET lease_expires_at = now(), lease_token = gen_random_uuid()`);
    const silent = performance.now();
    for await (const { payload } of jobs.feed.follow(id, 2))
      if ('state' in payload && payload.state === 'RETRYING') break;
    // The lease itself takes 15 s of the 25.
    expect(performance.now() - silent).toBeLessThan(10_000);
    thaw();
    await stop();
  });
});

describe('a job whose attempts are lost', () => {
  it('is given up after three, in words that tell what was last seen and what to do', async () => {
    const id = await jobs.enqueue();
    for (let number = 1; number <= 3; number++) {
      const { attempt, thaw, stop } = await frozenWorker(id);
      if (number === 3) {
        attempt.report({ stage: 'training', step: 7, totalSteps: 9, fraction: 0.7 });
        await attempt.saveCheckpoint({ step: 6, sha256: 'a'.repeat(64), bytes: 3 });
      }
      await loseWorker(id);
      thaw();
      await stop();
    }
    const events = await jobs.history(id);
    expect(events.filter(({ payload }) => 'state' in payload && payload.state === 'RETRYING')).toHaveLength(2);
    const { state, failure, lostAttempts } = await jobs.job(id);
    expect({ state, code: failure!.code, lostAttempts }).toEqual({
      state: 'FAILED',
      code: 'WORKER_CRASHED',
      lostAttempts: 2,
    });
    expect(failure!.message).toMatch(/^Given up after 3 attempts .* \(process \d+\), last heard of at 20\d\d-/);
    expect(failure!.message).toContain('after step 7 of 9 of training');
    expect(failure!.message).toContain('goes on from the checkpoint of step 6');
  });

  it('waits a little before it is tried again', async () => {
    const slow = await startJobs(database.dataSource, { retryPauses: [1.5] });
    const begun: number[] = [];
    await slow.queue.work(['DATASET_IMPORT'], async () => {
      begun.push(performance.now());
      if (begun.length === 1) throw new Error('once');
    });
    expect(outline(await jobs.history(await jobs.enqueue())).at(-1)).toBe('6 COMPLETED');
    expect(begun[1]! - begun[0]!).toBeGreaterThan(1400);
    await slow.stop();
  });

  it('is cancelled instead of tried again when somebody asked for that', async () => {
    const id = await jobs.enqueue();
    const { thaw, stop } = await frozenWorker(id);
    await database.dataSource.query('UPDATE job SET cancel_requested_at = now() WHERE id = $1', [id]);
    await loseWorker(id);
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 CANCELLED']);
    thaw();
    await stop();
  });
});

describe('a checkpoint', () => {
  it('is told behind what was reported before it; the last two are kept', async () => {
    const removed: string[][] = [];
    await jobs.queue.work(['TRAINING'], async (attempt) => {
      for (let step = 1; step <= 3; step++) {
        attempt.report({ stage: 'training', step, totalSteps: 3, fraction: step / 3 });
        removed.push(await attempt.saveCheckpoint({ step, sha256: String(step).repeat(64), bytes: 8 }));
      }
      expect((await attempt.checkpoints()).map(({ step }) => step)).toEqual([3, 2]);
    });
    const events = await jobs.history(await jobs.enqueue('TRAINING'));
    const types = events.slice(2).map(({ type }) => type);
    const pair = ['METRICS_REPORTED', 'CHECKPOINT_SAVED'];
    expect(types).toEqual([...pair, ...pair, ...pair, 'STATE_CHANGED']);
    expect(removed).toEqual([[], [], ['1'.repeat(64)]]);
  });
});

describe('a queue', () => {
  it('gives out the highest priority first, then the oldest', async () => {
    const enqueue = async (priority: number): Promise<string> => {
      const id = uuid();
      await database.dataSource.transaction((manager) =>
        jobs.queue.enqueue(manager, { id, projectId: jobs.projectId, kind: 'DATASET_IMPORT', priority }),
      );
      return id;
    };
    const [a, b, c, d] = [await enqueue(0), await enqueue(5), await enqueue(5), await enqueue(-1)];
    const order: string[] = [];
    await jobs.queue.work(['DATASET_IMPORT'], async ({ job }) => void order.push(job.id));
    await jobs.history(d);
    expect(order).toEqual([b, c, a, d]);
  });

  it.each([
    ['with a GPU', 'GPU', ['TRAINING', 'TRAINING', 'EVALUATION']],
    ['without one', 'CPU', ['EVALUATION', 'TRAINING', 'TRAINING']],
  ] as const)('gives a worker %s its first kind first, whatever waited longer', async (_which, device, expected) => {
    const ids = [];
    for (const kind of expected.toSorted()) ids.push(await jobs.enqueue(kind));
    const order: string[] = [];
    await jobs.queue.work(computingKinds(device), async ({ job }) => void order.push(job.kind));
    for (const id of ids) await jobs.history(id);
    expect(order).toEqual(expected);
  });

  it('gives a worker nothing of other kinds, and as many at once as it asks for', async () => {
    const training = await jobs.enqueue('TRAINING');
    const imports = [await jobs.enqueue(), await jobs.enqueue()];
    const both = gate();
    const running = new Set<string>();
    for (let i = 0; i < 2; i++) {
      await jobs.queue.work(['DATASET_IMPORT'], async ({ job }) => {
        running.add(job.id);
        if (running.size === 2) both.open();
        await both.opened;
      });
    }
    for (const id of imports) expect(outline(await jobs.history(id)).at(-1)).toContain('COMPLETED');
    expect([...running].sort()).toEqual([...imports].sort());
    expect((await jobs.job(training)).state).toBe('QUEUED');
  });

  it('that holds a job twice runs it once', async () => {
    const others = await Promise.all([startJobs(database.dataSource), startJobs(database.dataSource)]);
    const id = await jobs.enqueue();
    await database.dataSource.query(
      `INSERT INTO pgboss.job (name, data) SELECT name, data FROM pgboss.job, generate_series(1, 5) WHERE data->>'jobId' = $1`,
      [id],
    );
    let runs = 0;
    for (const { queue } of others) await queue.work(['DATASET_IMPORT'], async () => void runs++);
    await jobs.history(id);
    await jobs.queue.work(['DATASET_IMPORT'], async () => void runs++);
    await jobs.history(await jobs.enqueue());
    expect(runs).toBe(2);
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 COMPLETED']);
    await Promise.all(others.map((other) => other.stop()));
  });
});

describe('retrying', () => {
  const retry = (id: string) =>
    database.dataSource.transaction((manager) => jobs.queue.retry(manager, id, uuid()).then((job) => job.id));

  it('makes one new job of twenty calls at once, which goes on from the checkpoint', async () => {
    const steps: (number | undefined)[] = [];
    await jobs.queue.work(['TRAINING'], async (attempt) => {
      steps.push((await attempt.checkpoints())[0]?.step);
      if (steps.length > 1) return;
      await attempt.saveCheckpoint({ step: 4, sha256: 'c'.repeat(64), bytes: 8 });
      await once(attempt.signal, 'abort');
      attempt.signal.throwIfAborted();
    });
    const id = await jobs.enqueue('TRAINING');
    for await (const event of jobs.feed.follow(id, 2)) if (event.type === 'CHECKPOINT_SAVED') break;
    await expect(retry(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await jobs.queue.cancel(id);
    await jobs.history(id);
    const made = await Promise.all(Array.from({ length: 20 }, () => retry(id)));
    expect(new Set(made).size).toBe(1);
    expect(outline(await jobs.history(made[0]!)).at(-1)).toBe('3 COMPLETED');
    expect(steps).toEqual([undefined, 4]);
    expect(await jobs.job(made[0]!)).toMatchObject({ kind: 'TRAINING', retryOf: id });
    expect((await jobs.job(id)).state).toBe('CANCELLED');
    await expect(retry(made[0]!)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(retry(uuid())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the end of a job', () => {
  it('cannot be changed, followed or doubled, whoever writes', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], () => Promise.resolve());
    const id = await jobs.enqueue();
    await jobs.history(id);
    const { dataSource } = database;
    await expect(dataSource.query(`UPDATE job SET state = 'RUNNING' WHERE id = $1`, [id])).rejects.toThrow('has ended');
    await expect(dataSource.query(`UPDATE job SET last_seq = 9 WHERE id = $1`, [id])).rejects.toThrow('has ended');
    const second = { jobId: id, seq: 9, attempt: 1, type: 'STATE_CHANGED', payload: { state: 'FAILED' } } as const;
    await expect(dataSource.getRepository(JobEventEntity).insert(second)).rejects.toThrow('IDX_job_event_end');
  });
});
