import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { EvaluationEntity, ImageEntity, JobEntity } from '../../../src/database/entities/index.js';
import { useDatabase } from '../../support/database.js';
import { useStatements } from '../../support/statements.js';
import { addTrainingRun } from '../../support/trainingRun.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { anyProject } from '../../support/anyProject.js';

const runs = 50;
/** Statements a nested query may take, however many rows it shows. */
const allowed = 10;

const database = useDatabase();
const statementsOnce = useStatements(database);

/** The fewest of three times: the server watches its jobs meanwhile, on the same data source. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const times = [await statementsOnce(work), await statementsOnce(work), await statementsOnce(work)];
  return times.reduce((least, statements) => (statements.length < least.length ? statements : least));
}
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  for (let i = 0; i < runs; i += 1) await addRun(i);
});
afterAll(() => server.stop());

/** A completed run on a snapshot of one of five data sets, its version of one of ten models, and two evaluations of it. */
async function addRun(i: number): Promise<void> {
  const { manager } = database.dataSource;
  const { datasets, snapshots, models } = server.services;
  const dataset =
    (await datasets.byName(everything, `set ${i % 5}`)) ??
    (await datasets.create(everything, { name: `set ${i % 5}` }));
  const image = {
    id: uuid(),
    datasetId: dataset.id,
    filename: `${i}.png`,
    sha256: `${i}`,
    bytes: 1,
    width: 8,
    height: 8,
  };
  await manager.insert(ImageEntity, { ...image, split: 'TRAIN', label: 'NORMAL' });
  const snapshot = await snapshots.create(everything, { datasetId: dataset.id });
  const jobId = await addTrainingRun(database.dataSource, { snapshotId: snapshot.id, modelName: `m${i % 10}` });
  const version = await manager.transaction((transaction) =>
    models.registerVersion(transaction, {
      ...{ trainingRunId: jobId, snapshotId: snapshot.id, supervision: 'UNSUPERVISED', modelName: `m${i % 10}` },
      ...{ projectId: dataset.projectId, artifactSha256: 'a', artifactBytes: 1, imageThreshold: 1, pixelThreshold: 1 },
    }),
  );
  for (const id of [uuid(), uuid()]) {
    await manager.insert(JobEntity, { id, projectId: await anyProject(manager), kind: 'EVALUATION', state: 'QUEUED' });
    await manager.insert(EvaluationEntity, {
      jobId: id,
      modelVersionId: version.id,
      snapshotId: snapshot.id,
      split: 'TEST',
    });
  }
}

const nestedRuns = `{
  jobs(first: ${runs}, kind: TRAINING) {
    nodes {
      id state progress createdAt
      ... on TrainingRun {
        snapshot { digest dataset { name } }
        modelVersion { version model { name } evaluations(first: 5) { nodes { id state split metrics { pixelAp } } } }
      }
    }
  }
}`;

interface Run {
  snapshot: { dataset: { name: string } };
  modelVersion: { version: number; model: { name: string }; evaluations: { nodes: { state: string }[] } };
}

describe('a nested query', () => {
  it(`of ${runs} runs with model, data set and evaluations takes at most ${allowed} statements`, async () => {
    let nodes: Run[] = [];
    const statements = await statementsOf(async () => {
      const { data, errors } = await ask<{ jobs: { nodes: Run[] } }>(server.url, nestedRuns);
      expect(errors).toEqual([]);
      nodes = data.jobs.nodes;
    });
    expect(nodes).toHaveLength(runs);
    expect(new Set(nodes.map(({ snapshot }) => snapshot.dataset.name)).size).toBe(5);
    expect(new Set(nodes.map(({ modelVersion: { model, version } }) => `${model.name}@${version}`)).size).toBe(runs);
    for (const { modelVersion } of nodes) expect(modelVersion.evaluations.nodes).toHaveLength(2);
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(allowed);
  });

  it.each([
    [
      'jobs with their last events',
      'jobs(first: 20) { totalCount nodes { id state events(last: 2) { totalCount nodes { seq } } } }',
    ],
    [
      'models with their versions, totals and evaluations',
      'models(first: 10) { nodes { name versions(last: 5) { totalCount nodes { version evaluations(first: 2) { nodes { split } totalCount } } } } }',
    ],
    [
      'data sets with images, snapshots and counts',
      'datasets(first: 5) { nodes { counts { images } images(first: 20) { totalCount nodes { filename annotations { kind } } } snapshots(first: 3) { nodes { digest } } annotationBudget { kind } } }',
    ],
  ])(`of %s takes at most ${allowed} statements`, async (_name, query) => {
    const statements = await statementsOf(async () => {
      expect((await ask(server.url, `{ ${query} }`)).errors).toEqual([]);
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(allowed);
  });
});
