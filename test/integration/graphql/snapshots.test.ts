import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, EvaluationEntity, ImageEntity, JobEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { addTrainingRun } from '../../support/trainingRun.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

async function makeDataset(name: string, filenames: readonly string[]): Promise<string> {
  const { id } = await server.services.datasets.create(everything, { name });
  for (const filename of filenames) await addImage(id, filename);
  return id;
}

async function addImage(datasetId: string, filename: string, values: Partial<ImageEntity> = {}): Promise<string> {
  const id = uuid();
  const file = { id, datasetId, filename, sha256: `sha of ${filename}`, bytes: 1, width: 4, height: 4 };
  await database.dataSource.manager.insert(ImageEntity, { ...file, split: 'TRAIN', label: 'NORMAL', ...values });
  return id;
}

async function annotate(datasetId: string, filename: string, revision: number, x: number): Promise<void> {
  const { id: imageId } = await database.dataSource.manager.findOneByOrFail(ImageEntity, { datasetId, filename });
  const payload = { boxes: [{ x, y: 0, width: 1, height: 1 }] };
  const row = { id: uuid(), imageId, kind: 'BOX' as const, revision, source: 'HUMAN' as const, payload };
  await database.dataSource.manager.insert(AnnotationEntity, row);
}

async function takeSnapshot(datasetId: string, tag?: string): Promise<string> {
  return encodeGlobalId('Snapshot', (await server.services.snapshots.create(everything, { datasetId, tag })).id);
}

interface Payload {
  snapshot?: { id: string; tag: string | null } | null;
  deletedId?: string | null;
  warnings?: { code: string; message: string; item: string }[];
  userErrors: { code: string; field: string[]; message: string }[];
}

