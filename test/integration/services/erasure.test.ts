import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import {
  EvaluatedImageEntity,
  ImageEntity,
  LoggedPredictionEntity,
  PredictedImageEntity,
  SnapshotImageEntity,
  type ModelVersionEntity,
} from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { storageCollection } from '../../../src/services/storage/storageCollection.js';
import { verifyStorage } from '../../../src/services/storage/verifyStorage.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let version: ModelVersionEntity;
let snapshotId = '';
let datasetId = '';
let projectId = '';
beforeAll(async () => {
  installation = await Installation.open(database.url);
  snapshotId = await installation.snapshot('tiles', 6);
  version = await installation.trained({ snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } });
  const [dataset] = (await installation.services.datasets.page(everything, {})).nodes;
  [datasetId, projectId] = [dataset!.id, dataset!.projectId];
}, 120_000);
afterAll(() => installation.stop());

const manager = () => database.dataSource.manager;
const erasures = () => installation.services.erasures;

const images = () => manager().find(ImageEntity, { where: { datasetId }, order: { filename: 'ASC' } });

async function completed(jobId: string): Promise<string> {
  expect((await installation.ended(jobId)).job.state).toBe('COMPLETED');
  return jobId;
}

/** An image of the data set that no snapshot holds. */
async function loose(seed: number): Promise<string> {
  const id = uuid();
  const blob = await installation.runtime.blobs.put(await encodePng(surface(seed)));
  await manager().insert(ImageEntity, {
    ...{ id, datasetId, filename: `train/loose/${seed}.png`, ...blob, width: 64, height: 64 },
    ...{ split: 'TRAIN', label: 'NORMAL', defectType: null },
  });
  return id;
}

