import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../src/access/index.js';
import { failpoints } from '../../src/shared/failpoints.js';
import { useDatabase } from '../support/database.js';
import { TrainingSetting, trainingSteps } from './trainingSetting.js';

const database = useDatabase();
let setting: TrainingSetting;
/** Weights of the training that nobody disturbs: every other one must make the same, bit for bit. */
let undisturbed: string;

beforeAll(async () => {
  setting = await TrainingSetting.open(database.url);
  setting.worker();
  undisturbed = await setting.weights(await setting.train());
  await setting.close();
});
afterEach(() => setting.close());
afterAll(() => setting.dispose());

const checkpointSaved = (jobId: string) => setting.until(jobId, ({ type }) => type === 'CHECKPOINT_SAVED');

describe('a worker that dies', () => {
  it.each(failpoints)('at %s: another one makes the same weights', async (name) => {
    const victim = setting.worker({ RESIDUA_FAILPOINTS: `${name}=kill` });
    const jobId = await setting.train();
    expect(await victim.ended).toBe('SIGKILL');
    await setting.passTime(jobId);
    setting.worker();
    expect(await setting.weights(jobId)).toBe(undisturbed);
    expect((await setting.job(jobId)).attempt).toBe(name === 'finish.after_commit' ? 1 : 2);
  });

  it('in mid-step is noticed within 25 s, and the next one goes on from the checkpoint', async () => {
    const victim = setting.worker();
    const jobId = await setting.train();
    await checkpointSaved(jobId);
    victim.kill('SIGKILL');
    const died = performance.now();
    setting.worker();
    await setting.state(jobId, 'RETRYING');
    expect(performance.now() - died).toBeLessThan(25_000);
    const said = await setting.until(jobId, ({ payload }) => 'message' in payload && /goes on/.test(payload.message));
    expect(said.attempt).toBe(2);
    expect(await setting.weights(jobId)).toBe(undisturbed);
  });
});

describe('a worker in which something throws', () => {
  it.each(failpoints)('at %s: the run completes with the same weights', async (name) => {
    setting.worker({ RESIDUA_FAILPOINTS: `${name}=throw` });
    const jobId = await setting.train();
    const { seq } = await setting.state(jobId, 'RUNNING');
    // Nobody holds the lease of a claim whose answer got lost.
    if (name === 'claim.after_commit') await setting.passTime(jobId);
    expect(seq).toBe(2);
    expect(await setting.weights(jobId)).toBe(undisturbed);
  });
});

describe('a worker that is frozen', () => {
  it('writes nothing after another one has taken over, and takes jobs again when it is thawed', async () => {
    const frozen = setting.worker();
    const jobId = await setting.train();
    await checkpointSaved(jobId);
    frozen.kill('SIGSTOP');
    await setting.passTime(jobId);
    const retrying = await setting.state(jobId, 'RETRYING');
    const other = setting.worker();
    await setting.state(jobId, 'RUNNING', retrying.seq);
    frozen.kill('SIGCONT');
    expect(await setting.weights(jobId)).toBe(undisturbed);
    other.kill('SIGTERM');
    await other.ended;
    expect(await setting.weights(await setting.train())).toBe(undisturbed);
  });
});

describe('a worker that is told to stop', () => {
  it('saves a checkpoint and gives the job back; another one has it within 5 s, and no attempt is lost', async () => {
    const workers = [setting.worker(), setting.worker()];
    await setting.ready(workers.length);
    const jobId = await setting.train();
    await checkpointSaved(jobId);
    const { leaseHolder } = await setting.job(jobId);
    const holder = workers.find(({ pid }) => leaseHolder!.endsWith(`(process ${pid})`))!;
    const stopped = performance.now();
    holder.kill('SIGTERM');
    const queued = await setting.state(jobId, 'QUEUED', 1);
    await setting.state(jobId, 'RUNNING', queued.seq);
    expect(performance.now() - stopped).toBeLessThan(5000);
    expect(await holder.ended).toBe(0);
    expect(await setting.weights(jobId)).toBe(undisturbed);
    expect((await setting.job(jobId)).lostAttempts).toBe(0);
  });
});

describe('cancelling', () => {
  it('ends a training within 5 s with a checkpoint, from which a retry makes the same weights', async () => {
    const { jobs, trainingRuns } = setting.runtime.services;
    setting.worker();
    const jobId = await setting.train();
    const before = await checkpointSaved(jobId);
    const asked = performance.now();
    await jobs.cancel(everything, jobId);
    await setting.state(jobId, 'CANCELLED');
    expect(performance.now() - asked).toBeLessThan(5000);
    const saved = await setting.until(jobId, ({ type, seq }) => type === 'CHECKPOINT_SAVED' && seq > before.seq);
    const retried = await jobs.retry(everything, jobId);
    setting.subscribe(retried.jobId);
    expect(await setting.weights(retried.jobId)).toBe(undisturbed);
    const steps = (await trainingRuns.metricHistory(everything, retried.jobId, 'loss')).map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: trainingSteps }, (_, i) => i + 1));
    const own = await setting.until(retried.jobId, ({ payload }) => 'stage' in payload && payload.stage === 'training');
    expect(own.payload).toMatchObject({ step: (saved.payload as { step: number }).step + 1 });
  });
});

describe('a worker whose clock is an hour ahead', () => {
  it('holds its lease in the time of the database', async () => {
    const clock = fileURLToPath(new URL('./clockAhead.js', import.meta.url));
    setting.worker({ NODE_OPTIONS: `--import ${clock}` });
    const jobId = await setting.train();
    await checkpointSaved(jobId);
    const [{ left }] = await setting.runtime.dataSource.query<[{ left: number }]>(
      'SELECT extract(epoch FROM lease_expires_at - now())::float AS left FROM job WHERE id = $1',
      [jobId],
    );
    expect(left).toBeGreaterThan(5);
    expect(left).toBeLessThan(16);
    const { at } = await setting.state(jobId, 'COMPLETED');
    expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await setting.weights(jobId)).toBe(undisturbed);
  });
});
