import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { JobEntity, ProjectEntity } from '../../../src/database/entities/index.js';
import type { JobAttempt } from '../../../src/jobs/index.js';
import { problem, ProblemError } from '../../../src/shared/errors.js';
import { useDatabase } from '../../support/database.js';
import { gate, outline, startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();
let jobs: TestJobs;

beforeEach(async () => {
  jobs = await startJobs(database.dataSource);
});
afterEach(async () => {
  await jobs.stop();
});

describe('a job', () => {
  it('is stored, announced and queued in the transaction of its caller', async () => {
    const id = uuid();
    const stored = await database.dataSource.transaction((manager) =>
      jobs.queue.enqueue(manager, { id, projectId: jobs.projectId, kind: 'DATASET_IMPORT' }),
    );
    expect(stored).toMatchObject({ id, kind: 'DATASET_IMPORT', state: 'QUEUED', progress: 0, attempt: 0, lastSeq: 1 });
    expect(outline(await jobs.log.read(id, 0, 10))).toEqual(['1 QUEUED']);
    await jobs.queue.work(['DATASET_IMPORT'], () => Promise.resolve());
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 COMPLETED']);
  });

  it('does not exist when the transaction of its caller fails', async () => {
    const id = uuid();
    const ran: string[] = [];
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) => {
      ran.push(attempt.job.id);
      return Promise.resolve();
    });
    const failing = database.dataSource.transaction(async (manager) => {
      await jobs.queue.enqueue(manager, { id, projectId: jobs.projectId, kind: 'DATASET_IMPORT' });
      throw new Error('the caller failed');
    });
    await expect(failing).rejects.toThrow('the caller failed');
    const next = await jobs.enqueue();
    await jobs.history(next);
    expect(ran).toEqual([next]);
    expect(await database.dataSource.getRepository(JobEntity).findOneBy({ id })).toBeNull();
  });

  it('is taken at once by an idle worker, not at its next poll', async () => {
    const began: Record<string, number> = {};
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) => {
      began[attempt.job.id] = performance.now();
      return Promise.resolve();
    });
    const delays: number[] = [];
    for (let i = 0; i < 10; i++) {
      const id = await jobs.enqueue();
      const queued = performance.now();
      await jobs.history(id);
      delays.push(began[id]! - queued);
    }
    // About 10 ms on an idle machine; a poll would take 2,000 ms at most and 1,000 on average.
    expect(delays.sort((a, b) => a - b)[5]!).toBeLessThan(250);
  });

  it('completes together with what its handler writes, or not at all', async () => {
    const name = `project ${uuid()}`;
    const save = (attempt: JobAttempt, fails: boolean): Promise<void> =>
      attempt.complete(async (manager) => {
        await manager.getRepository(ProjectEntity).insert({ id: uuid(), name });
        if (fails) throw problem('STORAGE_FULL', 'no room for the result');
      });
    const outcomes = [true, false];
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) => save(attempt, outcomes.shift()!));
    const projects = database.dataSource.getRepository(ProjectEntity);

    const failed = await jobs.enqueue();
    expect(outline(await jobs.history(failed)).at(-1)).toBe('4 FAILED');
    expect(await projects.countBy({ name })).toBe(0);

    const completed = await jobs.enqueue();
    await jobs.history(completed);
    expect(await projects.countBy({ name })).toBe(1);
    expect(await jobs.job(completed)).toMatchObject({ state: 'COMPLETED', progress: 1, attempt: 1, leaseToken: null });
  });

  it('fails with the first problem its handler throws, and logs all of them', async () => {
    const problems = [
      { code: 'IMAGE_CORRUPT', message: 'a.png is cut' },
      { code: 'IMAGE_EMPTY', message: 'b.png has no bytes' },
    ] as const;
    await jobs.queue.work(['DATASET_IMPORT'], () => Promise.reject(new ProblemError([...problems])));
    const id = await jobs.enqueue();
    const events = await jobs.history(id);
    expect(await jobs.job(id)).toMatchObject({ state: 'FAILED', failure: problems[0] });
    expect(events.map(({ payload }) => ('message' in payload ? payload.message : payload))).toEqual([
      { state: 'QUEUED' },
      { state: 'RUNNING' },
      'IMAGE_CORRUPT: a.png is cut',
      'IMAGE_EMPTY: b.png has no bytes',
      { state: 'FAILED' },
    ]);
  });

  it('is given up with a reference instead of the message of an unexpected error', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], () => Promise.reject(new Error('password=hunter2 at /root/secret.ts')));
    const id = await jobs.enqueue();
    await jobs.history(id);
    const { failure } = await jobs.job(id);
    expect(failure!.code).toBe('WORKER_CRASHED');
    expect(failure!.message).toMatch(/^Given up after 3 attempts .* Internal error\. Reference: [0-9a-f-]{36}\./);
    expect(failure!.message).not.toMatch(/hunter2|secret/);
  });

  it('waits while another of the same group runs, but not for another group', async () => {
    const first = gate();
    const order: string[] = [];
    await jobs.queue.work(['TRAINING', 'EVALUATION'], async (attempt) => {
      order.push(attempt.job.kind);
      if (attempt.job.kind === 'TRAINING') await first.opened;
    });
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) => {
      order.push(attempt.job.kind);
      return Promise.resolve();
    });
    const training = await jobs.enqueue('TRAINING');
    for await (const event of jobs.feed.follow(training, 1)) if (event.seq === 2) break;
    const evaluation = await jobs.enqueue('EVALUATION');
    await jobs.history(await jobs.enqueue('DATASET_IMPORT'));
    expect(order).toEqual(['TRAINING', 'DATASET_IMPORT']);
    first.open();
    await jobs.history(evaluation);
    expect(order).toEqual(['TRAINING', 'DATASET_IMPORT', 'EVALUATION']);
  });

  it('is run once although several workers wait for it', async () => {
    const others = await Promise.all([startJobs(database.dataSource), startJobs(database.dataSource)]);
    const runs = new Map<string, number>();
    for (const { queue } of [jobs, ...others]) {
      await queue.work(['DATASET_IMPORT'], (attempt) => {
        runs.set(attempt.job.id, (runs.get(attempt.job.id) ?? 0) + 1);
        return Promise.resolve();
      });
    }
    const ids = await Promise.all(Array.from({ length: 20 }, () => jobs.enqueue()));
    for (const id of ids) await jobs.history(id);
    expect([...runs.keys()].sort()).toEqual([...ids].sort());
    expect(new Set(runs.values())).toEqual(new Set([1]));
    await Promise.all(others.map((other) => other.stop()));
  });
});

