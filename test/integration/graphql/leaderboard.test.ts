import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import {
  AnnotationEntity,
  EvaluationEntity,
  ImageEntity,
  JobEntity,
  TrainingRunEntity,
  type AnnotationKind,
  type EvaluationMetrics,
} from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import type { Supervision, TrainingSettings } from '../../../src/shared/training.js';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
let server: TestServer;
let dataset: { id: string; projectId: string };
let snapshotId: string;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  dataset = await server.services.datasets.create(everything, { name: 'tiles' });
  const whole = await addImage('whole.png');
  await annotate(whole, 'BOX', [4, 6]);
  await annotate(whole, 'PIXEL', [30]);
  await annotate(await addImage('partly.png'), 'BOX', [null, 5]);
  await annotate(await addImage('normal.png', 'NORMAL'), 'BOX', [100]);
  snapshotId = (await server.services.snapshots.create(everything, { datasetId: dataset.id })).id;
});
afterAll(() => server.stop());

async function addImage(filename: string, label: 'ANOMALOUS' | 'NORMAL' = 'ANOMALOUS'): Promise<string> {
  const id = uuid();
  const facts = { id, datasetId: dataset.id, filename, sha256: id, bytes: 1, width: 8, height: 8 };
  await database.dataSource.manager.insert(ImageEntity, { ...facts, split: 'TRAIN', label });
  return id;
}

/** @param seconds of each revision, by authors who take turns. */
async function annotate(imageId: string, kind: AnnotationKind, seconds: (number | null)[]): Promise<void> {
  const rows = seconds.map((activeSeconds, i) => ({
    ...{ id: uuid(), imageId, kind, revision: i + 1, source: 'HUMAN' as const, author: `author ${i}`, activeSeconds },
    payload: { boxes: [] },
  }));
  await database.dataSource.manager.insert(AnnotationEntity, rows);
}

async function register(supervision: Supervision, labels: AnnotationKind | null, from: string | null = null) {
  const { manager } = database.dataSource;
  const jobId = uuid();
  const plugin = { id: 'x', version: '1.0.0', digest: 'd', params: {} };
  await manager.insert(JobEntity, {
    id: jobId,
    projectId: await anyProject(manager),
    kind: 'TRAINING',
    state: 'COMPLETED',
  });
  await manager.save(
    manager.create(TrainingRunEntity, {
      ...{ jobId, snapshotId, modelName: 'm', supervision, labels, seed: 0, preset: null },
      ...{ augmentations: [], loss: null, settings: {} as TrainingSettings, environment: {} },
      detector: { ...plugin, kind: 'detector' },
      featureExtractor: { ...plugin, kind: 'feature-extractor' },
      fromModelVersionId: from,
    }),
  );
  const artifact = { artifactSha256: 'a', artifactBytes: 1, imageThreshold: null, pixelThreshold: null };
  const version = { modelName: 'm', projectId: dataset.projectId, trainingRunId: jobId, snapshotId, supervision };
  return database.dataSource.transaction((inside) =>
    server.services.models.registerVersion(inside, { ...version, ...artifact }),
  );
}

async function evaluate(modelVersionId: string, values: Partial<EvaluationMetrics> | null): Promise<void> {
  const { manager } = database.dataSource;
  const jobId = uuid();
  const none = { pixelAuroc: null, pixelAp: null, pro: null, pixelF1Max: null, pixelF1MaxThreshold: null };
  const noneOfImages = { imageAuroc: null, imageAp: null, imageF1Max: null, imageF1MaxThreshold: null };
  const metrics = values && { ...none, ...noneOfImages, proFprLimit: 0.3, ...values };
  await manager.insert(JobEntity, {
    id: jobId,
    projectId: await anyProject(manager),
    kind: 'EVALUATION',
    state: metrics ? 'COMPLETED' : 'RUNNING',
  });
  await manager.save(manager.create(EvaluationEntity, { jobId, modelVersionId, snapshotId, split: 'TEST', metrics }));
}

