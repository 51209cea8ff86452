import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { In } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import {
  AnnotationEntity,
  ImageEntity,
  JobEntity,
  SnapshotEntity,
  TrainingRunEntity,
  type JobState,
} from '../../../src/database/entities/index.js';
import { encodeGlobalId as gid } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting, type Scored } from './registrySetting.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

const images: Scored[] = [
  { filename: 'good.png', label: 'NORMAL', score: 0.1 },
  { filename: 'bad.png', label: 'ANOMALOUS', defectType: 'scratch', score: 0.9 },
];

const settingOf = (name: string) => new RegistrySetting(database.dataSource, server.services).prepare(name, images);

interface Answer {
  deletedId: string | null;
  userErrors: { code: string; message: string; field: string[] }[];
}

async function remove(
  what: 'Dataset' | 'Snapshot' | 'ModelVersion' | 'Job',
  type: string,
  id: string,
): Promise<Answer> {
  const query = `mutation($input: ${what === 'Job' ? '' : 'Delete'}${what}Input!) {
    delete${what}(input: $input) { deletedId userErrors { code message field } } }`;
  const { data, errors } = await ask<Record<string, Answer>>(server.url, query, { input: { id: gid(type, id) } });
  expect(errors).toEqual([]);
  return data[`delete${what}`]!;
}

const refusal = (message: RegExp) => ({
  deletedId: null,
  userErrors: [{ code: 'CONFLICT', field: ['input', 'id'], message: expect.stringMatching(message) as string }],
});

describe('deleteDataset', () => {
  const waiting: JobState[] = ['QUEUED', 'RUNNING', 'RETRYING'];

  it.each(waiting)('refuses a data set while an import into it is %s, and names the import', async (state) => {
    const { datasetId } = await settingOf(`imported: ${state}`);
    const bytes = Buffer.from('not looked at yet');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const announced = { filename: 'set.zip', bytes: bytes.length, sha256, contentType: 'application/zip' };
    const { id: uploadId } = await server.services.uploads.create(everything, announced);
    await server.services.uploads.receive(everything, uploadId, Readable.from([bytes]));
    const { jobId } = await server.services.datasetImports.start(everything, { datasetId, format: 'mvtec', uploadId });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    expect(await remove('Dataset', 'Dataset', datasetId)).toEqual(
      refusal(new RegExp(`import ${jobId} \\(${state}\\)`)),
    );
    expect((await server.services.datasets.counts(everything, [datasetId]))[0]!.images).toBe(4);
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state: 'FAILED' });
    expect(await remove('Dataset', 'Dataset', datasetId)).toMatchObject({ userErrors: [] });
    expect(await database.dataSource.manager.countBy(JobEntity, { id: jobId })).toBe(0);
  });

  it.each(waiting)('refuses a data set while an export of it is %s, and names the export', async (state) => {
    const { datasetId, snapshotId } = await settingOf(`exported: ${state}`);
    const { jobId } = await server.services.datasetExports.start(everything, { snapshotId, format: 'coco' });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    const named = new RegExp(`export ${jobId} \\(${state}\\)`);
    expect(await remove('Snapshot', 'Snapshot', snapshotId)).toEqual(refusal(named));
    expect(await remove('Dataset', 'Dataset', datasetId)).toEqual(refusal(named));
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state: 'COMPLETED' });
    expect(await remove('Dataset', 'Dataset', datasetId)).toMatchObject({ userErrors: [] });
  });

  it.each(waiting)('refuses a data set while it is predicted as it is now: %s', async (state) => {
    const modelVersionId = (await (await settingOf(`of the model: ${state}`)).version(`asked ${state}`)).id;
    const { datasetId } = await settingOf(`asked about: ${state}`);
    const { jobId } = await server.services.datasetPredictions.start(everything, { modelVersionId, datasetId });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    const before = await database.dataSource.manager.countBy(SnapshotEntity, { datasetId });
    expect(await remove('Dataset', 'Dataset', datasetId)).toEqual(
      refusal(new RegExp(`in use by 1 job: prediction of model "asked ${state}" version 1`)),
    );
    expect(await database.dataSource.manager.countBy(SnapshotEntity, { datasetId })).toBe(before);
    expect((await server.services.datasets.counts(everything, [datasetId]))[0]!.images).toBe(4);
  });
});