async function mutate(name: string, selection: string, input: object): Promise<Payload> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`;
  const { data, errors } = await ask<Record<string, Payload>>(server.url, query, { input });
  expect(errors).toEqual([]);
  return data[name]!;
}

describe('createSnapshot', () => {
  const create = (datasetId: string) =>
    mutate('createSnapshot', 'snapshot { id tag } warnings { code message item }', {
      datasetId: encodeGlobalId('Dataset', datasetId),
    });

  it('warns of bytes that are in two splits, naming both items', async () => {
    const datasetId = await makeDataset('leaking', ['train/a.png']);
    await addImage(datasetId, 'test/b.png', { split: 'TEST', sha256: 'sha of train/a.png' });
    const { snapshot, warnings, userErrors } = await create(datasetId);
    expect(userErrors).toEqual([]);
    expect(snapshot).not.toBeNull();
    expect(warnings).toMatchObject([{ code: 'SPLIT_LEAKAGE', item: 'test/b.png' }]);
    expect(warnings![0]!.message).toMatch(/'test\/b.png' \(TEST\) and 'train\/a.png' \(TRAIN\)/);
  });

  it('warns of bytes that are in one split twice, as the import does', async () => {
    const datasetId = await makeDataset('repeating', ['a.png', 'other.png']);
    for (const name of ['c.png', 'b.png']) await addImage(datasetId, name, { sha256: 'sha of a.png' });
    const { snapshot, warnings } = await create(datasetId);
    expect(snapshot).not.toBeNull();
    expect(warnings!.map(({ code, item }) => [code, item])).toEqual([
      ['IMAGE_DUPLICATE', 'b.png'],
      ['IMAGE_DUPLICATE', 'c.png'],
    ]);
    expect(warnings![0]!.message).toBe("'b.png' holds the same bytes as 'a.png', which is in TRAIN as well");
  });

  it('lists at most 100 of them, the last with how many there are', async () => {
    const datasetId = await makeDataset('repeating a lot', ['a.png']);
    for (let i = 0; i < 103; i++) await addImage(datasetId, `b${i}.png`, { sha256: 'sha of a.png' });
    const { warnings } = await create(datasetId);
    expect(warnings).toHaveLength(100);
    expect(warnings![99]!.message).toBe('4 more images hold the same bytes as another image of their split');
  });

  it('warns of nothing when all is well, or when there is no snapshot', async () => {
    expect(await create(await makeDataset('clean', ['a.png', 'b.png']))).toMatchObject({
      warnings: [],
      userErrors: [],
    });
    expect(await create(uuid())).toMatchObject({ snapshot: null, warnings: [], userErrors: [{ code: 'NOT_FOUND' }] });
  });
});

describe('tagSnapshot', () => {
  it('gives a name, another one, and none; the digest stays', async () => {
    const id = await takeSnapshot(await makeDataset('tagged', ['a.png']));
    const tags: (string | null | undefined)[] = [];
    for (const tag of ['v1', 'v2', null]) {
      tags.push((await mutate('tagSnapshot', 'snapshot { id tag }', { id, tag })).snapshot?.tag);
    }
    expect(tags).toEqual(['v1', 'v2', null]);
  });

  it('lets a snapshot be found by it', async () => {
    const datasetId = await makeDataset('found by tag', ['a.png']);
    for (const tag of ['old', 'v1', 'v1']) await takeSnapshot(datasetId, tag);
    const query =
      'query($tag: String) { dataset(name: "found by tag") { snapshots(tag: $tag, first: 5) { totalCount nodes { tag } } } }';
    const count = async (tag: string | null) =>
      (await ask<{ dataset: { snapshots: { totalCount: number } } }>(server.url, query, { tag })).data.dataset.snapshots
        .totalCount;
    expect(await Promise.all([count('v1'), count('nobody'), count("' OR 1=1"), count(null)])).toEqual([2, 0, 0, 3]);
    expect((await ask(server.url, query, { tag: 'a\0' })).codes).toEqual(['BAD_USER_INPUT']);
  });

  it.each([
    ['', 'TEXT_INVALID'],
    ['a\0b', 'TEXT_INVALID'],
    ['x'.repeat(101), 'TEXT_INVALID'],
  ])('refuses %j', async (tag, code) => {
    const id = await takeSnapshot(await makeDataset(`refusing ${tag.length}`, ['a.png']));
    expect(await mutate('tagSnapshot', 'snapshot { id }', { id, tag })).toMatchObject({
      ...{ snapshot: null, userErrors: [{ code, field: ['input', 'tag'] }] },
    });
  });

  it('names an id that is no snapshot', async () => {
    const unknown = encodeGlobalId('Snapshot', uuid());
    expect((await mutate('tagSnapshot', 'snapshot { id }', { id: unknown })).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });
});

describe('deleteSnapshot', () => {
  const remove = (id: string) => mutate('deleteSnapshot', 'deletedId', { id });

  it('deletes what nothing refers to; its images stay', async () => {
    const datasetId = await makeDataset('thinned', ['a.png']);
    const [old, kept] = [await takeSnapshot(datasetId), await takeSnapshot(datasetId)];
    expect(await remove(old)).toMatchObject({ deletedId: old, userErrors: [] });
    const { data } = await ask(server.url, 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', {
      ids: [old, kept],
    });
    expect(data).toEqual({ nodes: [null, { __typename: 'Snapshot' }] });
    expect(await database.dataSource.manager.countBy(ImageEntity, { datasetId })).toBe(1);
    expect((await remove(old)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });

  it('refuses while a training or an evaluation refers to it, and names them', async () => {
    const datasetId = await makeDataset('trained on', ['a.png']);
    const { services } = server;
    const [used, other] = [
      await services.snapshots.create(everything, { datasetId }),
      await services.snapshots.create(everything, { datasetId }),
    ];
    const run = await addTrainingRun(database.dataSource, { snapshotId: used.id, modelName: 'tiles' });
    const [dataset] = await services.datasets.byIds(everything, [datasetId]);
    const version = await database.dataSource.transaction((manager) =>
      services.models.registerVersion(manager, {
        ...{ trainingRunId: run, snapshotId: used.id, supervision: 'UNSUPERVISED', modelName: 'tiles' },
        ...{
          projectId: dataset!.projectId,
          artifactSha256: 'a',
          artifactBytes: 1,
          imageThreshold: 1,
          pixelThreshold: 1,
        },
      }),
    );
    const jobId = uuid();
    await database.dataSource.manager.insert(JobEntity, {
      id: jobId,
      projectId: await anyProject(database.dataSource.manager),
      kind: 'EVALUATION',
      state: 'COMPLETED',
    });
    const evaluation = { jobId, modelVersionId: version.id, snapshotId: other.id, split: 'TEST' as const };
    await database.dataSource.manager.insert(EvaluationEntity, evaluation);
    const messages = await Promise.all(
      [used, other].map(async ({ id }) => (await remove(encodeGlobalId('Snapshot', id))).userErrors[0]),
    );
    expect(messages).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('training of model "tiles" version 1;') as string },
      { code: 'CONFLICT', message: expect.stringContaining('evaluation of model "tiles" version 1;') as string },
    ]);
  });
});

const diffQuery = `query($a: ID!, $b: ID!, $first: Int, $after: String, $last: Int, $before: String, $change: SnapshotChange) {
  diffSnapshots(a: $a, b: $b) {
    identical
    imageCounts { added removed changed }
    annotationCounts { added removed changed }
    images(first: $first, after: $after, last: $last, before: $before, change: $change) {
      totalCount
      nodes { change filename before { split label defectType image { filename } } after { split label defectType } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
    annotations { totalCount nodes { change filename kind before { revision } after { revision } } }
  }
}`;

interface Diff {
  identical: boolean;
  imageCounts: object;
  annotationCounts: object;
  images: {
    totalCount: number;
    nodes: { change: string; filename: string }[];
    pageInfo: { endCursor: string; startCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
  };
  annotations: { totalCount: number; nodes: object[] };
}

async function diff(a: string, b: string, page: object = {}): Promise<Diff> {
  const { data, errors } = await ask<{ diffSnapshots: Diff }>(server.url, diffQuery, { a, b, ...page });
  expect(errors).toEqual([]);
  return data.diffSnapshots;
}

describe('diffSnapshots', () => {
  it('tells images and annotations that were added, removed or changed', async () => {
    const datasetId = await makeDataset('moving', ['a.png', 'b.png', 'c.png', 'd.png']);
    for (const filename of ['b.png', 'c.png', 'd.png']) await annotate(datasetId, filename, 1, 0);
    const a = await takeSnapshot(datasetId);
    const images = database.dataSource.getRepository(ImageEntity);
    await images.update({ datasetId, filename: 'a.png' }, { split: 'TEST', label: 'ANOMALOUS', defectType: 'dent' });
    await annotate(datasetId, 'a.png', 1, 0);
    await annotate(datasetId, 'b.png', 2, 7);
    // A new revision with the same content is no change: the digest does not notice it either.
    await annotate(datasetId, 'c.png', 2, 0);
    await addImage(datasetId, 'e.png');
    const b = await takeSnapshot(datasetId);
    expect(await diff(a, b)).toMatchObject({
      identical: false,
      imageCounts: { added: 1, removed: 0, changed: 1 },
      annotationCounts: { added: 1, removed: 0, changed: 1 },
      images: {
        totalCount: 2,
        nodes: [
          {
            ...{ change: 'CHANGED', filename: 'a.png' },
            before: { split: 'TRAIN', label: 'NORMAL', defectType: null, image: { filename: 'a.png' } },
            after: { split: 'TEST', label: 'ANOMALOUS', defectType: 'dent' },
          },
          { change: 'ADDED', filename: 'e.png', before: null, after: { split: 'TRAIN' } },
        ],
      },
      annotations: {
        nodes: [
          { change: 'ADDED', filename: 'a.png', kind: 'BOX', before: null, after: { revision: 1 } },
          { change: 'CHANGED', filename: 'b.png', before: { revision: 1 }, after: { revision: 2 } },
        ],
      },
    });
    expect(await diff(b, a)).toMatchObject({
      imageCounts: { added: 0, removed: 1, changed: 1 },
      annotationCounts: { added: 0, removed: 1, changed: 1 },
    });
    expect(await diff(a, b, { change: 'ADDED' })).toMatchObject({
      images: { totalCount: 1, nodes: [{ filename: 'e.png' }] },
    });
  });

  it('finds nothing exactly when the digests are equal, also between two data sets', async () => {
    const [one, other] = [
      await makeDataset('original', ['a.png', 'ä.png']),
      await makeDataset('copy', ['ä.png', 'a.png']),
    ];
    for (const datasetId of [one, other]) await annotate(datasetId, 'a.png', 1, 3);
    const [a, b] = [await takeSnapshot(one), await takeSnapshot(other)];
    const none = { added: 0, removed: 0, changed: 0 };
    expect(await diff(a, b)).toMatchObject({ identical: true, imageCounts: none, annotationCounts: none });
    await annotate(other, 'a.png', 2, 4);
    const changed = await takeSnapshot(other);
    expect(await diff(a, changed)).toMatchObject({ identical: false, annotationCounts: { ...none, changed: 1 } });
  });

  it('pages from both ends, with totals', async () => {
    const filenames = Array.from({ length: 7 }, (_, i) => `${i}.png`);
    const a = await takeSnapshot(await makeDataset('none yet', []));
    const b = await takeSnapshot(await makeDataset('seven', filenames));
    const first = await diff(a, b, { first: 3 });
    expect(first.images).toMatchObject({ totalCount: 7, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = await diff(a, b, { first: 3, after: first.images.pageInfo.endCursor });
    const last = await diff(a, b, { last: 1 });
    const beforeLast = await diff(a, b, { last: 1, before: last.images.pageInfo.startCursor });
    const names = (...pages: Diff[]) => pages.flatMap(({ images }) => images.nodes.map(({ filename }) => filename));
    expect(names(first, second, beforeLast, last)).toEqual([...filenames.slice(0, 6), '5.png', '6.png']);
  });

  it.each([
    ['no id', () => ['1 OR 1=1', '1 OR 1=1'], 'BAD_USER_INPUT'],
    [
      'an id of another type',
      () => [encodeGlobalId('Dataset', uuid()), encodeGlobalId('Dataset', uuid())],
      'NOT_FOUND',
    ],
    [
      'a snapshot nobody has',
      () => [encodeGlobalId('Snapshot', uuid()), encodeGlobalId('Snapshot', uuid())],
      'NOT_FOUND',
    ],
  ] as const)('refuses %s', async (_name, ids, code) => {
    const [a, b] = ids();
    expect((await ask(server.url, diffQuery, { a, b })).codes).toEqual([code]);
  });

  it('refuses a cursor of another connection, and a page of a size that is not allowed', async () => {
    const a = await takeSnapshot(await makeDataset('strict', ['a.png']));
    const { images } = await diff(await takeSnapshot(await makeDataset('strict too', [])), a);
    const after = images.pageInfo.endCursor;
    expect((await ask(server.url, diffQuery, { a, b: a, after })).codes).toEqual(['CURSOR_INVALID']);
    expect((await ask(server.url, diffQuery, { a, b: a, first: 201 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await ask(server.url, diffQuery, { a, b: a, first: 1, last: 1 })).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('Dataset.annotations', () => {
  it('pages every revision image by image, of one kind or all', async () => {
    const datasetId = await makeDataset('annotated', ['a.png', 'b.png', 'c.png']);
    await annotate(await makeDataset('another', ['a.png']), 'a.png', 1, 0);
    for (const [filename, revision] of [
      ['a.png', 1],
      ['c.png', 1],
      ['a.png', 2],
    ] as const) {
      await annotate(datasetId, filename, revision, 0);
    }
    const query = `query($first: Int, $after: String, $kind: AnnotationKind) {
      dataset(name: "annotated") {
        annotations(first: $first, after: $after, kind: $kind) {
          totalCount nodes { revision image { filename } } pageInfo { endCursor }
        }
      }
    }`;
    interface Answer {
      dataset: { annotations: { totalCount: number; nodes: object[]; pageInfo: { endCursor: string } } };
    }
    const read = async (variables: Record<string, unknown>) =>
      (await ask<Answer>(server.url, query, variables)).data.dataset.annotations;
    const first = await read({ first: 1 });
    const rest = await read({ first: 5, after: first.pageInfo.endCursor, kind: 'BOX' });
    expect([...first.nodes, ...rest.nodes]).toEqual([
      { revision: 1, image: { filename: 'a.png' } },
      { revision: 2, image: { filename: 'a.png' } },
      { revision: 1, image: { filename: 'c.png' } },
    ]);
    expect([first.totalCount, (await read({ kind: 'PIXEL' })).totalCount]).toEqual([3, 0]);
  });
});