describe('an erased image', () => {
  it('is gone with all that shows it; the snapshot keeps a row without name and bytes, and says so', async () => {
    const { services, runtime } = installation;
    const ask = { modelVersionId: version.id, snapshotId };
    const prediction = await completed((await services.datasetPredictions.start(everything, ask)).jobId);
    const evaluation = await completed(
      (await services.evaluations.start(everything, { ...ask, split: 'TRAIN' })).jobId,
    );
    const exported = await completed(
      (await services.datasetExports.start(everything, { snapshotId, format: 'coco' })).jobId,
    );
    await services.predictionLog.setPolicy(everything, projectId, { picturesPerDay: 10, otherShare: 1 });
    const [victim, other] = await images();
    for (const imageId of [victim!.id, other!.id]) {
      await services.predictions.predict(everything, { modelVersionId: version.id, imageId, keepPictures: true });
    }
    await services.predictionLog.flush();
    await services.images.preview(victim!, 256);
    const { previewSha256 } = await manager().findOneByOrFail(ImageEntity, { id: victim!.id });
    const [mapped] = await manager().findBy(EvaluatedImageEntity, { imageId: victim!.id });

    const erased = await erasures().erase(everything, { ids: [victim!.id], reason: 'a hand is in it' });
    expect(erased).toMatchObject({
      ...{ ids: [victim!.id], tombstones: 1, loggedPredictions: 2, sharedIds: [] },
      ...{ exportIds: [exported], versionIds: [version.id] },
    });
    const shown = [victim!.sha256, previewSha256!, mapped!.overlaySha256];
    for (const sha256 of shown) expect(await runtime.blobs.has(sha256)).toBe(false);
    expect(erased.files).toBeGreaterThanOrEqual(shown.length);
    const row = await manager().findOneByOrFail(ImageEntity, { id: victim!.id });
    expect(row).toMatchObject({ filename: `erased/${row.id}`, sha256: victim!.sha256, previewSha256: null });
    expect(row.erasedAt).not.toBeNull();
    expect(await manager().countBy(SnapshotImageEntity, { snapshotId })).toBe(6);
    expect(await erasures().countsOfSnapshots([snapshotId, uuid()])).toMatchObject([
      { all: 1, train: 1 },
      { all: 0, train: 0 },
    ]);
    expect(await manager().countBy(PredictedImageEntity, { predictionId: prediction })).toBe(5);
    expect(await manager().countBy(EvaluatedImageEntity, { evaluationId: evaluation })).toBe(5);
    const logged = await manager().findBy(LoggedPredictionEntity, { source: 'GRAPHQL' });
    expect(logged.map(({ imageSha256 }) => imageSha256)).toEqual([other!.sha256]);
    // Those that were logged without a picture name the image, too.
    const ofDataset = await manager().findBy(LoggedPredictionEntity, { source: 'DATASET' });
    expect(ofDataset.map(({ filename }) => filename)).toHaveLength(5);
    expect(ofDataset.map(({ filename }) => filename)).not.toContain(victim!.filename);
    // What is left refers to nothing that is gone.
    expect((await verifyStorage(runtime, {})).missing).toEqual([]);
  });

  it('is left out by trainings and exports of the snapshot, and cannot be predicted', async () => {
    const { services } = installation;
    expect(await services.snapshotImages.find(everything, snapshotId, {})).toHaveLength(5);
    const again = await installation.trained({ snapshotId, modelName: 'again', detector: { id: 'patchcore' } });
    expect(again.snapshotId).toBe(snapshotId);
    await completed((await services.datasetExports.start(everything, { snapshotId, format: 'coco' })).jobId);
    const [victim] = await manager().query<{ id: string }[]>('SELECT id FROM image WHERE erased_at IS NOT NULL');
    await expect(
      services.predictions.predict(everything, {
        modelVersionId: version.id,
        imageId: victim!.id,
        keepPictures: false,
      }),
    ).rejects.toMatchObject({ problems: [{ code: 'NOT_FOUND' }] });
    await expect(erasures().erase(everything, { ids: [victim!.id] })).rejects.toMatchObject({
      problems: [{ code: 'NOT_FOUND', field: ['input', 'ids', '0'] }],
    });
  });

  it('leaves nothing where no snapshot holds it, and keeps bytes that another image has, too', async () => {
    const [one, copy] = [await loose(500), await loose(501)];
    await manager().update(
      ImageEntity,
      { id: copy },
      { sha256: (await manager().findOneByOrFail(ImageEntity, { id: one })).sha256 },
    );
    const { sha256 } = await manager().findOneByOrFail(ImageEntity, { id: one });
    expect(await erasures().erase(everything, { ids: [one] })).toMatchObject({
      tombstones: 0,
      files: 0,
      sharedIds: [one],
    });
    expect(await manager().findOneBy(ImageEntity, { id: one })).toBeNull();
    expect(await installation.runtime.blobs.has(sha256)).toBe(true);
    expect(await erasures().erase(everything, { ids: [copy] })).toMatchObject({ files: 1, sharedIds: [] });
    expect(await installation.runtime.blobs.has(sha256)).toBe(false);
  });

  it('keeps bytes that a job which has not ended may be about to refer to, and says so', async () => {
    const { blobs } = installation.runtime;
    const there = await loose(510);
    const { sha256 } = await manager().findOneByOrFail(ImageEntity, { id: there });
    const jobId = uuid();
    await manager().query(
      `INSERT INTO job (id, kind, state, last_seq, project_id) VALUES ($1, 'DATASET_IMPORT', 'RUNNING', 1, $2)`,
      [jobId, projectId],
    );
    // An import of another data set has checked the same picture; its rows come when it completes.
    await blobs.put(await blobs.read(sha256));
    expect(await erasures().erase(everything, { ids: [there] })).toMatchObject({
      ...{ files: 0, laterFiles: 1, sharedIds: [] },
    });
    expect(await blobs.has(sha256)).toBe(true);
    await manager().query(`UPDATE job SET state = 'COMPLETED' WHERE id = $1`, [jobId]);
    const collection = storageCollection(installation.runtime, 0, () => new Date(Date.now() + 60_000));
    await collection.now();
    expect(await blobs.has(sha256)).toBe(false);
  });
});

