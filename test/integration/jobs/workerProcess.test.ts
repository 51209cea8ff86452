import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobKind } from '../../../src/database/entities/index.js';
import { type Child, runChild } from '../../support/childProcess.js';
import { useDatabase } from '../../support/database.js';
import { outline, startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();

describe('a worker process', () => {
  let jobs: TestJobs;
  let worker: Child;

  beforeAll(async () => {
    jobs = await startJobs(database.dataSource);
  });
  afterAll(async () => {
    await jobs.stop();
  });
  beforeEach(async () => {
    worker = runChild('./workerChild.ts', [database.url]);
    expect(await worker.line()).toBe('ready');
  });
  afterEach(async () => {
    worker.kill('SIGKILL');
    await worker.ended;
  });

  async function running(kind: JobKind): Promise<string> {
    const id = await jobs.enqueue(kind);
    expect(await worker.line()).toBe(`began ${id}`);
    return id;
  }

  it('runs a job that another process queued and follows, then stops when told to', async () => {
    const id = await running('DATASET_IMPORT');
    const steps = Array.from({ length: 30 }, (_, i) => `${i + 3} reading ${i + 1}`);
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', ...steps, '33 COMPLETED']);
    expect(await jobs.job(id)).toMatchObject({ state: 'COMPLETED', progress: 1, attempt: 1, lastSeq: 33 });
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  });

  it('cancels a job when another process asks for it', async () => {
    const id = await running('TRAINING');
    const asked = performance.now();
    await jobs.queue.cancel(id);
    expect(outline(await jobs.history(id))).toEqual(['1 QUEUED', '2 RUNNING', '3 training 1', '4 CANCELLED']);
    expect(performance.now() - asked).toBeLessThan(2000);
  });

  it('gives back the job it runs when it is told to stop', async () => {
    const id = await running('TRAINING');
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await jobs.job(id)).toMatchObject({ state: 'QUEUED', lostAttempts: 0 });
    await jobs.queue.cancel(id);
  });

  it('that is killed leaves its job running, with every event it had stored', async () => {
    const id = await running('TRAINING');
    for await (const event of jobs.feed.follow(id, 2)) {
      expect(outline([event])).toEqual(['3 training 1']);
      break;
    }
    worker.kill('SIGKILL');
    expect(await worker.ended).toBe('SIGKILL');
    const job = await jobs.job(id);
    expect(job).toMatchObject({ state: 'RUNNING', attempt: 1, lastSeq: 3, progress: 0.01 });
    expect(job.leaseToken).not.toBeNull();
  });
});

describe('three worker processes on one database', () => {
  it('run each of 30 jobs once', async () => {
    const jobs = await startJobs(database.dataSource);
    const ids = await Promise.all(Array.from({ length: 30 }, () => jobs.enqueue('DATASET_IMPORT')));
    const workers = Array.from({ length: 3 }, () => runChild('./workerChild.ts', [database.url]));
    for (const id of ids) {
      const events = outline(await jobs.history(id));
      expect(events.filter((event) => /RUNNING|COMPLETED/.test(event))).toEqual(['2 RUNNING', '33 COMPLETED']);
      expect((await jobs.job(id)).attempt).toBe(1);
    }
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    await jobs.stop();
  });
});
