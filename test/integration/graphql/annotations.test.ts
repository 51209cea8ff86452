import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, ImageEntity, type ImageLabel } from '../../../src/database/entities/index.js';
import { encodeRle } from '../../../src/files/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { greyPng } from '../../unit/files/imageBytes.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { cheaply } from '../../support/effort.js';

const database = useDatabase();
const [width, height] = [100, 64];
let server: TestServer;
let datasetId: string;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  datasetId = (await server.services.datasets.create(everything, { name: 'tiles' })).id;
});
afterAll(() => server.stop());

async function addImage(label: ImageLabel, changes: Partial<ImageEntity> = {}): Promise<string> {
  const id = uuid();
  const facts = {
    id,
    datasetId,
    filename: `${id}.png`,
    sha256: id,
    bytes: 1,
    width,
    height,
    split: 'TRAIN',
    label,
  } as const;
  await database.dataSource.manager.insert(ImageEntity, { ...facts, ...changes });
  return encodeGlobalId('Image', id);
}

interface Problem {
  code: string;
  message: string;
  field: string[] | null;
  item: string | null;
}
interface Revision {
  id: string;
  revision: number;
  source: string;
  author: string | null;
  by: { kind: string; name: string } | null;
  activeSeconds: number | null;
  counts?: string;
  anomalousPixels?: number;
  labels?: string[];
  boxes?: object[];
}
interface Saved {
  annotation: Revision | null;
  current: Revision | null;
  warnings: Problem[];
  userErrors: Problem[];
}
type Kind = 'Pixel' | 'Block' | 'Box';
const revision = `id revision source author by { kind name } activeSeconds ... on PixelAnnotation { counts anomalousPixels }
  ... on BlockAnnotation { rows columns blockSize labels } ... on BoxAnnotation { boxes { x y width height defectType } }`;
const problem = 'code message field item';

