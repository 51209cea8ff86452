import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { ComputeFailure } from '../../../src/shared/computeFailure.js';
import type { NeededDevice } from '../../../src/shared/devices.js';
import { useDatabase } from '../../support/database.js';
import { startJobs, type TestJobs } from '../../support/jobs.js';

const database = useDatabase();
let jobs: TestJobs;
beforeEach(async () => {
  jobs = await startJobs(database.dataSource);
});
afterEach(() => jobs.stop());

const lost = new ComputeFailure(
  'COMPUTE_FAILED',
  'the GPU (webgpu) failed in "training-step": [Device] is lost.',
  true,
);

async function enqueue(device: NeededDevice): Promise<string> {
  const job = { id: uuid(), projectId: jobs.projectId, kind: 'TRAINING', device } as const;
  await database.dataSource.transaction((manager) => jobs.queue.enqueue(manager, job));
  return job.id;
}

const messagesOf = async (id: string) =>
  (await jobs.history(id)).flatMap(({ payload }) => ('message' in payload ? [payload.message] : []));

describe('a job whose GPU fails', () => {
  it('is done again, and its next attempt knows that it is to compute on the processor', async () => {
    const seen: boolean[] = [];
    await jobs.queue.work(
      ['TRAINING'],
      ({ job }) => {
        seen.push(job.gpuFailed);
        return job.gpuFailed ? Promise.resolve() : Promise.reject(lost);
      },
      { device: 'GPU', engine: 'webgpu' },
    );
    const id = await enqueue('ANY');
    expect(await messagesOf(id)).toEqual([
      `attempt 1 was lost: ${lost.message}; another one follows in 0 s, on the processor`,
    ]);
    expect(seen).toEqual([false, true]);
    expect(await jobs.job(id)).toMatchObject({ state: 'COMPLETED', attempt: 2, lostAttempts: 1, gpuFailed: true });
  });

  it('that it needs tries GPUs again, and is given up with what they said', async () => {
    await jobs.queue.work(['TRAINING'], () => Promise.reject(lost), { device: 'GPU', engine: 'webgpu' });
    const id = await enqueue('GPU');
    expect(await messagesOf(id)).toEqual([
      `attempt 1 was lost: ${lost.message}; another one follows in 0 s`,
      `attempt 2 was lost: ${lost.message}; another one follows in 0 s`,
    ]);
    const { state, attempt, gpuFailed, failure } = await jobs.job(id);
    expect({ state, attempt, gpuFailed, code: failure?.code }).toEqual({
      ...{ state: 'FAILED', attempt: 3, gpuFailed: false, code: 'COMPUTE_FAILED' },
    });
    expect(failure!.message).toContain(
      `Given up after 3 attempts that ended without a result. The last one: ${lost.message}.`,
    );
    expect(failure!.message).toContain('start it with the device CPU');
  });

  it('for want of memory fails at once: another attempt would need as much', async () => {
    const failure = new ComputeFailure('OUT_OF_MEMORY', '"training-step" needs about 40 GiB', true);
    await jobs.queue.work(['TRAINING'], () => Promise.reject(failure), { device: 'GPU', engine: 'webgpu' });
    const id = await enqueue('ANY');
    expect(await messagesOf(id)).toEqual(['OUT_OF_MEMORY: "training-step" needs about 40 GiB']);
    const { code, message } = failure;
    expect(await jobs.job(id)).toMatchObject({ state: 'FAILED', attempt: 1, failure: { code, message } });
  });
});