describe('a verdict of an erased image', () => {
  it('is no reason for a sink to wait: it stands before the next one that is left', async () => {
    const { services } = installation;
    const ids = [await loose(700), await loose(701), await loose(702)];
    const plugin = { id: 'mqtt', params: { url: 'mqtt://127.0.0.1:1' } };
    const places = new Map<string, number>();
    const sink = async (name: string) => {
      const made = await services.sinks.create(everything, { projectId, name, plugin });
      places.set(name, made.lastSeq);
      return made.id;
    };
    const behindAll = [];
    for (const imageId of ids) {
      behindAll.push(await sink(`before ${imageId}`));
      await services.predictions.predict(everything, { modelVersionId: version.id, imageId, keepPictures: true });
      await services.predictionLog.flush();
    }
    const first = places.get(`before ${ids[0]}`)!;
    const seqs = async () => {
      const rows = await manager().query<{ seq: number }[]>(
        'SELECT last_seq AS seq FROM sink WHERE project_id = $1 ORDER BY id',
        [projectId],
      );
      return rows.map(({ seq }) => seq - first);
    };
    expect(await seqs()).toEqual([0, 1, 2]);
    // What went for its age stays a reason to wait.
    await manager().query('UPDATE sink SET last_seq = -1 WHERE id = $1', [behindAll[1]]);
    await erasures().erase(everything, { ids: [ids[0]!] });
    expect(await seqs()).toEqual([1, -1 - first, 2]);
    await erasures().erase(everything, { ids: [ids[2]!] });
    expect(await seqs()).toEqual([1, -1 - first, 3]);
    await manager().query('DELETE FROM sink WHERE project_id = $1', [projectId]);
  });
});

describe('is refused', () => {
  it('all of it, naming each that is not there, and the job that reads one', async () => {
    const [, , third] = await images();
    const there = await loose(600);
    const unknown = uuid();
    await expect(erasures().erase(everything, { ids: [there, unknown] })).rejects.toMatchObject({
      problems: [{ code: 'NOT_FOUND', field: ['input', 'ids', '1'] }],
    });
    const jobId = uuid();
    await manager().query(
      `INSERT INTO job (id, kind, state, last_seq, project_id) VALUES ($1, 'EVALUATION', 'RUNNING', 1, $2)`,
      [...[jobId, projectId]],
    );
    await manager().query(
      `INSERT INTO evaluation (job_id, model_version_id, snapshot_id, split) VALUES ($1, $2, $3, 'TRAIN')`,
      [jobId, version.id, snapshotId],
    );
    const refused = erasures().erase(everything, { ids: [there, third!.id] });
    await expect(refused).rejects.toMatchObject({ problems: [{ code: 'CONFLICT', field: ['input', 'ids', '1'] }] });
    await expect(refused).rejects.toThrow(new RegExp(`read by the evaluation ${jobId} \\(RUNNING\\)`));
    expect(await manager().existsBy(ImageEntity, { id: there })).toBe(true);
    await manager().query('DELETE FROM job WHERE id = $1', [jobId]);
  });

  it('too many, none, and reasons that are no text', async () => {
    const codes = (ids: string[], reason?: string) =>
      erasures()
        .erase(everything, { ids, reason })
        .catch((error: { problems: { code: string }[] }) => error.problems.map(({ code }) => code));
    expect(await codes([])).toEqual(['BAD_USER_INPUT']);
    expect(await codes(Array.from({ length: 501 }, () => uuid()))).toEqual(['BAD_USER_INPUT']);
    expect(await codes([uuid()], 'x\u0000')).toEqual(['TEXT_INVALID']);
    expect(await codes([uuid()], 'x'.repeat(1_001))).toEqual(['TEXT_INVALID']);
  });
});
