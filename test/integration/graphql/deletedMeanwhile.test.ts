import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity, JobEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting } from './registrySetting.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let versionId: string;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  const setting = new RegistrySetting(database.dataSource, server.services);
  await setting.prepare('of the version', [{ filename: 'a.png', label: 'NORMAL' }]);
  versionId = (await setting.version('steel')).id;
});
afterAll(() => server.stop());

interface Doomed {
  dataset: string;
  snapshot: string;
  image: string;
  version: string;
  project: string;
}

/** A data set, its snapshot, one of its images, a model version, and an empty project, each of which may be deleted. */
async function makeDoomed(): Promise<Doomed> {
  const dataset = (await server.services.datasets.create(everything, { name: `doomed ${uuid()}` })).id;
  const images = ['TRAIN', 'TRAIN', 'TRAIN', 'TRAIN', 'TEST'].map((split) => {
    const id = uuid();
    const facts = { id, datasetId: dataset, filename: `${id}.png`, sha256: id, bytes: 1, width: 64, height: 64 };
    return { ...facts, split: split as 'TRAIN' | 'TEST', label: 'NORMAL' as const };
  });
  await database.dataSource.manager.insert(ImageEntity, images);
  const snapshot = (await server.services.snapshots.create(everything, { datasetId: dataset })).id;
  const setting = new RegistrySetting(database.dataSource, server.services);
  await setting.prepare(`of ${dataset}`, [{ filename: 'a.png', label: 'NORMAL' }]);
  const version = (await setting.version(`of ${dataset}`)).id;
  const project = (await server.services.projects.create({ name: uuid() })).id;
  return { dataset, snapshot, image: images[0]!.id, version, project };
}

