import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import type { JobEventEntity } from '../../../src/database/entities/index.js';
import { useDatabase } from '../../support/database.js';
import { Installation } from '../../support/installation.js';
import { writePlugin } from '../../support/pluginPackages.js';

/** Reports a step, and then goes on until it is told to end. */
const endless = `
import { defineDetector, z } from 'residua/plugin-api';
export const plugin = defineDetector({
  id: 'endless', version: '1.0.0', apiVersion: 2, title: 'Endless', description: 'Never comes to an end.',
  params: z.strictObject({}), supervisions: ['UNSUPERVISED'], uses: { features: false, augmentations: [], loss: false },
  continues: false, stages: () => [{ name: 'training', weight: 1 }], check: () => [],
  train: async ({ steps }) => {
    steps.report({ stage: 'training', step: 1, totalSteps: 2, metrics: { step: 1 } });
    await new Promise((_, reject) => steps.signal.addEventListener('abort', () => reject(steps.signal.reason)));
  },
  predictionGraph: () => { throw new Error('nothing is made'); },
});`;

const database = useDatabase();
let folder: string;
let here: Installation;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'residua-training-time-'));
  const plugin = await writePlugin(folder, 'detector', 'endless', endless);
  here = await Installation.open(database.url, { RESIDUA_PLUGINS: plugin, RESIDUA_CHECKPOINT_SECONDS: '1' });
}, 120_000);
afterAll(async () => {
  await here.stop();
  await rm(folder, { recursive: true });
});

async function until(jobId: string, found: (event: JobEventEntity) => boolean): Promise<void> {
  for await (const event of here.runtime.feed.follow(jobId, 0)) if (found(event)) return;
}

it(
  'ends a training whose project has used its minutes, which can be retried once there are more',
  { timeout: 120_000 },
  async () => {
    const { quotas, projects, jobs } = here.services;
    const { id: projectId } = await projects.default();
    const allow = (trainingMinutes: number | null) => quotas.set(everything, projectId, { trainingMinutes });
    const snapshotId = await here.snapshot('tiles', 5, 32);
    const start = () => here.start({ snapshotId, detector: { id: 'endless', params: {} } });

    const { jobId } = await start();
    await until(jobId, ({ type }) => type === 'METRICS_REPORTED');
    await allow(0);
    const { job } = await here.ended(jobId);
    expect(job).toMatchObject({
      state: 'FAILED',
      failure: { code: 'QUOTA_EXCEEDED', item: 'trainingMinutes' },
    });
    expect(job.failure!.message).toContain('its quota is 0');

    await expect(start()).rejects.toThrow('QUOTA_EXCEEDED');
    await expect(jobs.retry(everything, jobId)).rejects.toThrow('QUOTA_EXCEEDED');
    const waiting = await here.runtime.dataSource.query<unknown[]>(`SELECT FROM job WHERE state <> 'FAILED'`);
    expect(waiting, 'nothing of what was refused is there').toEqual([]);

    await allow(null);
    const { jobId: again } = await jobs.retry(everything, jobId);
    await jobs.cancel(everything, again);
    expect((await here.ended(again)).job.state).toBe('CANCELLED');
  },
);

it('cancels a training that was told to end before its detector could listen', { timeout: 60_000 }, async () => {
  const { jobs } = here.services;
  const snapshotId = await here.snapshot('plates', 5, 32);
  const { jobId: first } = await here.start({ snapshotId, detector: { id: 'endless', params: {} } });
  await jobs.cancel(everything, first);
  expect((await here.ended(first)).job.state).toBe('CANCELLED');

  const holding = here.runtime.dataSource.createQueryRunner();
  try {
    await holding.startTransaction();
    // A worker that looks for the images to train on waits.
    await holding.query('LOCK TABLE snapshot_image IN ACCESS EXCLUSIVE MODE');
    const { jobId } = await jobs.retry(everything, first);
    await until(jobId, ({ payload }) => 'state' in payload && payload.state === 'RUNNING');
    await jobs.cancel(everything, jobId);
    await delay(1500); // Workers look every second.
    await holding.rollbackTransaction();
    const { job, events } = await here.ended(jobId);
    expect(job.state).toBe('CANCELLED');
    expect(
      events.map(({ type }) => type),
      'the detector never began',
    ).not.toContain('METRICS_REPORTED');
  } finally {
    await holding.release();
  }
});
