import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import {
  type DatasetEntity,
  ImageEntity,
  JobEntity,
  type ProjectChangeEntity,
} from '../../../src/database/entities/index.js';
import { changeRetention, readChanges } from '../../../src/jobs/index.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

/** A project of its own with a data set, and what its log says behind that. */
async function setting() {
  const { projects, datasets } = server.services;
  const project = await projects.create({ name: uuid() });
  const dataset = await datasets.create(everything, { name: 'tiles', projectId: project.id });
  const said = async () => (await readChanges(database.dataSource, project.id, 1, 1_000)).map(outline);
  return { project, dataset, said };
}

function outline({ seq, kind, count }: ProjectChangeEntity): string {
  return `${seq} ${kind} ${count}`;
}

function imageRow(datasetId: string) {
  const id = uuid();
  const facts = { sha256: '0'.repeat(64), bytes: 1, width: 8, height: 8, upright: true };
  return { id, datasetId, filename: `${id}.png`, ...facts, split: 'TRAIN', label: 'NORMAL' } as const;
}

function transaction(work: (manager: EntityManager) => Promise<unknown>): Promise<unknown> {
  return database.dataSource.transaction(work);
}

it('what one transaction did of one kind is one change with a count, however many statements it took', async () => {
  const { dataset, project, said } = await setting();
  const rows = Array.from({ length: 1_500 }, () => imageRow(dataset.id));
  await transaction(async (manager) => {
    await manager.insert(ImageEntity, rows.slice(0, 1_000));
    await manager.insert(ImageEntity, rows.slice(1_000));
  });
  await transaction((manager) => manager.update(ImageEntity, { datasetId: dataset.id }, { split: 'TEST' }));
  expect(await said()).toEqual(['2 IMAGES_ADDED 1500', '3 IMAGES_CHANGED 1500']);
  const [added] = await readChanges(database.dataSource, project.id, 1, 1);
  expect(added!.ids).toEqual(
    rows
      .map(({ id }) => id)
      .sort()
      .slice(0, 100),
  );
  expect(added!.details).toEqual({ datasetId: dataset.id });
});

it('what changes nothing that anybody sees is not told', async () => {
  const { dataset, said } = await setting();
  const row = imageRow(dataset.id);
  await transaction((manager) => manager.insert(ImageEntity, row));
  await transaction((manager) => manager.update(ImageEntity, { id: row.id }, { previewSha256: '1'.repeat(64) }));
  await transaction((manager) => manager.update(ImageEntity, { id: row.id }, { split: 'TRAIN' }));
  expect(await said()).toEqual(['2 IMAGES_ADDED 1']);
});

it('a transaction that is rolled back leaves neither a change nor a gap', async () => {
  const { dataset, said } = await setting();
  const failing = transaction(async (manager) => {
    await manager.insert(ImageEntity, imageRow(dataset.id));
    throw new Error('by intention');
  });
  await expect(failing).rejects.toThrow('by intention');
  await transaction((manager) => manager.insert(ImageEntity, imageRow(dataset.id)));
  expect(await said()).toEqual(['2 IMAGES_ADDED 1']);
});

it('many writers at once leave no gap, and whoever follows sees each change once and in order', async () => {
  const { dataset, project } = await setting();
  const seen: number[] = [];
  const following = server.changes.follow(project.id, 1);
  const reading = (async () => {
    for await (const { seq } of following) {
      seen.push(seq);
      if (seq === 61) return;
    }
  })();
  const write = () => transaction((manager) => manager.insert(ImageEntity, imageRow(dataset.id)));
  await Promise.all(Array.from({ length: 60 }, write));
  await reading;
  expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i + 2));
});

it('a long transaction does not keep others of its project waiting', async () => {
  const { dataset, said } = await setting();
  await transaction(async (manager) => {
    await manager.insert(ImageEntity, [imageRow(dataset.id), imageRow(dataset.id)]);
    await transaction((other) => other.insert(ImageEntity, imageRow(dataset.id)));
  });
  expect(await said()).toEqual(['2 IMAGES_ADDED 1', '3 IMAGES_ADDED 2']);
});

