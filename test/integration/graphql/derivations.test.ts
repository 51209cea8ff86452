import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { encodeRle } from '../../../src/files/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
const size = { width: 8, height: 8 };
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server.stop());

async function addDataset(): Promise<string> {
  return (await server.services.datasets.create(everything, { name: uuid() })).id;
}
async function addImage(datasetId: string, changes: Partial<ImageEntity> = {}): Promise<ImageEntity> {
  const id = uuid();
  const facts = {
    id,
    datasetId,
    filename: `${id}.png`,
    sha256: id,
    bytes: 1,
    split: 'TRAIN',
    label: 'ANOMALOUS',
  } as const;
  const { manager } = database.dataSource;
  return manager.save(manager.create(ImageEntity, { ...facts, ...size, ...changes }));
}
/** @param rows characters other than "." are anomalous. */
function drawn(rows: readonly string[]): string {
  const data = Uint8Array.from(rows.join(''), (character) => (character === '.' ? 0 : 1));
  return encodeRle({ width: rows[0]!.length, height: rows.length, data });
}
const saveMask = (image: ImageEntity, rows: readonly string[], expectedRevision = 0) =>
  server.services.annotations.savePixels(everything, {
    imageId: image.id,
    expectedRevision,
    counts: drawn(rows),
    activeSeconds: 30,
  });

async function derive(datasetId: string, input: object) {
  const query = `mutation($input: DeriveAnnotationsInput!) { deriveAnnotations(input: $input) {
    derived unchanged skipped warnings { code item } userErrors { code field message } } }`;
  interface Outcome {
    warnings: { code: string }[];
    userErrors: { code: string; field: string[]; message: string }[];
  }
  const variables = { input: { datasetId: encodeGlobalId('Dataset', datasetId), ...input } };
  const { data, errors } = await ask<{ deriveAnnotations: Outcome & Record<string, unknown> }>(
    server.url,
    query,
    variables,
  );
  expect(errors).toEqual([]);
  return data.deriveAnnotations;
}

async function labelsOf(image: ImageEntity): Promise<Record<string, unknown>[]> {
  const query = `query($id: ID!) { node(id: $id) { ... on Image { annotations { kind revision source activeSeconds
    derivation { blockSize anomalousThreshold normalThreshold unknownThreshold from { kind revision } }
    ... on BlockAnnotation { labels } ... on BoxAnnotation { boxes { x y width height } } } } } }`;
  const { data } = await ask<{ node: { annotations: Record<string, unknown>[] } }>(server.url, query, {
    id: encodeGlobalId('Image', image.id),
  });
  return data.node.annotations;
}
const labelOf = async (image: ImageEntity, kind: string) =>
  (await labelsOf(image)).find((label) => label['kind'] === kind);

const twoDefects = ['##......', '##......', '........', '...#....', '....#...', '........', '........', '........'];