describe('deleteJob', () => {
  it('takes the evaluation with its results; its version can go then', async () => {
    const setting = await settingOf('measured');
    const version = (await setting.version('measured')).id;
    const evaluation = await setting.evaluation(version, images);
    expect(await remove('ModelVersion', 'ModelVersion', version)).toEqual(refusal(/evaluation on TEST/));
    expect(await remove('Job', 'Evaluation', evaluation)).toEqual({
      deletedId: gid('Evaluation', evaluation),
      userErrors: [],
    });
    const { data } = await ask(server.url, `{ node(id: "${gid('Evaluation', evaluation)}") { id } }`);
    expect(data).toEqual({ node: null });
    const rows = await database.dataSource.query<unknown[]>('SELECT 1 FROM evaluated_image WHERE evaluation_id = $1', [
      evaluation,
    ]);
    expect(rows).toEqual([]);
    expect(await remove('ModelVersion', 'ModelVersion', version)).toMatchObject({ userErrors: [] });
  });

  it('leaves the thresholds that it chose', async () => {
    const setting = await settingOf('chosen');
    const version = (await setting.version('chosen')).id;
    const evaluation = await setting.evaluation(version, images);
    const input = { modelVersionId: version, kind: 'F1_MAX', evaluationId: evaluation } as const;
    const { imageThreshold } = await server.services.thresholdPolicies.set(everything, input);
    await remove('Job', 'Evaluation', evaluation);
    const query = `{ modelVersion(model: "chosen", version: "1") { imageThreshold thresholdPolicy { kind split evaluation { id } } } }`;
    expect(await ask(server.url, query)).toMatchObject({
      errors: [],
      data: {
        modelVersion: { imageThreshold, thresholdPolicy: { kind: 'F1_MAX', split: 'TEST', evaluation: null } },
      },
    });
  });

  it.each<JobState>(['QUEUED', 'RUNNING', 'RETRYING'])('refuses one that is %s', async (state) => {
    const setting = await settingOf(`not ended: ${state}`);
    const modelVersionId = (await setting.version(`of ${state}`)).id;
    const { jobId } = await server.services.evaluations.start(everything, {
      modelVersionId,
      snapshotId: setting.snapshotId,
    });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    expect(await remove('Job', 'Evaluation', jobId)).toEqual(refusal(new RegExp(state)));
  });

  it('refuses a training whose model version is there, and takes it once that is gone', async () => {
    const setting = await settingOf('made a version');
    const { id, trainingRunId } = await setting.version('made');
    expect(await remove('Job', 'TrainingRun', trainingRunId)).toEqual(
      refusal(/the training made version 1 of model "made"; delete that first/),
    );
    await remove('ModelVersion', 'ModelVersion', id);
    expect(await remove('Job', 'TrainingRun', trainingRunId)).toMatchObject({ userErrors: [] });
    expect(await database.dataSource.manager.countBy(TrainingRunEntity, { jobId: trainingRunId })).toBe(0);
  });

  it('takes ended imports and exports, finds nothing behind other ids, and nothing twice', async () => {
    const { snapshotId, datasetId } = await settingOf('copied');
    const { jobId } = await server.services.datasetExports.start(everything, { snapshotId, format: 'coco' });
    await server.services.jobs.cancel(everything, jobId);
    expect(await remove('Job', 'DatasetExport', jobId)).toMatchObject({ userErrors: [] });
    for (const [type, id] of [
      ['DatasetExport', jobId],
      ['Dataset', datasetId],
    ] as const) {
      expect(await remove('Job', type, id)).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    }
  });
});

describe('deleteJob of a prediction', () => {
  it('takes a prediction that keeps a snapshot, a data set and a model version in use', async () => {
    const version = (await (await settingOf('trained on')).version('asked')).id;
    const other = await settingOf('predicted');
    const { jobId } = await server.services.datasetPredictions.start(everything, {
      modelVersionId: version,
      snapshotId: other.snapshotId,
    });
    const named = /prediction of model "asked" version 1/;
    expect(await remove('Snapshot', 'Snapshot', other.snapshotId)).toEqual(refusal(named));
    expect(await remove('Dataset', 'Dataset', other.datasetId)).toEqual(refusal(named));
    expect(await remove('ModelVersion', 'ModelVersion', version)).toEqual(
      refusal(new RegExp(`prediction of a data set .${jobId}`)),
    );
    expect(await remove('Job', 'DatasetPrediction', jobId)).toEqual(refusal(/QUEUED/));
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state: 'COMPLETED' });
    expect(await remove('Snapshot', 'Snapshot', other.snapshotId)).toEqual(refusal(named));
    expect(await remove('Job', 'DatasetPrediction', jobId)).toMatchObject({ userErrors: [] });
    expect(await remove('Snapshot', 'Snapshot', other.snapshotId)).toMatchObject({ userErrors: [] });
    expect(await remove('Dataset', 'Dataset', other.datasetId)).toMatchObject({ userErrors: [] });
    expect(await remove('ModelVersion', 'ModelVersion', version)).toMatchObject({ userErrors: [] });
  });
});

