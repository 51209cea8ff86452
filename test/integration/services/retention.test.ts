import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import {
  CheckpointEntity,
  JobEntity,
  UploadEntity,
  type ModelVersionEntity,
} from '../../../src/database/entities/index.js';
import { retentionLook } from '../../../src/services/retention/retentionLook.js';
import { storageCollection } from '../../../src/services/storage/storageCollection.js';
import { useDatabase } from '../../support/database.js';
import { Installation } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let version: ModelVersionEntity;
let snapshotId = '';
let projectId = '';
beforeAll(async () => {
  installation = await Installation.open(database.url);
  snapshotId = await installation.snapshot('tiles');
  version = await installation.trained({ snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } });
  const [model] = await installation.services.models.byIds(everything, [version.modelId]);
  projectId = model!.projectId;
}, 120_000);
afterAll(() => installation.stop());

const manager = () => database.dataSource.manager;
const keep = { uploadDays: null, exportDays: null, predictionDays: null, checkpointDays: null };
const set = (change: Partial<Record<keyof typeof keep, number>>, dryRun = false) =>
  installation.services.retention.set(everything, projectId, { ...keep, ...change }, { dryRun });
const look = () => retentionLook(database.dataSource).now();
const exists = (id: string) => manager().existsBy(JobEntity, { id });

async function ended(jobId: string, daysAgo: number): Promise<string> {
  expect((await installation.ended(jobId)).job.state).toBe('COMPLETED');
  await manager().query(`UPDATE job SET finished_at = now() - $2 * interval '1 day' WHERE id = $1`, [jobId, daysAgo]);
  return jobId;
}

/** Uploaded bytes of some age. */
async function upload(daysAgo: number, content: string): Promise<string> {
  const { services, runtime } = installation;
  const { sha256, bytes } = await runtime.blobs.put(Buffer.from(content));
  const announced = { filename: 'x.zip', bytes, sha256, contentType: 'application/zip', projectId };
  const { id } = await services.uploads.create(everything, announced);
  const at = `now() - ${daysAgo} * interval '1 day'`;
  await manager().query(`UPDATE upload SET created_at = ${at}, completed_at = ${at} WHERE id = $1`, [id]);
  return id;
}

it('tells what would go by rows, files and bytes, and changes nothing', async () => {
  const { services } = installation;
  const exports = await Promise.all(
    [40, 2].map(async (days) =>
      ended((await services.datasetExports.start(everything, { snapshotId, format: 'coco' })).jobId, days),
    ),
  );
  const ask = { modelVersionId: version.id, snapshotId };
  const predicted = await ended((await services.datasetPredictions.start(everything, ask)).jobId, 40);
  const uploads = [await upload(40, 'old'), await upload(2, 'new')];
  const { due } = await set({ uploadDays: 30, exportDays: 30, predictionDays: 30, checkpointDays: 30 }, true);
  expect(due).toMatchObject([
    { kind: 'UPLOADS', days: 30, rows: 1, files: 1, bytes: 3 },
    { kind: 'EXPORTS', rows: 1, files: 1 },
    { kind: 'PREDICTIONS', rows: 1 },
    { kind: 'CHECKPOINTS', rows: 0, files: 0, bytes: 0 },
  ]);
  const [size] = await manager().query<{ bytes: number }[]>(
    'SELECT artifact_bytes AS bytes FROM dataset_export WHERE job_id = $1',
    [exports[0]],
  );
  expect(due[1]!.bytes).toBe(size!.bytes);
  expect(due[2]!.bytes).toBeGreaterThan(0);
  expect(due[2]!.isEstimated).toBe(false);
  await look();
  expect(await Promise.all([...exports, predicted].map(exists))).toEqual([true, true, true]);
  expect(await manager().countBy(UploadEntity, { projectId })).toBe(2);

  await set({ uploadDays: 30, exportDays: 30 });
  await look();
  expect(await Promise.all([...exports, predicted].map(exists))).toEqual([false, true, true]);
  expect(await manager().existsBy(UploadEntity, { id: uploads[0]! })).toBe(false);
  await set({ predictionDays: 30 });
  await look();
  expect(await Promise.all([exports[1]!, predicted].map(exists))).toEqual([true, false]);
  expect(await services.retention.policiesOf([projectId, uuid()])).toMatchObject([
    { uploadDays: null, predictionDays: 30 },
    keep,
  ]);
});

it('deletes checkpoints of trainings that have ended, not their jobs, and none of those that run', async () => {
  const jobs = [uuid(), uuid()];
  for (const [i, id] of jobs.entries()) {
    const state = i === 0 ? 'FAILED' : 'RUNNING';
    await manager().query(
      `INSERT INTO job (id, kind, state, last_seq, project_id, finished_at) VALUES ($1, 'TRAINING', $2, 1, $3, now() - interval '9 days')`,
      [id, state, projectId],
    );
    const checkpoint = { jobId: id, seq: 1, attempt: 1, step: 5, sha256: `${i}`.repeat(64), bytes: '17' };
    await manager().insert(CheckpointEntity, checkpoint);
  }
  const { due } = await set({ checkpointDays: 7 });
  expect(due).toMatchObject([{ kind: 'CHECKPOINTS', rows: 1, files: 1, bytes: 17 }]);
  await look();
  const left = await manager().find(CheckpointEntity);
  expect(left.map(({ jobId }) => jobId)).toEqual([jobs[1]]);
  expect(await Promise.all(jobs.map(exists))).toEqual([true, true]);
  await manager().query('DELETE FROM job WHERE id = ANY($1)', [jobs]);
});

it('is refused for days out of range, and for projects that are not there', async () => {
  await expect(set({ uploadDays: 0, exportDays: 3_651 })).rejects.toMatchObject({
    problems: [
      { code: 'BAD_USER_INPUT', field: ['input', 'uploadDays'] },
      { code: 'BAD_USER_INPUT', field: ['input', 'exportDays'] },
    ],
  });
  await expect(installation.services.retention.set(everything, uuid(), keep, { dryRun: true })).rejects.toMatchObject({
    problems: [{ code: 'NOT_FOUND', field: ['input', 'projectId'] }],
  });
});

it('the collection says what it removed last', async () => {
  const { services, runtime } = installation;
  expect(await services.retention.lastCollection()).toBeNull();
  const { sha256 } = await runtime.blobs.put(Buffer.from('nothing refers to this'));
  const tomorrow = new Date(Date.now() + 24 * 60 * 60_000);
  await storageCollection(runtime, 1, () => tomorrow).now();
  expect(await runtime.blobs.has(sha256)).toBe(false);
  const report = await services.retention.lastCollection();
  expect(report).toMatchObject({ at: tomorrow });
  expect(report!.files).toBeGreaterThanOrEqual(1);
  expect(report!.bytes).toBeGreaterThanOrEqual(22);
  await storageCollection(runtime, 1, () => tomorrow).now();
  expect(await services.retention.lastCollection()).toMatchObject({ files: 0, bytes: 0 });
});