describe('deriveAnnotations', () => {
  it('makes blocks from pixels by eps+ and eps-, and records source and settings', async () => {
    const datasetId = await addDataset();
    const image = await addImage(datasetId);
    await saveMask(image, twoDefects);
    const choice = { from: 'PIXEL', to: 'BLOCK', blockSize: 4, anomalousThreshold: 0.2, normalThreshold: 0.07 };
    expect(await derive(datasetId, choice)).toMatchObject({ derived: 1, unchanged: 0, skipped: 0, userErrors: [] });
    // Shares: 5/16 > 0.2, 0, 0, and 1/16 = 0.0625 < 0.07.
    const labels = ['ANOMALOUS', 'NORMAL', 'NORMAL', 'NORMAL'];
    const settings = { blockSize: 4, anomalousThreshold: 0.2, normalThreshold: 0.07, unknownThreshold: null };
    expect(await labelOf(image, 'BLOCK')).toEqual({
      ...{ kind: 'BLOCK', revision: 1, source: 'DERIVED', activeSeconds: null, labels },
      derivation: { ...settings, from: { kind: 'PIXEL', revision: 1 } },
    });
    await derive(datasetId, { ...choice, normalThreshold: 0.06 });
    expect(await labelOf(image, 'BLOCK')).toMatchObject({ revision: 2, labels: [...labels.slice(0, 3), 'IGNORED'] });
  });

  it('makes a box of each region, corners joined, and blocks from those boxes by upsilon', async () => {
    const datasetId = await addDataset();
    const image = await addImage(datasetId);
    await saveMask(image, twoDefects);
    expect(await derive(datasetId, { from: 'PIXEL', to: 'BOX' })).toMatchObject({ derived: 1 });
    expect(await labelOf(image, 'BOX')).toMatchObject({
      boxes: [
        { x: 0, y: 0, width: 2, height: 2 },
        { x: 3, y: 3, width: 2, height: 2 },
      ],
    });
    await derive(datasetId, { from: 'BOX', to: 'BLOCK', blockSize: 2 });
    const labels = Array<string>(16).fill('NORMAL');
    labels[0] = 'UNKNOWN';
    expect(await labelOf(image, 'BLOCK')).toMatchObject({
      labels,
      derivation: { unknownThreshold: 0.5, from: { kind: 'BOX' } },
    });
    await derive(datasetId, { from: 'BOX', to: 'BLOCK', blockSize: 2, unknownThreshold: 0.2 });
    for (const at of [5, 6, 9, 10]) labels[at] = 'UNKNOWN';
    expect(await labelOf(image, 'BLOCK')).toMatchObject({ revision: 2, labels });
  });

  it('takes only the images that are named, each of which must be in the data set', async () => {
    const [datasetId, another] = [await addDataset(), await addDataset()];
    const [one, other, stranger] = [await addImage(datasetId), await addImage(datasetId), await addImage(another)];
    for (const image of [one, other, stranger]) await saveMask(image, twoDefects);
    const only = (...images: ImageEntity[]) =>
      derive(datasetId, { from: 'PIXEL', to: 'BOX', imageIds: images.map(({ id }) => encodeGlobalId('Image', id)) });
    expect(await only(one)).toMatchObject({ derived: 1, unchanged: 0, skipped: 0, userErrors: [] });
    expect(await labelOf(other, 'BOX')).toBeUndefined();
    expect(await only(other, stranger)).toMatchObject({
      derived: 0,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'imageIds', '1'] }],
    });
    expect(await labelOf(other, 'BOX')).toBeUndefined();
    expect(await only()).toMatchObject({ userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', 'imageIds'] }] });
  });

  it("leaves alone what is somebody's own unless told otherwise, and what is derived already", async () => {
    const datasetId = await addDataset();
    const [own, other] = [await addImage(datasetId), await addImage(datasetId)];
    for (const image of [own, other]) await saveMask(image, twoDefects);
    const boxes = [{ x: 1, y: 1, width: 3, height: 3 }];
    await server.services.annotations.saveBoxes(everything, {
      imageId: own.id,
      expectedRevision: 0,
      boxes,
      activeSeconds: 5,
    });
    const choice = { from: 'PIXEL', to: 'BOX' };
    expect(await derive(datasetId, choice)).toMatchObject({ derived: 1, unchanged: 0, skipped: 1 });
    expect(await derive(datasetId, choice)).toMatchObject({ derived: 0, unchanged: 1, skipped: 1 });
    await saveMask(other, ['#.......', ...twoDefects.slice(1)], 1);
    expect(await derive(datasetId, choice)).toMatchObject({ derived: 1, unchanged: 0, skipped: 1 });
    expect(await derive(datasetId, { ...choice, replace: true })).toMatchObject({
      derived: 1,
      unchanged: 1,
      skipped: 0,
    });
    expect(await labelOf(own, 'BOX')).toMatchObject({ revision: 2, source: 'DERIVED' });
    const [page] = await server.services.annotations.historyOfImages(everything, [own.id], {}, 'BOX');
    expect(page!.nodes[1]).toMatchObject({ revision: 1, source: 'HUMAN', payload: { boxes } });
    expect(await server.services.labelCosts.ofDatasets(everything, [datasetId])).toMatchObject([
      [
        { kind: 'BOX', images: 2, measuredImages: 0, derivedImages: 2, activeSeconds: 5, secondsPerImage: null },
        { kind: 'PIXEL', images: 2, measuredImages: 2, derivedImages: 0, activeSeconds: 90, secondsPerImage: 45 },
      ],
    ]);
  });

  it('warns of a defect the blocks lose, and of images that would break a limit', async () => {
    const datasetId = await addDataset();
    const lost = await addImage(datasetId, { filename: 'lost.png' });
    await saveMask(lost, [
      ...twoDefects.slice(0, 3).map(() => '........'),
      '...#....',
      ...twoDefects.slice(4).map(() => '........'),
    ]);
    const noisy = await addImage(datasetId, { filename: 'noisy.png', width: 100, height: 100 });
    await saveMask(
      noisy,
      Array.from({ length: 100 }, (_, y) => (y % 2 ? '.'.repeat(100) : '#.'.repeat(50))),
    );
    const blocks = await derive(datasetId, { from: 'PIXEL', to: 'BLOCK', blockSize: 8 });
    expect(blocks).toMatchObject({ derived: 2, warnings: [{ code: 'LABEL_CONTRADICTION', item: 'lost.png' }] });
    const boxes = await derive(datasetId, { from: 'PIXEL', to: 'BOX' });
    expect(boxes).toMatchObject({
      derived: 1,
      skipped: 1,
      warnings: [{ code: 'TOO_MANY_ANNOTATIONS', item: 'noisy.png' }],
    });
  });

  it('reads data sets of more images than one batch, and takes a 64th of the longer side as block', async () => {
    const datasetId = await addDataset();
    for (let i = 0; i < 60; i += 1) {
      await saveMask(await addImage(datasetId, { width: 130, height: 1 }), [`${'#'.repeat(10)}${'.'.repeat(120)}`]);
    }
    expect(await derive(datasetId, { from: 'PIXEL', to: 'BLOCK' })).toMatchObject({ derived: 60, skipped: 0 });
    const [image] = await database.dataSource.manager.find(ImageEntity, { where: { datasetId }, take: 1 });
    expect(await labelOf(image!, 'BLOCK')).toMatchObject({
      derivation: { blockSize: 3, anomalousThreshold: 0.25, normalThreshold: 0.08 },
    });
  });

  it.each([
    [{ from: 'BOX', to: 'PIXEL' }, ['input.to']],
    [{ from: 'BLOCK', to: 'BOX' }, ['input.to']],
    [
      { from: 'PIXEL', to: 'BOX', blockSize: 8, anomalousThreshold: 0.5 },
      ['input.blockSize', 'input.anomalousThreshold'],
    ],
    [
      { from: 'PIXEL', to: 'BLOCK', blockSize: 0, anomalousThreshold: 2, normalThreshold: -1 },
      ['input.anomalousThreshold', 'input.normalThreshold', 'input.blockSize'],
    ],
    [{ from: 'PIXEL', to: 'BLOCK', anomalousThreshold: 0.1, normalThreshold: 0.2 }, ['input.normalThreshold']],
    [{ from: 'BOX', to: 'BLOCK', normalThreshold: 0.2 }, ['input.normalThreshold']],
  ])('refuses %j', async (choice, fields) => {
    const { userErrors } = await derive(await addDataset(), choice);
    expect(userErrors.map(({ code, field }) => `${code} ${field.join('.')}`)).toEqual(
      fields.map((field) => `BAD_USER_INPUT ${field}`),
    );
  });

  it('names a data set that is not there', async () => {
    expect(await derive(uuid(), { from: 'PIXEL', to: 'BOX' })).toMatchObject({
      ...{ derived: 0, warnings: [] },
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'datasetId'] }],
    });
  });
});
