import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { ProjectEntity } from '../../../src/database/entities/index.js';
import { JobAborted } from '../../../src/jobs/index.js';
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

async function untilRunning(id: string): Promise<void> {
  for await (const { payload } of jobs.feed.follow(id, 0))
    if ('state' in payload && payload.state === 'RUNNING') return;
}

describe('cancelling', () => {
  it('ends a job that waits at once, and no worker takes it', async () => {
    const id = await jobs.enqueue();
    await jobs.queue.cancel(id);
    expect(await jobs.job(id)).toMatchObject({ state: 'CANCELLED', attempt: 0 });
    const ran: string[] = [];
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) => {
      ran.push(attempt.job.id);
      return Promise.resolve();
    });
    const next = await jobs.enqueue();
    await jobs.history(next);
    expect(ran).toEqual([next]);
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 CANCELLED']);
  });

  it('aborts the signal of a job that runs and reports nothing, within 2 s', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      await once(attempt.signal, 'abort');
      attempt.signal.throwIfAborted();
    });
    const id = await jobs.enqueue();
    await untilRunning(id);
    const asked = performance.now();
    await jobs.queue.cancel(id);
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 CANCELLED']);
    expect(performance.now() - asked).toBeLessThan(2000);
    const job = await jobs.job(id);
    expect(job.state).toBe('CANCELLED');
    expect(job.cancelRequestedAt!.getTime()).toBeLessThanOrEqual(job.finishedAt!.getTime());
  });

  it('aborts the signal although its notification is lost', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      await once(attempt.signal, 'abort');
      attempt.signal.throwIfAborted();
    });
    const id = await jobs.enqueue();
    await untilRunning(id);
    const asked = performance.now();
    await database.dataSource.query('UPDATE job SET cancel_requested_at = now() WHERE id = $1', [id]);
    expect(outline(await jobs.history(id)).at(-1)).toBe('3 CANCELLED');
    expect(performance.now() - asked).toBeLessThan(2500);
  });

  it('comes to a handler by the reason of its signal', async () => {
    let reason: unknown;
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      await once(attempt.signal, 'abort');
      reason = attempt.signal.reason;
    });
    const id = await jobs.enqueue();
    await untilRunning(id);
    await jobs.queue.cancel(id);
    await jobs.history(id);
    expect(reason).toBeInstanceOf(JobAborted);
    expect(reason).toMatchObject({ because: 'CANCELLED' });
    expect((await jobs.job(id)).state).toBe('CANCELLED');
  });

  it('wins over a completion that had not been stored yet, and takes its writes back', async () => {
    const name = `project ${uuid()}`;
    const asked = gate();
    const writing = gate();
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) =>
      attempt.complete(async (manager) => {
        await manager.getRepository(ProjectEntity).insert({ id: uuid(), name });
        writing.open();
        await asked.opened;
      }),
    );
    const id = await jobs.enqueue();
    await writing.opened;
    await jobs.queue.cancel(id);
    asked.open();
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 CANCELLED']);
    expect(await database.dataSource.getRepository(ProjectEntity).countBy({ name })).toBe(0);
  });

  it('again changes nothing while the job is stopping', async () => {
    const stopping = gate();
    await jobs.queue.work(['DATASET_IMPORT'], () => stopping.opened);
    const id = await jobs.enqueue();
    await untilRunning(id);
    await jobs.queue.cancel(id);
    const { cancelRequestedAt } = await jobs.job(id);
    await jobs.queue.cancel(id);
    expect((await jobs.job(id)).cancelRequestedAt).toEqual(cancelRequestedAt);
    stopping.open();
    await jobs.history(id);
  });

  it('is a conflict that names the state once the job has ended', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], () => Promise.resolve());
    const id = await jobs.enqueue();
    await jobs.history(id);
    await expect(jobs.queue.cancel(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      problems: [{ item: id, message: expect.stringContaining('COMPLETED') as string }],
    });
    await expect(jobs.queue.cancel(uuid())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leaves exactly one end, whoever is first', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], (attempt) => attempt.complete(() => Promise.resolve()));
    const ids = await Promise.all(Array.from({ length: 30 }, () => jobs.enqueue()));
    const answers = await Promise.allSettled(ids.map((id) => jobs.queue.cancel(id)));
    for (const [i, id] of ids.entries()) {
      const events = await jobs.history(id);
      const { state, lastSeq } = await jobs.job(id);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(lastSeq).toBe(events.length);
      const ends = events.filter(({ payload }) => 'state' in payload && !['QUEUED', 'RUNNING'].includes(payload.state));
      expect(ends.map(({ payload }) => payload)).toEqual([{ state }]);
      expect(state).toBe(answers[i]!.status === 'fulfilled' ? 'CANCELLED' : 'COMPLETED');
    }
  });
});

describe('an attempt that lost its lease', () => {
  it('is told, and can write nothing any more', async () => {
    const name = `project ${uuid()}`;
    const outcomes: unknown[] = [];
    const finished = gate();
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      await once(attempt.signal, 'abort');
      attempt.report({ stage: 'late', step: 1, totalSteps: 1, fraction: 1 });
      await attempt
        .complete(async (manager) => {
          await manager.getRepository(ProjectEntity).insert({ id: uuid(), name });
        })
        .catch((error: unknown) => outcomes.push(error));
      finished.open();
      throw new Error('too late');
    });
    const id = await jobs.enqueue();
    await untilRunning(id);
    await database.dataSource.query('UPDATE job SET lease_token = gen_random_uuid(), attempt = 2 WHERE id = $1', [id]);
    await finished.opened;
    await jobs.queue.stop();
    expect(outcomes).toMatchObject([{ because: 'LEASE_LOST' }]);
    expect(await jobs.job(id)).toMatchObject({ state: 'RUNNING', attempt: 2, lastSeq: 2, progress: 0 });
    expect(await database.dataSource.getRepository(ProjectEntity).countBy({ name })).toBe(0);
  });
});

describe('a worker that stops', () => {
  it('gives back the job it must leave, and another one takes it at once', async () => {
    await jobs.queue.work(['DATASET_IMPORT'], async (attempt) => {
      await once(attempt.signal, 'abort');
      attempt.signal.throwIfAborted();
    });
    const id = await jobs.enqueue();
    await untilRunning(id);
    const other = await startJobs(database.dataSource);
    await jobs.queue.stop({ graceSeconds: 0 });
    expect(await jobs.job(id)).toMatchObject({ state: 'QUEUED', lostAttempts: 0, leaseToken: null });
    const stopped = performance.now();
    await other.queue.work(['DATASET_IMPORT'], () => Promise.resolve());
    expect(outline(await other.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 QUEUED', '4 RUNNING', '5 COMPLETED']);
    expect(performance.now() - stopped).toBeLessThan(5000);
    await other.stop();
  });

  it('lets a job end that needs less than the grace', async () => {
    const almost = gate();
    await jobs.queue.work(['DATASET_IMPORT'], () => almost.opened);
    const id = await jobs.enqueue();
    await untilRunning(id);
    const stopped = jobs.queue.stop({ graceSeconds: 5 });
    almost.open();
    await stopped;
    expect((await jobs.job(id)).state).toBe('COMPLETED');
  });
});