describe('what ended without a result', () => {
  const ended: JobState[] = ['CANCELLED', 'FAILED'];
  const end = (id: string, state: JobState) => database.dataSource.manager.update(JobEntity, { id }, { state });

  /** A training, an evaluation and a prediction on one snapshot, none of them begun. */
  async function work(name: string) {
    const version = await (await settingOf(`${name}: model`)).version(name);
    const other = await settingOf(`${name}: data`);
    const { datasetId, snapshotId } = other;
    const runId = uuid();
    const { manager } = database.dataSource;
    await manager.insert(JobEntity, {
      id: runId,
      projectId: await anyProject(manager),
      kind: 'TRAINING',
      state: 'QUEUED',
    });
    const like = await manager.findOneByOrFail(TrainingRunEntity, { jobId: version.trainingRunId });
    await manager.save(
      manager.create(TrainingRunEntity, { ...like, jobId: runId, snapshotId, fromModelVersionId: version.id }),
    );
    const evaluation = await server.services.evaluations.start(everything, { modelVersionId: version.id, snapshotId });
    const prediction = await server.services.datasetPredictions.start(everything, {
      modelVersionId: version.id,
      snapshotId,
    });
    return { version, datasetId, snapshotId, jobIds: [runId, evaluation.jobId, prediction.jobId] };
  }

  it.each(ended)('keeps no data set, and goes with it: %s', async (state) => {
    const { datasetId, jobIds } = await work(`ended ${state}`);
    for (const id of jobIds) {
      expect(await remove('Dataset', 'Dataset', datasetId)).toEqual(refusal(/QUEUED|evaluation|prediction/));
      await end(id, state);
    }
    expect(await remove('Dataset', 'Dataset', datasetId)).toMatchObject({ userErrors: [] });
    expect(await database.dataSource.manager.countBy(JobEntity, { id: In(jobIds) })).toBe(0);
  });

  it.each(ended)('keeps no snapshot, and no model version: %s', async (state) => {
    const { version, snapshotId, jobIds } = await work(`kept nothing ${state}`);
    expect(await remove('ModelVersion', 'ModelVersion', version.id)).toEqual(refusal(/evaluation on TEST/));
    for (const id of jobIds) await end(id, state);
    expect(await remove('ModelVersion', 'ModelVersion', version.id)).toMatchObject({ userErrors: [] });
    expect(await remove('Snapshot', 'Snapshot', snapshotId)).toMatchObject({ userErrors: [] });
  });
});