describe('an idempotency key', () => {
  const enqueue = (
    key: string,
    digest: string,
    kind: 'DATASET_IMPORT' | 'TRAINING' = 'DATASET_IMPORT',
  ): Promise<JobEntity> =>
    database.dataSource.transaction((manager) =>
      jobs.queue.enqueue(manager, {
        id: uuid(),
        projectId: jobs.projectId,
        kind,
        idempotencyKey: key,
        inputDigest: digest,
      }),
    );

  it('gives the same job for the same input', async () => {
    const key = uuid();
    const first = await enqueue(key, 'a');
    expect((await enqueue(key, 'a')).id).toBe(first.id);
  });

  it('is refused for another input or another kind of job', async () => {
    const key = uuid();
    await enqueue(key, 'a');
    await expect(enqueue(key, 'b')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    await expect(enqueue(key, 'a', 'TRAINING')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('makes one job of 20 calls at the same time', async () => {
    const key = uuid();
    const found = await Promise.all(Array.from({ length: 20 }, () => enqueue(key, 'a')));
    expect(new Set(found.map((job) => job.id)).size).toBe(1);
    const id = found[0]!.id;
    expect(await database.dataSource.getRepository(JobEntity).countBy({ idempotencyKey: key })).toBe(1);
    const entries = await database.dataSource.query<unknown[]>(`SELECT id FROM pgboss.job WHERE data->>'jobId' = $1`, [
      id,
    ]);
    expect(entries).toHaveLength(1);
    expect(outline(await jobs.log.read(id, 0, 10))).toEqual(['1 QUEUED']);
  });

  it('is free again when the transaction that used it fails', async () => {
    const key = uuid();
    const failing = database.dataSource.transaction(async (manager) => {
      await jobs.queue.enqueue(manager, {
        id: uuid(),
        projectId: jobs.projectId,
        kind: 'DATASET_IMPORT',
        idempotencyKey: key,
        inputDigest: 'a',
      });
      throw new Error('the caller failed');
    });
    await expect(failing).rejects.toThrow();
    expect((await enqueue(key, 'b')).inputDigest).toBe('b');
  });
});

describe('a job that its worker gave back', () => {
  it('stands where it stood: before those that came while it ran', async () => {
    const stopping = await startJobs(database.dataSource);
    const { opened: begun, open } = gate();
    const first = await jobs.enqueue('EVALUATION');
    await stopping.queue.work(['EVALUATION'], async (attempt) => {
      open();
      await once(attempt.signal, 'abort');
      attempt.signal.throwIfAborted();
    });
    await begun;
    const second = await jobs.enqueue('EVALUATION');
    await stopping.stop();
    const order: string[] = [];
    await jobs.queue.work(['EVALUATION'], (attempt) => {
      order.push(attempt.job.id);
      return Promise.resolve();
    });
    await jobs.history(first);
    await jobs.history(second);
    expect(order).toEqual([first, second]);
  });
});
