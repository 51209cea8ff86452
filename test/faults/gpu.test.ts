import { rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TrainingRunEntity } from '../../src/database/entities/index.js';
import { useDatabase } from '../support/database.js';
import { hasSoftwareGpu, losableGpu } from '../support/softwareGpu.js';
import { TrainingSetting } from './trainingSetting.js';

const database = useDatabase();
const gpu = hasSoftwareGpu('a GPU that fails in a training is') ? losableGpu() : undefined;
let setting: TrainingSetting;

beforeAll(async () => {
  setting = await TrainingSetting.open(database.url);
});
afterEach(() => setting.close());
afterAll(() => setting.dispose());

const said = (jobId: string, words: RegExp) =>
  setting.until(jobId, ({ payload }) => 'message' in payload && words.test(payload.message));
const environmentOf = async (jobId: string) => {
  const runs = setting.runtime.dataSource.getRepository(TrainingRunEntity);
  return (await runs.findOneByOrFail({ jobId })).environment;
};

describe.skipIf(!gpu)('a GPU that is lost in a training', () => {
  it('ends the worker, and the next attempt computes on the processor and says why', async () => {
    const { env, file } = gpu!;
    const onGpu = { ...env, RESIDUA_COMPUTE: 'webgpu' };
    const victim = setting.worker(onGpu);
    const jobId = await setting.train({ steps: 4 });
    // Before it has learned anything: what takes over starts anew.
    await setting.state(jobId, 'RUNNING');
    await writeFile(file, '');
    await said(
      jobId,
      /^attempt 1 was lost: the GPU \(webgpu\) failed in ".*; another one follows in \d+ s, on the processor$/,
    );
    expect(await victim.ended).toBe(1);
    await rm(file);
    setting.worker(onGpu);
    await setting.skipPause(jobId);
    await said(jobId, /^computes on the processor: the GPU failed in an earlier attempt$/);
    await setting.state(jobId, 'COMPLETED');
    const reason = 'the GPU failed in an earlier attempt';
    expect(await environmentOf(jobId)).toMatchObject({ engine: 'onnxruntime', device: 'cpu', reason });
    expect(await setting.job(jobId)).toMatchObject({ attempt: 2, lostAttempts: 1, gpuFailed: true });
  });
});
