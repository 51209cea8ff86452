import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import type { JobEventEntity, LogWrittenPayload } from '../../../src/database/entities/index.js';
import type { JobAttempt } from '../../../src/jobs/index.js';
import { JobsService } from '../../../src/services/jobs.service.js';
import { QuotasService } from '../../../src/services/quotas.service.js';
import type { Device, NeededDevice } from '../../../src/shared/devices.js';
import { useDatabase } from '../../support/database.js';
import { outline, startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();
let here: TestJobs;
let elsewhere: TestJobs;

beforeEach(async () => {
  await database.dataSource.query('DELETE FROM job');
  here = await startJobs(database.dataSource);
  elsewhere = await startJobs(database.dataSource);
});
afterEach(async () => {
  await here.stop();
  await elsewhere.stop();
});

async function training(device: NeededDevice, priority = 0): Promise<string> {
  const id = uuid();
  const job = { id, projectId: here.projectId, kind: 'TRAINING', device, priority } as const;
  await database.dataSource.transaction((manager) => here.queue.enqueue(manager, job));
  return id;
}

/** A worker on a device, and the jobs it has done. */
async function worker(jobs: TestJobs, device: Device): Promise<string[]> {
  const done: string[] = [];
  const note = ({ job }: { job: { id: string } }) => Promise.resolve(void done.push(job.id));
  await jobs.queue.work(['TRAINING'], note, { device, engine: 'none' });
  return done;
}

function warnings(events: readonly JobEventEntity[]): string[] {
  return events.flatMap(({ type, payload }) => (type === 'LOG_WRITTEN' ? (payload as LogWrittenPayload).message : []));
}

const noGpu = 'waits for a worker that computes on a GPU and takes TRAINING jobs: none is alive';

describe('a job that needs a device', () => {
  it('is taken only by a worker that has it, one that needs none by any, in the order of their priorities', async () => {
    const gpu = await worker(here, 'GPU');
    const ids = [await training('CPU'), await training('GPU'), await training('ANY')];
    for (const id of ids.slice(1)) await here.history(id);
    expect(gpu).toEqual(ids.slice(1));
    const cpu = await worker(elsewhere, 'CPU');
    await here.history(ids[0]!);
    expect([cpu, gpu]).toEqual([ids.slice(0, 1), ids.slice(1)]);
  });

  it('stands among the others by priority, then by age', async () => {
    const expected = [await training('GPU', 2), await training('ANY', 1), await training('GPU'), await training('ANY')];
    const gpu = await worker(here, 'GPU');
    for (const id of expected) await here.history(id);
    expect(gpu).toEqual(expected);
  });

  it('says in its log when no worker has it, and nothing when one has', async () => {
    await worker(elsewhere, 'CPU');
    const waiting = await training('GPU');
    expect(outline(await here.log.read(waiting, 0, 10))).toEqual(['1 QUEUED', '2 LOG_WRITTEN']);
    await worker(here, 'GPU');
    expect(warnings(await here.history(waiting))).toEqual([noGpu]);
    expect(warnings(await here.history(await training('GPU')))).toEqual([]);
  });

  it('says so, too, when the last worker that had it says good-bye', async () => {
    await here.queue.work(['TRAINING'], untilAborted, { device: 'GPU', engine: 'none' });
    const ids = [await training('GPU'), await training('GPU')];
    await here.stop();
    for (const id of ids) expect(warnings(await elsewhere.log.read(id, 0, 10))).toEqual([noGpu]);
    expect(await database.dataSource.query('SELECT id FROM worker')).toEqual([]);
  });

  it('says so, too, when the last worker that had it is not heard of any more', async () => {
    const seen = (ago: string) => [uuid(), 'a machine', ['TRAINING'], 'GPU', 'none', ago];
    const insert = `INSERT INTO worker (id, name, kinds, device, engine, seen_at) VALUES ($1, $2, $3, $4, $5, now() - $6::interval)`;
    await database.dataSource.query(insert, seen('1 second'));
    const id = await training('GPU');
    expect(warnings(await here.log.read(id, 0, 10))).toEqual([]);
    await database.dataSource.query(`UPDATE worker SET seen_at = now() - interval '16 seconds'`);
    await here.queue.sweep();
    expect(warnings(await here.log.read(id, 0, 10))).toEqual([noGpu]);
    expect(await database.dataSource.query('SELECT id FROM worker')).toEqual([]);
  });

  it('is waited for in words only while it waits and no worker may take it', async () => {
    const service = new JobsService(database.dataSource, here.queue, here.feed, new QuotasService(database.dataSource));
    const ids = [await training('GPU'), await training('ANY')];
    expect(await service.missingWorkers(everything, [...ids, uuid()])).toEqual([
      noGpu.replace('waits for ', ''),
      'a worker that takes TRAINING jobs: none is alive',
      null,
    ]);
    await worker(here, 'CPU');
    await here.history(ids[1]!);
    expect(await service.missingWorkers(everything, ids)).toEqual([noGpu.replace('waits for ', ''), null]);
    await worker(elsewhere, 'GPU');
    await here.history(ids[0]!);
    expect(await service.missingWorkers(everything, ids)).toEqual([null, null]);
  });

  it('needs it still when it is done again', async () => {
    const id = await training('GPU');
    await here.queue.cancel(id);
    const again = await database.dataSource.transaction((manager) => here.queue.retry(manager, id, uuid()));
    expect(again.device).toBe('GPU');
  });
});

describe('a worker', () => {
  it('says that it lives, however long its event loop stands still', { timeout: 30_000 }, async () => {
    await worker(here, 'CPU');
    const silence = `SELECT extract(epoch FROM clock_timestamp() - seen_at)::float8 AS seconds FROM worker`;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8_000);
    const [row] = await database.dataSource.query<{ seconds: number }[]>(silence);
    expect(row!.seconds).toBeLessThan(6);
  });
});

async function untilAborted({ signal }: JobAttempt): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  signal.throwIfAborted();
}