it('transactions over two projects in opposite orders do not wait for each other in a ring', async () => {
  const [one, two] = [await setting(), await setting()];
  const both = (first: DatasetEntity, second: DatasetEntity) =>
    transaction(async (manager) => {
      await manager.insert(ImageEntity, imageRow(first.id));
      await manager.insert(ImageEntity, imageRow(second.id));
    });
  const writes = Array.from({ length: 20 }, (_, i) =>
    i % 2 ? both(one.dataset, two.dataset) : both(two.dataset, one.dataset),
  );
  await Promise.all(writes);
  expect(await one.said()).toHaveLength(20);
  expect(await two.said()).toHaveLength(20);
});

it('the states of a job, its deletion, and that of a data set with its images are told', async () => {
  const { dataset, project, said } = await setting();
  const id = uuid();
  await transaction((manager) => server.queue.enqueue(manager, { id, kind: 'DATASET_IMPORT', projectId: project.id }));
  await server.queue.cancel(id);
  await transaction((manager) => manager.delete(JobEntity, { id }));
  await transaction((manager) => manager.insert(ImageEntity, [imageRow(dataset.id), imageRow(dataset.id)]));
  await server.services.datasets.remove(everything, dataset.id);
  const last = await said();
  expect(last.slice(0, 4)).toEqual(['2 JOB_CREATED 1', '3 JOB_ENDED 1', '4 JOB_DELETED 1', '5 IMAGES_ADDED 2']);
  expect(last.at(-1)).toBe(`${last.length + 1} DATASET_DELETED 1`);
  const [, ended] = await readChanges(database.dataSource, project.id, 1, 2);
  expect(ended!.details).toEqual({ jobKind: 'DATASET_IMPORT', jobState: 'CANCELLED' });
});

it('a project goes with its log', async () => {
  const { dataset, project } = await setting();
  const following = server.changes.follow(project.id, 0);
  await server.services.datasets.remove(everything, dataset.id);
  await server.services.projects.remove(everything, project.id);
  const kinds: string[] = [];
  for await (const { kind } of following) kinds.push(kind);
  expect([[], ['DATASET_CREATED', 'DATASET_DELETED']]).toContainEqual(kinds);
  expect(await readChanges(database.dataSource, project.id, 0, 10)).toEqual([]);
});

describe('retention', () => {
  it('keeps the unbroken end of each log, and the last change however old; a cursor before it has expired', async () => {
    const { dataset, project } = await setting();
    for (let i = 0; i < 5; i++) await transaction((manager) => manager.insert(ImageEntity, imageRow(dataset.id)));
    const age = (days: number, where: string) =>
      database.dataSource.query(
        `UPDATE project_change SET at = now() - $1 * interval '1 day' WHERE project_id = $2 AND ${where}`,
        [days, project.id],
      );
    // A clock that was set back: 3 looks young, so 4 stays behind it.
    await age(100, 'seq IN (1, 2, 4)');
    const { nodes } = await server.services.projectChanges.page(everything, project.id, null, {});
    await changeRetention(database.dataSource, 30).now();
    const kept = async () => (await readChanges(database.dataSource, project.id, 0, 100)).map(({ seq }) => seq);
    expect(await kept()).toEqual([3, 4, 5, 6]);
    const follow = (after?: string) =>
      server.services.projectChanges.follow(everything, { projectId: project.id, after }, AbortSignal.abort());
    await expect(follow(nodes[0]!.cursor)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED', details: { oldestSeq: 3 } });
    await expect(follow(nodes[1]!.cursor)).resolves.toBeDefined();
    await age(100, 'true');
    await changeRetention(database.dataSource, 30).now();
    expect(await kept()).toEqual([6]);
  });
});
