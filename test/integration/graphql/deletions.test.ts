import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobEntity, SnapshotEntity, type JobState } from '../../../src/database/entities/index.js';
import { encodeGlobalId as gid } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting, type Scored } from './registrySetting.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

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

async function remove(what: string, type: string, id: string): Promise<Answer> {
  const query = `mutation($input: Delete${what}Input!) {
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
    const { id: uploadId } = await server.services.uploads.create(announced);
    await server.services.uploads.receive(uploadId, Readable.from([bytes]));
    const { jobId } = await server.services.datasetImports.start({ datasetId, format: 'mvtec', uploadId });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    expect(await remove('Dataset', 'Dataset', datasetId)).toEqual(
      refusal(new RegExp(`import ${jobId} \\(${state}\\)`)),
    );
    expect((await server.services.datasets.counts([datasetId]))[0]!.images).toBe(4);
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state: 'FAILED' });
    expect(await remove('Dataset', 'Dataset', datasetId)).toMatchObject({ userErrors: [] });
    expect(await database.dataSource.manager.countBy(JobEntity, { id: jobId })).toBe(0);
  });

  it.each(waiting)('refuses a data set while an export of it is %s, and names the export', async (state) => {
    const { datasetId, snapshotId } = await settingOf(`exported: ${state}`);
    const { jobId } = await server.services.datasetExports.start({ snapshotId, format: 'coco' });
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
    const { jobId } = await server.services.datasetPredictions.start({ modelVersionId, datasetId });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    const before = await database.dataSource.manager.countBy(SnapshotEntity, { datasetId });
    expect(await remove('Dataset', 'Dataset', datasetId)).toEqual(
      refusal(new RegExp(`in use by 1 job: prediction of model "asked ${state}" version 1`)),
    );
    expect(await database.dataSource.manager.countBy(SnapshotEntity, { datasetId })).toBe(before);
    expect((await server.services.datasets.counts([datasetId]))[0]!.images).toBe(4);
  });
});

describe('deleteEvaluation', () => {
  it('takes the evaluation with its results; its version can go then', async () => {
    const setting = await settingOf('measured');
    const version = (await setting.version('measured')).id;
    const evaluation = await setting.evaluation(version, images);
    expect(await remove('ModelVersion', 'ModelVersion', version)).toEqual(refusal(/evaluation on TEST/));
    expect(await remove('Evaluation', 'Evaluation', evaluation)).toEqual({
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
    const { imageThreshold } = await server.services.thresholds.setPolicy(input);
    await remove('Evaluation', 'Evaluation', evaluation);
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
    const { jobId } = await server.services.evaluations.start({ modelVersionId, snapshotId: setting.snapshotId });
    await database.dataSource.manager.update(JobEntity, { id: jobId }, { state });
    expect(await remove('Evaluation', 'Evaluation', jobId)).toEqual(refusal(new RegExp(state)));
  });

  it('finds no evaluation behind the id of something else', async () => {
    const setting = await settingOf('something else');
    const { trainingRunId } = await setting.version('something else');
    for (const type of ['TrainingRun', 'Evaluation']) {
      expect(await remove('Evaluation', type, trainingRunId)).toMatchObject({
        deletedId: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    }
  });
});

describe('deleteDatasetPrediction', () => {
  it('takes a prediction that keeps a snapshot, a data set and a model version in use', async () => {
    const version = (await (await settingOf('trained on')).version('asked')).id;
    const other = await settingOf('predicted');
    const { jobId } = await server.services.datasetPredictions.start({
      modelVersionId: version,
      snapshotId: other.snapshotId,
    });
    const named = /prediction of model "asked" version 1/;
    expect(await remove('Snapshot', 'Snapshot', other.snapshotId)).toEqual(refusal(named));
    expect(await remove('Dataset', 'Dataset', other.datasetId)).toEqual(refusal(named));
    expect(await remove('ModelVersion', 'ModelVersion', version)).toEqual(
      refusal(new RegExp(`prediction of a data set .${jobId}`)),
    );
    expect(await remove('DatasetPrediction', 'DatasetPrediction', jobId)).toEqual(refusal(/QUEUED/));
    await server.services.jobs.cancel(jobId);
    expect(await remove('Snapshot', 'Snapshot', other.snapshotId)).toEqual(refusal(named));
    expect(await remove('DatasetPrediction', 'DatasetPrediction', jobId)).toMatchObject({ userErrors: [] });
    expect(await remove('Snapshot', 'Snapshot', other.snapshotId)).toMatchObject({ userErrors: [] });
    expect(await remove('Dataset', 'Dataset', other.datasetId)).toMatchObject({ userErrors: [] });
    expect(await remove('ModelVersion', 'ModelVersion', version)).toMatchObject({ userErrors: [] });
  });
});
