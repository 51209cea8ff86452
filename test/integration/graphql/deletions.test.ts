import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobEntity, type JobState } from '../../../src/database/entities/index.js';
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