async function save(kind: Kind, input: object): Promise<Saved> {
  const name = `save${kind}Annotation`;
  const query = `mutation($input: Save${kind}AnnotationInput!) { ${name}(input: $input) {
    annotation { ${revision} } current { revision } warnings { ${problem} } userErrors { ${problem} } } }`;
  const { data, errors } = await ask<Record<string, Saved>>(server.url, query, {
    input: { expectedRevision: 0, ...input },
  });
  expect(errors).toEqual([]);
  return data[name]!;
}
const places = ({ userErrors }: Saved) => userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`);

/** Run lengths of a mask with these pixels set. */
function counts(...pixels: [x: number, y: number][]): string {
  const data = new Uint8Array(width * height);
  for (const [x, y] of pixels) data[y * width + x] = 1;
  return encodeRle({ width, height, data });
}
const grey = (value: (x: number, y: number) => number, columns = width) =>
  greyPng(
    columns,
    height,
    Array.from({ length: columns * height }, (_, i) => value(i % columns, Math.floor(i / columns))),
  );

async function upload(bytes: Uint8Array, changes: object = {}): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const input = { filename: 'mask.png', bytes: bytes.length, sha256, contentType: 'image/png', ...changes };
  const query = `mutation($input: CreateUploadInput!) { createUpload(input: $input) { upload { id url } userErrors { code } } }`;
  const { data } = await ask<{ createUpload: { upload: { id: string; url: string } } }>(server.url, query, { input });
  const { id, url } = data.createUpload.upload;
  expect((await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })).status).toBe(204);
  return id;
}

const stored = () => database.dataSource.manager.count(AnnotationEntity);

describe('saving labels', () => {
  it('makes revisions that stay readable, with author, source and seconds', async () => {
    const imageId = await addImage('ANOMALOUS');
    const first = await save('Pixel', { imageId, counts: counts([3, 2]), author: 'Ada', activeSeconds: 31.5 });
    expect(first.annotation).toMatchObject({ revision: 1, source: 'HUMAN', author: 'Ada', activeSeconds: 31.5 });
    const second = await save('Pixel', { imageId, expectedRevision: 1, counts: counts([3, 2], [4, 2]) });
    // Whatever the client says, the server knows who it was.
    expect([first.annotation!.by, second.annotation!.by]).toEqual(Array(2).fill({ kind: 'LOCAL', name: 'local' }));
    expect(second.annotation).toMatchObject({ revision: 2, author: null, activeSeconds: null, anomalousPixels: 2 });
    const boxes = [{ x: 1, y: 2, width: 3.5, height: 4, defectType: 'pit' }];
    expect((await save('Box', { imageId, boxes })).annotation).toMatchObject({ revision: 1, boxes });
    const labels = ['UNKNOWN', 'IGNORED', 'ANOMALOUS', ...Array<string>(25).fill('NORMAL')];
    const blocks = (await save('Block', { imageId, blockSize: 16, labels })).annotation;
    expect(blocks).toMatchObject({ rows: 4, columns: 7, blockSize: 16, labels });

    const query = `query($id: ID!, $kind: AnnotationKind, $first: Int, $after: String, $last: Int) { node(id: $id) { ... on Image {
      annotations { revision } annotationHistory(kind: $kind, first: $first, after: $after, last: $last) {
        totalCount nodes { kind ${revision} } pageInfo { hasNextPage endCursor } } } } }`;
    interface History {
      annotations: object[];
      annotationHistory: {
        totalCount: number;
        nodes: (Revision & { kind: string })[];
        pageInfo: { endCursor: string };
      };
    }
    const read = async (variables: object) =>
      (await ask<{ node: History }>(server.url, query, { id: imageId, ...variables })).data.node;
    const { annotations, annotationHistory } = await read({});
    expect(annotations).toHaveLength(3);
    expect(annotationHistory.totalCount).toBe(4);
    expect(annotationHistory.nodes.map(({ kind, revision: number }) => `${kind} ${number}`)).toEqual([
      'PIXEL 2',
      'PIXEL 1',
      'BOX 1',
      'BLOCK 1',
    ]);
    const page = (await read({ kind: 'PIXEL', first: 1 })).annotationHistory;
    expect(page.nodes).toMatchObject([{ revision: 2 }]);
    const older = await read({ kind: 'PIXEL', first: 1, after: page.pageInfo.endCursor });
    expect(older.annotationHistory.nodes).toEqual([expect.objectContaining(first.annotation)]);
    expect((await read({ kind: 'PIXEL', last: 1 })).annotationHistory.nodes).toMatchObject([{ revision: 1 }]);
  });

  it('lets one of twenty parallel saves win; nineteen learn the current revision', async () => {
    const imageId = await addImage('ANOMALOUS');
    const saves = Array.from({ length: 20 }, (_, i) =>
      save('Box', { imageId, author: `editor ${i}`, boxes: [{ x: i, y: 0, width: 5, height: 5 }] }),
    );
    const answers = await Promise.all(saves);
    const lost = answers.filter(({ annotation }) => annotation === null);
    expect(lost).toHaveLength(19);
    for (const { userErrors, current } of lost) {
      expect(userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'expectedRevision'] }]);
      expect(userErrors[0]!.message).toContain('has revision 1');
      expect(current).toEqual({ revision: 1 });
    }
    const id = Buffer.from(imageId, 'base64url').toString().split(':')[1]!;
    expect(await database.dataSource.manager.countBy(AnnotationEntity, { imageId: id })).toBe(1);
  });

  it('takes an uploaded mask, and one of grey tones by its threshold', async () => {
    const imageId = await addImage('ANOMALOUS');
    const binary = await upload(grey((x, y) => (x === 3 && y === 2 ? 255 : 0)));
    const first = await save('Pixel', { imageId, uploadId: binary });
    expect(first.annotation).toMatchObject({ counts: counts([3, 2]), anomalousPixels: 1 });
    const smooth = await upload(grey((x) => (x < 3 ? 127 + x : 0)));
    const again = { imageId, expectedRevision: 1, uploadId: smooth };
    const refused = await save('Pixel', again);
    expect(places(refused)).toEqual(['MASK_NOT_BINARY input.uploadId']);
    expect(refused.userErrors[0]!.message).toMatch(/127, 128, 129.*maskThreshold/);
    expect((await save('Pixel', { ...again, maskThreshold: 128 })).annotation!.anomalousPixels).toBe(2 * height);
  });

  it('stores one of two equal boxes and blocks, with a warning', async () => {
    const imageId = await addImage('ANOMALOUS');
    const box = { x: 1, y: 1, width: 2, height: 2 };
    const boxes = await save('Box', { imageId, boxes: [box, box] });
    expect(boxes.annotation!.boxes).toHaveLength(1);
    expect(boxes.warnings).toMatchObject([{ code: 'DUPLICATE_ANNOTATION', field: ['input', 'boxes', '1'] }]);
    const block = { row: 1, column: 1, label: 'ANOMALOUS' };
    const blocks = await save('Block', { imageId, blockSize: 50, labels: [], blocks: [block, block] });
    expect(blocks.annotation!.labels).toEqual(['NORMAL', 'NORMAL', 'NORMAL', 'ANOMALOUS']);
    expect(blocks.warnings).toMatchObject([{ code: 'DUPLICATE_ANNOTATION' }]);
  });
});

describe('bad labels', () => {
  const box = (x: number, y: number, w: number, h: number) => ({ boxes: [{ x, y, width: w, height: h }] });
  const blocks = (...cells: [row: number, column: number, label: string][]) => ({
    ...{ blockSize: 16, labels: [] },
    blocks: cells.map(([row, column, label]) => ({ row, column, label })),
  });
  const rgba = () =>
    sharp(Buffer.alloc(width * height * 4, 100), { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
  const huge = 'P`beim0';

  it.each([
    ['MASK_RLE_INVALID input.counts', 'Pixel', () => ({ counts: 'T3' })],
    ['MASK_RLE_INVALID input.counts', 'Pixel', () => ({ counts: 'T3O' })],
    ['MASK_RLE_INVALID input.counts', 'Pixel', () => ({ counts: counts([3, 2]).slice(0, -1) })],
    ['MASK_RLE_INVALID input.counts', 'Pixel', () => ({ counts: huge })],
    ['MASK_EMPTY input.counts', 'Pixel', () => ({ counts: counts() })],
    ['MASK_EMPTY input.uploadId', 'Pixel', async () => ({ uploadId: await upload(grey(() => 0)) })],
    ['MASK_SIZE_MISMATCH input.uploadId', 'Pixel', async () => ({ uploadId: await upload(grey(() => 1, width + 1)) })],
    ['MASK_AMBIGUOUS input.uploadId', 'Pixel', async () => ({ uploadId: await upload(await rgba()) })],
    ['IMAGE_CORRUPT input.uploadId', 'Pixel', async () => ({ uploadId: await upload(grey(() => 1).subarray(0, 60)) })],
    ['BAD_USER_INPUT input', 'Pixel', () => ({})],
    [
      'BAD_USER_INPUT input.maskThreshold',
      'Pixel',
      async () => ({ maskThreshold: 0, uploadId: await upload(grey(() => 1)) }),
    ],
    ['BAD_USER_INPUT input.maskThreshold', 'Pixel', () => ({ maskThreshold: 128, counts: counts([1, 1]) })],
    ['NOT_FOUND input.uploadId', 'Pixel', () => ({ uploadId: encodeGlobalId('Upload', uuid()) })],
    ['BOX_EMPTY input.boxes.0', 'Box', () => box(10, 10, 0, 5)],
    ['BOX_INVERTED input.boxes.0', 'Box', () => box(10, 10, -5, 5)],
    ['BOX_OUT_OF_BOUNDS input.boxes.0', 'Box', () => box(90, 10, 15, 5)],
    ['BOX_SUSPECT_NORMALIZED input.boxes.0', 'Box', () => box(0.2, 0.2, 0.5, 0.5)],
    ['LABEL_CONTRADICTION input.boxes', 'Box', () => ({ boxes: [] })],
    ['TOO_MANY_ANNOTATIONS input.boxes', 'Box', () => ({ boxes: Array(1001).fill(box(1, 1, 2, 2).boxes[0]) })],
    ['BLOCK_GRID_MISMATCH input.labels', 'Block', () => ({ blockSize: 16, labels: Array(24).fill('ANOMALOUS') })],
    ['BLOCK_GRID_MISMATCH input.blocks.0', 'Block', () => blocks([4, 0, 'ANOMALOUS'])],
    ['LABEL_CONTRADICTION input.blocks.1', 'Block', () => blocks([1, 2, 'NORMAL'], [1, 2, 'ANOMALOUS'])],
    ['LABEL_CONTRADICTION input.labels', 'Block', () => ({ blockSize: 50, labels: Array(4).fill('NORMAL') })],
    ['BAD_USER_INPUT input.blockSize', 'Block', () => ({ blockSize: 0, labels: [] })],
    ['BAD_USER_INPUT input.activeSeconds', 'Box', () => ({ ...box(1, 1, 2, 2), activeSeconds: -1 })],
    ['TEXT_INVALID input.author', 'Box', () => ({ ...box(1, 1, 2, 2), author: 'a\u202Eb' })],
    ['CONFLICT input.expectedRevision', 'Box', () => ({ ...box(1, 1, 2, 2), expectedRevision: 7 })],
  ] as [string, Kind, () => object | Promise<object>][])(
    'get %s (%s, %#) and store nothing',
    async (place, kind, input) => {
      const imageId = await addImage('ANOMALOUS');
      const content = await input();
      const before = await stored();
      const answer = await cheaply(() => save(kind, { imageId, ...content }));
      expect(places(answer)).toEqual([place]);
      expect([answer.annotation, await stored()]).toEqual([null, before]);
      expect(answer.userErrors[0]!.message).not.toMatch(/\/tmp|select |stack/i);
    },
  );

  it('get both sizes, both sums, row and column in the message', async () => {
    const imageId = await addImage('ANOMALOUS');
    const size = await save('Pixel', { imageId, uploadId: await upload(grey(() => 1, width + 1)) });
    expect(size.userErrors[0]!.message).toMatch(/101x64.*100x64/);
    expect((await save('Pixel', { imageId, counts: 'T3' })).userErrors[0]!.message).toMatch(/100 pixels.*6400/);
    const both = await save('Block', { imageId, ...blocks([1, 2, 'NORMAL'], [1, 2, 'ANOMALOUS']) });
    expect(both.userErrors[0]!.message).toContain('row 1, column 2');
  });

  it('get all problems of one input at once', async () => {
    const imageId = await addImage('ANOMALOUS');
    const boxes = [...box(1, 1, 0, 1).boxes, ...box(99, 1, 5, 1).boxes];
    expect(places(await save('Box', { imageId, boxes, activeSeconds: -1, author: '' })).sort()).toEqual([
      'BAD_USER_INPUT input.activeSeconds',
      'BOX_EMPTY input.boxes.0',
      'BOX_OUT_OF_BOUNDS input.boxes.1',
      'TEXT_INVALID input.author',
    ]);
  });

  it('get LABEL_CONTRADICTION on a normal image, whose label cannot become normal under marks either', async () => {
    const imageId = await addImage('NORMAL');
    const marks: [Kind, object][] = [
      ['Pixel', { counts: counts([1, 1]) }],
      ['Box', box(1, 1, 2, 2)],
      ['Block', blocks([0, 0, 'ANOMALOUS'])],
    ];
    for (const [kind, content] of marks) {
      expect((await save(kind, { imageId, ...content })).userErrors).toMatchObject([{ code: 'LABEL_CONTRADICTION' }]);
      const other = await addImage('UNLABELLED');
      expect((await save(kind, { imageId: other, ...content })).userErrors).toEqual([]);
      const query = `mutation($id: ID!) { updateImages(input: { ids: [$id], label: NORMAL }) { userErrors { code } } }`;
      const { data } = await ask(server.url, query, { id: other });
      expect(data).toEqual({ updateImages: { userErrors: [{ code: 'LABEL_CONTRADICTION' }] } });
    }
  });

  it('are refused by GraphQL itself where a value is none: block labels, numbers', async () => {
    const imageId = await addImage('ANOMALOUS');
    const refused = async (kind: Kind, input: object) => {
      const query = `mutation($input: Save${kind}AnnotationInput!) { save${kind}Annotation(input: $input) { annotation { id } } }`;
      return (await ask(server.url, query, { input: { imageId, expectedRevision: 0, ...input } })).codes;
    };
    expect(await refused('Block', { blockSize: 100, labels: ['BROKEN'] })).toEqual(['BAD_USER_INPUT']);
    expect(await refused('Box', { boxes: [{ x: 'NaN', y: 0, width: 1, height: 1 }] })).toEqual(['BAD_USER_INPUT']);
    expect(await refused('Box', { boxes: [{ x: null, y: 0, width: 1, height: 1 }] })).toEqual(['BAD_USER_INPUT']);
  });

  it('get NOT_FOUND for an image that was deleted, and for an upload of another data set', async () => {
    const gone = await server.services.datasets.create(everything, { name: 'gone' });
    const deleted = await addImage('ANOMALOUS', { datasetId: gone.id });
    await server.services.datasets.remove(everything, gone.id);
    expect(places(await save('Box', { imageId: deleted, ...box(1, 1, 2, 2) }))).toEqual(['NOT_FOUND input.imageId']);

    const other = await server.services.datasets.create(everything, { name: 'other' });
    const foreign = await addImage('ANOMALOUS', { datasetId: other.id });
    const imageId = await addImage('ANOMALOUS');
    const used = await upload(grey((x) => (x === 1 ? 1 : 0)));
    expect((await save('Pixel', { imageId, uploadId: used })).userErrors).toEqual([]);
    expect(places(await save('Pixel', { imageId: foreign, uploadId: used }))).toEqual(['NOT_FOUND input.uploadId']);
    const announced = await upload(
      grey(() => 1),
      { datasetId: encodeGlobalId('Dataset', other.id) },
    );
    const input = { imageId, uploadId: announced, expectedRevision: 1 };
    expect(places(await save('Pixel', input))).toEqual(['NOT_FOUND input.uploadId']);
    expect((await save('Pixel', { imageId: foreign, uploadId: announced })).userErrors).toEqual([]);
  });
});