describe('deleteImages', () => {
  async function removeImages(ids: readonly string[]) {
    const query = `mutation($input: DeleteImagesInput!) {
      deleteImages(input: $input) { deletedIds keptInSnapshots userErrors { code message field item } } }`;
    const { data, errors } = await ask<{
      deleteImages: { deletedIds: string[]; keptInSnapshots: number; userErrors: { code: string; field: string[] }[] };
    }>(server.url, query, { input: { ids: ids.map((id) => gid('Image', id)) } });
    expect(errors).toEqual([]);
    return data.deleteImages;
  }
  const imagesOf = (datasetId: string) =>
    database.dataSource.manager.find(ImageEntity, { where: { datasetId }, order: { filename: 'ASC' } });
  const one = (datasetId: string, filename: string) => ({
    ...{ id: uuid(), datasetId, filename, sha256: filename, bytes: 1, width: 8, height: 8, defectType: null },
    ...({ split: 'TRAIN', label: 'NORMAL' } as const),
  });

  it('deletes what no snapshot holds with its labels, and keeps the others for their snapshots', async () => {
    const { datasetId, snapshotId } = await settingOf('taken away');
    const { manager } = database.dataSource;
    const young = one(datasetId, 'young.png');
    await manager.insert(ImageEntity, young);
    const origin = { revision: 1, source: 'HUMAN', author: null, activeSeconds: 3 } as const;
    await manager.insert(AnnotationEntity, {
      ...origin,
      id: uuid(),
      imageId: young.id,
      kind: 'BOX',
      payload: { boxes: [] },
    });
    const old = (await imagesOf(datasetId))[0]!;
    expect(await removeImages([young.id, old.id, old.id])).toEqual({
      deletedIds: [old.id, young.id].toSorted().map((id) => gid('Image', id)),
      keptInSnapshots: 1,
      userErrors: [],
    });
    expect(await manager.countBy(ImageEntity, { id: young.id })).toBe(0);
    expect(await manager.countBy(AnnotationEntity, { imageId: young.id })).toBe(0);
    const query = `query($id: ID!, $image: ID!, $filter: ImageFilter) {
      node(id: $id) { ... on Dataset { counts { images } images(filter: $filter) { totalCount } } }
      gone: node(id: $image) { ... on Image { filename removedAt } } }`;
    const variables = { id: gid('Dataset', datasetId), image: gid('Image', old.id) };
    const filter = { filenames: [old.filename, 'young.png', 'nowhere'] };
    expect((await ask(server.url, query, { ...variables, filter })).data).toEqual({
      node: { counts: { images: 3 }, images: { totalCount: 0 } },
      gone: { filename: old.filename, removedAt: expect.any(String) as string },
    });
    expect(await server.services.snapshotImages.find(everything, snapshotId, {})).toHaveLength(4);
    const fresh = await server.services.snapshots.create(everything, { datasetId });
    expect(await server.services.snapshotImages.find(everything, fresh.id, {})).toHaveLength(3);
    expect(await removeImages([old.id])).toMatchObject({ deletedIds: [], userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('frees the name, and lets the image go with the last snapshot that held it', async () => {
    const { datasetId, snapshotId } = await settingOf('name again');
    const old = (await imagesOf(datasetId))[0]!;
    await removeImages([old.id]);
    await database.dataSource.manager.insert(ImageEntity, one(datasetId, old.filename));
    const second = await server.services.snapshots.create(everything, { datasetId });
    expect(await remove('Snapshot', 'Snapshot', snapshotId)).toMatchObject({ userErrors: [] });
    expect(await database.dataSource.manager.countBy(ImageEntity, { id: old.id })).toBe(0);
    expect((await imagesOf(datasetId)).map(({ filename }) => filename)).toContain(old.filename);
    expect(await server.services.snapshotImages.find(everything, second.id, {})).toHaveLength(4);
  });

  it('takes all or none, and names each that is not there', async () => {
    const { datasetId } = await settingOf('all or none');
    const [image] = await imagesOf(datasetId);
    const { userErrors, deletedIds } = await removeImages([image!.id, uuid(), uuid()]);
    expect(userErrors.map(({ code, field }) => `${code} ${field.join('.')}`)).toEqual([
      'NOT_FOUND input.ids.1',
      'NOT_FOUND input.ids.2',
    ]);
    expect(deletedIds).toEqual([]);
    expect((await server.services.datasets.counts(everything, [datasetId]))[0]!.images).toBe(4);
    expect(await removeImages([])).toMatchObject({ userErrors: [{ code: 'BAD_USER_INPUT' }] });
  });

  it('and snapshots taken at the same time agree: a snapshot holds an image whole, or not at all', async () => {
    const { datasetId } = await settingOf('at once');
    const { manager } = database.dataSource;
    const many = Array.from({ length: 60 }, (_, i) => one(datasetId, `${i}.png`));
    await manager.insert(ImageEntity, many);
    const [snapshots] = await Promise.all([
      Promise.all(Array.from({ length: 4 }, () => server.services.snapshots.create(everything, { datasetId }))),
      ...many.slice(0, 30).map(({ id }) => removeImages([id])),
    ]);
    for (const { id, counts } of snapshots) {
      expect(await server.services.snapshotImages.find(everything, id, {})).toHaveLength(counts.images);
    }
    expect((await server.services.datasets.counts(everything, [datasetId]))[0]!.images).toBe(34);
  });
});

describe('splitDataset', () => {
  async function split(input: Record<string, unknown>) {
    const query = `mutation($input: SplitDatasetInput!) {
      splitDataset(input: $input) {
        dataset { name counts { train validation test } } changed groups splits { split images normal anomalous unlabelled }
        warnings { code message } userErrors { code message field } } }`;
    const { data, errors } = await ask<{ splitDataset: Record<string, unknown> }>(server.url, query, { input });
    expect(errors).toEqual([]);
    return data.splitDataset;
  }

  /** 20 parts in two views each, half of them with a scratch. */
  async function views(name: string): Promise<string> {
    const { id: datasetId } = await server.services.datasets.create(everything, { name });
    const rows = Array.from({ length: 40 }, (_, i) => {
      const isBad = i >= 20;
      const label = isBad ? ('ANOMALOUS' as const) : ('NORMAL' as const);
      const filename = `all/part${Math.floor(i / 2)}_view${i % 2}.png`;
      const facts = { sha256: `${name} ${i}`, bytes: 1, width: 8, height: 8, split: 'TRAIN' as const };
      return { id: uuid(), datasetId, filename, label, defectType: isBad ? 'scratch' : null, ...facts };
    });
    await database.dataSource.manager.insert(ImageEntity, rows);
    return gid('Dataset', datasetId);
  }

  it('divides a data set by parts, tells it before, and leaves what was frozen', async () => {
    const datasetId = await views('by parts');
    const shares = { train: 80, test: 20 };
    const would = await split({ datasetId, shares, groupBy: '{part}_view*', dryRun: true });
    const division = {
      ...{ changed: 8, groups: 20, userErrors: [], warnings: [] },
      splits: [
        { split: 'TRAIN', images: 32, normal: 16, anomalous: 16, unlabelled: 0 },
        { split: 'VALIDATION', images: 0, normal: 0, anomalous: 0, unlabelled: 0 },
        { split: 'TEST', images: 8, normal: 4, anomalous: 4, unlabelled: 0 },
      ],
    };
    expect(would).toEqual({
      ...division,
      dataset: { name: 'by parts', counts: { train: 40, validation: 0, test: 0 } },
    });
    const done = await split({ datasetId, shares, groupBy: '{part}_view*' });
    expect(done).toEqual({ ...division, dataset: { name: 'by parts', counts: { train: 32, validation: 0, test: 8 } } });
    expect(await split({ datasetId, shares, groupBy: '{part}_view*' })).toMatchObject({ changed: 0 });
    const rows = await database.dataSource.query<{ splits: number }[]>(
      `SELECT count(DISTINCT split)::int AS splits FROM image JOIN dataset ON dataset.id = dataset_id
       WHERE dataset.name = 'by parts' GROUP BY split_part(filename, '_', 1)`,
    );
    expect(rows).toEqual(Array(20).fill({ splits: 1 }));
  });

  it('divides only what a filter chooses, and warns of what is probably not meant', async () => {
    const datasetId = await views('only some');
    const answer = await split({
      datasetId,
      shares: { train: 1, validation: 1, test: 98 },
      filter: { label: 'NORMAL' },
    });
    expect(answer).toMatchObject({
      splits: [{ images: 20, normal: 0 }, {}, { anomalous: 0 }],
      warnings: [
        { code: 'TRAINING_DATA_INSUFFICIENT', message: expect.stringMatching(/^TRAIN holds no NORMAL/) as string },
        { message: 'VALIDATION gets no image: there are too few to divide' },
        { message: expect.stringMatching(/^TEST holds no ANOMALOUS image/) as string },
      ],
    });
    const strange = await split({ datasetId, shares: { train: 1, test: 1 }, groupBy: '{part}-*', dryRun: true });
    expect(strange).toMatchObject({
      warnings: [
        { code: 'FILENAME_INVALID', message: expect.stringMatching(/^40 names do not fit "\{part\}-\*"/) as string },
      ],
    });
  });

  it('tells everything that is wrong with what was asked', async () => {
    const datasetId = gid('Dataset', uuid());
    const answer = await split({ datasetId, shares: { train: -1, test: 2 }, seed: -5, groupBy: 'part' });
    expect(answer['userErrors']).toMatchObject([
      { code: 'BAD_USER_INPUT', field: ['input', 'shares', 'train'] },
      { code: 'BAD_USER_INPUT', field: ['input', 'seed'] },
      { code: 'BAD_USER_INPUT', field: ['input', 'groupBy'] },
    ]);
    expect((await split({ datasetId, shares: { train: 1 } }))['userErrors']).toMatchObject([
      {
        field: ['input', 'shares'],
        message: 'at least two shares must be above 0; they are TRAIN 1, VALIDATION 0, TEST 0',
      },
    ]);
    expect((await split({ datasetId, shares: { train: 1, test: 1 } }))['userErrors']).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });
});