describe('leaderboard and trade-off', () => {
  const metricsOf = 'modelVersion { version } evaluation { split } supervision metrics { pixelAp imageAuroc }';
  interface Row {
    modelVersion: { version: number };
    [field: string]: unknown;
  }
  const board = async (args: string) => {
    const query = `{ leaderboard(snapshotId: "${encodeGlobalId('Snapshot', snapshotId)}" ${args}) { ${metricsOf} } }`;
    const { data, errors } = await ask<{ leaderboard: Row[] }>(server.url, query);
    expect(errors).toEqual([]);
    return data.leaderboard.map(({ modelVersion }) => modelVersion.version);
  };
  beforeAll(async () => {
    const plain = await register('UNSUPERVISED', null);
    const pixels = await register('SUPERVISED', 'PIXEL');
    const boxes = await register('SEMI_SUPERVISED', 'BOX', pixels.id);
    const worse = await register('SEMI_SUPERVISED', 'BOX');
    await evaluate(plain.id, { pixelAp: 0.9, imageAuroc: 0.1 });
    await evaluate(plain.id, { pixelAp: 0.4, imageAuroc: 0.9 });
    await evaluate(pixels.id, { pixelAp: null, imageAuroc: 0.5 });
    await evaluate(boxes.id, { pixelAp: 0.7, imageAuroc: 0.6 });
    await evaluate(worse.id, { pixelAp: 0.6, imageAuroc: 0.7 });
    await evaluate(worse.id, null);
  });

  it('has one row a version, its newest completed evaluation, best first, versions without the metric last', async () => {
    expect(await board('')).toEqual([3, 4, 1, 2]);
    expect(await board('orderBy: IMAGE_AUROC')).toEqual([1, 4, 3, 2]);
    expect(await board('orderBy: IMAGE_AUROC, first: 2')).toEqual([1, 4]);
    expect(await board('split: VALIDATION')).toEqual([]);
  });

  it('tells what the labels cost: those of the start included, an image measured in part not as measured', async () => {
    const query = `{ leaderboard(snapshotId: "${encodeGlobalId('Snapshot', snapshotId)}", first: 1) { labelCost {
      kind images measuredImages derivedImages activeSeconds secondsPerImage } } }`;
    const { data } = await ask(server.url, query);
    const pixel = {
      kind: 'PIXEL',
      images: 1,
      measuredImages: 1,
      derivedImages: 0,
      activeSeconds: 30,
      secondsPerImage: 30,
    };
    const box = { kind: 'BOX', images: 2, measuredImages: 1, derivedImages: 0, activeSeconds: 15, secondsPerImage: 10 };
    expect(data).toEqual({ leaderboard: [{ labelCost: [box, pixel] }] });
  });

  it('shows the best of each supervision and label kind, cheapest labels first', async () => {
    const query = `{ annotationTradeoff(datasetId: "${encodeGlobalId('Dataset', dataset.id)}") {
      kind secondsPerImage ${metricsOf} } }`;
    const { data, errors } = await ask<{ annotationTradeoff: Row[] }>(server.url, query);
    expect(errors).toEqual([]);
    expect(data.annotationTradeoff).toMatchObject([
      { kind: null, supervision: 'UNSUPERVISED', secondsPerImage: 0, metrics: { pixelAp: 0.9 } },
      { kind: 'BOX', supervision: 'SEMI_SUPERVISED', secondsPerImage: 10, modelVersion: { version: 3 } },
      { kind: 'PIXEL', supervision: 'SUPERVISED', secondsPerImage: 30, metrics: { pixelAp: null } },
    ]);
  });

  it.each([
    ['leaderboard(snapshotId: "1 OR 1=1") { supervision }', 'BAD_USER_INPUT'],
    [`leaderboard(snapshotId: "${encodeGlobalId('Dataset', uuid())}") { supervision }`, 'NOT_FOUND'],
    [`annotationTradeoff(datasetId: "${encodeGlobalId('Image', uuid())}") { kind }`, 'NOT_FOUND'],
    [`leaderboard(snapshotId: "${encodeGlobalId('Snapshot', uuid())}", first: 201) { supervision }`, 'BAD_USER_INPUT'],
    ['leaderboard(snapshotId: "x", orderBy: metrics) { supervision }', 'GRAPHQL_VALIDATION_FAILED'],
    ['publishedResults(dataset: MVTEC_AD, category: "tiles") { method }', 'BAD_USER_INPUT'],
  ])('refuses { %s } with %s', async (field, code) => {
    expect((await ask(server.url, `{ ${field} }`)).codes).toEqual([code]);
  });
});

describe('publishedResults', () => {
  it('are the rows of the paper, as shares, marked by their source', async () => {
    const read = async (args: string) => {
      const fields = 'method supervision labels category pixelAp pro pixelAuroc secondsPerImage source';
      const query = `{ publishedResults(${args}) { ${fields} } }`;
      return (await ask<{ publishedResults: object[] }>(server.url, query)).data.publishedResults;
    };
    const mvtec = await read('dataset: MVTEC_AD');
    expect(mvtec).toHaveLength(17);
    expect(mvtec.at(-1)).toEqual({
      ...{ method: 'SemiREST', supervision: 'SEMI_SUPERVISED', labels: 'BOX', category: null },
      ...{ pixelAp: 0.838, pro: 0.981, pixelAuroc: 0.995, secondsPerImage: 5, source: 'Li et al. 2023, table 2' },
    });
    expect(mvtec.find((row) => 'method' in row && row.method === 'DeSTSeg')).toMatchObject({
      pixelAp: 0.758,
      pro: null,
    });
    const nut = await read('dataset: MVTEC_AD, category: "metal_nut"');
    expect(nut[0]).toMatchObject({ method: 'PatchCore', pixelAp: 0.869, pro: 0.94, pixelAuroc: 0.983 });
    expect(await read('dataset: BTAD')).toHaveLength(13);
    const sdd = await read('dataset: KOLEKTOR_SDD2');
    expect(sdd[5]).toMatchObject({ method: 'SemiREST', supervision: 'UNSUPERVISED', pixelAp: 0.728 });
  });
});