/** Begins to delete a row, sends the mutation, and ends the deletion once the mutation waits for it. */
async function mutateWhileDeleting(
  table: string,
  id: string,
  mutation: string,
  input: object,
): Promise<{ codes: string[]; userErrors: unknown[] }> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${mutation}(input: $input) { userErrors { code field message item } } }`;
  const deletion = database.dataSource.createQueryRunner();
  try {
    await deletion.startTransaction();
    // What would keep it from being deleted.
    if (table === 'image') await deletion.query('DELETE FROM snapshot_image WHERE image_id = $1', [id]);
    if (table === 'dataset') await deletion.query('DELETE FROM snapshot WHERE dataset_id = $1', [id]);
    await deletion.query(`DELETE FROM ${table} WHERE id = $1`, [id]);
    const answer = ask<Record<string, { userErrors: unknown[] } | null>>(server.url, query, { input });
    await someoneWaits();
    await deletion.commitTransaction();
    const { data, codes } = (await answer) as {
      data: Record<string, { userErrors: unknown[] } | null> | null;
      codes: string[];
    };
    return { codes, userErrors: data?.[mutation]?.userErrors ?? [] };
  } finally {
    await deletion.release();
  }
}

async function someoneWaits(): Promise<void> {
  const waiting = `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()`;
  for (;;) if ((await database.dataSource.query<unknown[]>(waiting)).length > 0) return;
}

const gid = encodeGlobalId;
const box = { x: 1, y: 1, width: 5, height: 5 };

describe('what is deleted while something that refers to it is stored', () => {
  it.each<[string, string, keyof Doomed, string, (doomed: Doomed) => object]>([
    [
      'startTraining',
      'snapshot',
      'snapshot',
      'snapshotId',
      ({ snapshot }) => ({ snapshotId: gid('Snapshot', snapshot), modelName: 'm', supervision: 'UNSUPERVISED' }),
    ],
    [
      'evaluateModel',
      'snapshot',
      'snapshot',
      'snapshotId',
      ({ snapshot }) => ({ snapshotId: gid('Snapshot', snapshot), modelVersionId: gid('ModelVersion', versionId) }),
    ],
    [
      'evaluateModel',
      'model_version',
      'version',
      'modelVersionId',
      ({ snapshot, version }) => ({
        snapshotId: gid('Snapshot', snapshot),
        modelVersionId: gid('ModelVersion', version),
      }),
    ],
    [
      'predictDataset',
      'snapshot',
      'snapshot',
      'snapshotId',
      ({ snapshot }) => ({ snapshotId: gid('Snapshot', snapshot), modelVersionId: gid('ModelVersion', versionId) }),
    ],
    [
      'exportDataset',
      'snapshot',
      'snapshot',
      'snapshotId',
      ({ snapshot }) => ({ snapshotId: gid('Snapshot', snapshot), format: 'coco' }),
    ],
    ['createSnapshot', 'dataset', 'dataset', 'datasetId', ({ dataset }) => ({ datasetId: gid('Dataset', dataset) })],
    [
      'saveBoxAnnotation',
      'image',
      'image',
      'imageId',
      ({ image }) => ({ imageId: gid('Image', image), expectedRevision: 0, boxes: [box] }),
    ],
  ])('%s answers NOT_FOUND when the %s vanishes', async (mutation, table, what, field, inputOf) => {
    const doomed = await makeDoomed();
    const jobs = await database.dataSource.manager.count(JobEntity);
    const { codes, userErrors } = await mutateWhileDeleting(table, doomed[what], mutation, inputOf(doomed));
    expect(codes).toEqual([]);
    expect(userErrors).toEqual([
      {
        code: 'NOT_FOUND',
        field: ['input', field],
        item: doomed[what],
        message: expect.stringMatching(/deleted|there is no/) as string,
      },
    ]);
    expect(await database.dataSource.manager.count(JobEntity)).toBe(jobs);
  });
});

describe('what is being deleted, from the look at its uses on,', () => {
  it.each<[string, keyof Doomed, (doomed: Doomed) => Promise<void>]>([
    ['model_version', 'version', ({ version }) => server.services.models.deleteVersion(everything, version)],
    ['snapshot', 'snapshot', ({ snapshot }) => server.services.snapshots.remove(everything, snapshot)],
    ['snapshot', 'snapshot', ({ dataset }) => server.services.datasets.remove(everything, dataset)],
    ['dataset', 'dataset', ({ dataset }) => server.services.datasets.remove(everything, dataset)],
    ['project', 'project', ({ project }) => server.services.projects.remove(everything, project)],
  ])('cannot be referred to: a row of %s is locked', async (table, what, remove) => {
    const doomed = await makeDoomed();
    const other = database.dataSource.createQueryRunner();
    try {
      await other.startTransaction();
      // Each deletes jobs after its look, and waits here.
      await other.query('LOCK TABLE job IN SHARE MODE');
      const removal = remove(doomed);
      await someoneWaits();
      // What a foreign key asks for.
      const reference = `SELECT 1 FROM "${table}" WHERE id = $1 FOR KEY SHARE NOWAIT`;
      await expect(other.query(reference, [doomed[what]])).rejects.toThrow('could not obtain lock on row');
      await other.rollbackTransaction();
      await removal;
      expect(await database.dataSource.query(`SELECT 1 FROM "${table}" WHERE id = $1`, [doomed[what]])).toEqual([]);
    } finally {
      await other.release();
    }
  });

  it('is no project whose job may make a model yet', async () => {
    const project = (await server.services.projects.create({ name: 'importing' })).id;
    const job = { id: uuid(), projectId: project, kind: 'MODEL_IMPORT', state: 'RUNNING' } as const;
    await database.dataSource.manager.insert(JobEntity, job);
    const refused = server.services.projects.remove(everything, project);
    await expect(refused).rejects.toThrow('(data sets: 0, models: 0, jobs that have not ended: 1)');
    await database.dataSource.manager.update(JobEntity, { id: job.id }, { state: 'FAILED' });
    await server.services.projects.remove(everything, project);
    expect(await database.dataSource.manager.existsBy(JobEntity, { id: job.id })).toBe(false);
  });
});
