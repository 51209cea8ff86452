import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, ImageEntity } from '../../../src/database/entities/index.js';
import type { ImageFilter } from '../../../src/services/images/imageFilter.js';
import type { ImageOrder } from '../../../src/services/images/imageOrder.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting, type Scored } from '../graphql/registrySetting.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
let setting: RegistrySetting;
let version = '';
const ids = new Map<string, string>();

const scored: readonly Scored[] = [
  { filename: 'd.png', label: 'NORMAL', score: 0.3 },
  { filename: 'a.png', label: 'ANOMALOUS', score: 0.9 },
  { filename: 'c.png', label: 'NORMAL', score: 0.3 },
  { filename: 'b.png', label: 'ANOMALOUS', score: 0.5 },
];

beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  setting = await new RegistrySetting(database.dataSource, server.services).prepare('tiles', scored);
  version = (await setting.version('tiles')).id;
  await setting.evaluation(
    version,
    scored.map((one) => ({ ...one, score: one.score + 1 })),
  );
  await setting.evaluation(version, scored);
  for (const { id, filename } of await database.dataSource.getRepository(ImageEntity).find()) ids.set(filename, id);
  await annotate('TEST/a.png', 'Ada', 12);
  await annotate('TEST/b.png', 'Ben', 30);
  await annotate('TEST/c.png', 'Ada', null);
});
afterAll(() => server.stop());

async function annotate(filename: string, author: string, activeSeconds: number | null): Promise<void> {
  const payload = { boxes: [{ x: 1, y: 1, width: 4, height: 4 }] };
  await database.dataSource.getRepository(AnnotationEntity).insert({
    ...{
      id: uuid(),
      imageId: ids.get(filename)!,
      kind: 'BOX',
      revision: 1,
      source: 'HUMAN',
      author,
      activeSeconds,
      payload,
    },
  });
}

/** Names of the TEST images, read in pages of two, forwards and backwards. */
async function names(order: ImageOrder | null, filter: ImageFilter = {}): Promise<string[]> {
  const read = async (direction: 'first' | 'last') => {
    const found: string[] = [];
    let cursor: string | undefined;
    for (;;) {
      const place = direction === 'first' ? { first: 2, after: cursor } : { last: 2, before: cursor };
      const where = { split: 'TEST', ...filter } as const;
      const [page] = await server.services.images.pagesOfDatasets(everything, [setting.datasetId], place, where, order);
      const own = page!.nodes.map((image) => image.filename.replace('TEST/', ''));
      if (direction === 'first') found.push(...own);
      else found.unshift(...own);
      cursor = direction === 'first' ? page!.cursors.at(-1) : page!.cursors[0];
      if (!(direction === 'first' ? page!.hasNextPage : page!.hasPreviousPage)) return found;
    }
  };
  const forwards = await read('first');
  expect(await read('last')).toEqual(forwards);
  return forwards;
}

describe('images of a data set in an order', () => {
  it.each([
    ['nothing asked', null, 'd a c b'],
    ['added', { field: 'ADDED', direction: 'DESC' }, 'b c a d'],
    ['name', { field: 'FILENAME', direction: 'ASC' }, 'a b c d'],
    ['name downwards', { field: 'FILENAME', direction: 'DESC' }, 'd c b a'],
    ['seconds', { field: 'LABEL_SECONDS', direction: 'ASC' }, 'a b d c'],
    ['seconds downwards', { field: 'LABEL_SECONDS', direction: 'DESC' }, 'b a c d'],
  ] as const)('%s', async (_name, order, expected) => {
    expect((await names(order)).map((name) => name[0]).join(' ')).toBe(expected);
  });

  it('goes by the newest score a version has given; equal scores keep their order', async () => {
    const order = (direction: 'ASC' | 'DESC') => ({ field: 'SCORE', direction, modelVersionId: version }) as const;
    expect(await names(order('DESC'))).toEqual(['a.png', 'b.png', 'c.png', 'd.png']);
    expect(await names(order('ASC'))).toEqual(['d.png', 'c.png', 'b.png', 'a.png']);
    const other = (await setting.version('other')).id;
    expect(await names({ field: 'SCORE', direction: 'DESC', modelVersionId: other })).toHaveLength(4);
  });

  it('refuses a score of no version, and a version for what needs none', async () => {
    const problem = { code: 'BAD_USER_INPUT' };
    await expect(names({ field: 'SCORE', direction: 'ASC' })).rejects.toMatchObject(problem);
    await expect(names({ field: 'ADDED', direction: 'ASC', modelVersionId: version })).rejects.toMatchObject(problem);
  });

  it('of several data sets is one page each', async () => {
    const empty = await server.services.datasets.create(everything, { name: 'empty' });
    const order = { field: 'SCORE', direction: 'DESC', modelVersionId: version } as const;
    const owners = [empty.id, setting.datasetId];
    const pages = await server.services.images.pagesOfDatasets(
      everything,
      owners,
      { first: 2 },
      { split: 'TEST' },
      order,
    );
    expect(pages.map(({ nodes }) => nodes.map(({ filename }) => filename))).toEqual([[], ['TEST/a.png', 'TEST/b.png']]);
    const next = { first: 2, after: pages[1]!.cursors[1]! };
    const [rest] = await server.services.images.pagesOfDatasets(
      everything,
      [setting.datasetId],
      next,
      { split: 'TEST' },
      order,
    );
    expect(rest!.nodes.map(({ filename }) => filename)).toEqual(['TEST/c.png', 'TEST/d.png']);
  });
});

describe('a filter of images', () => {
  it.each([
    ['part of the name in any case', { filenameContains: 'A.P' }, ['a.png']],
    ['what LIKE would take for anything', { filenameContains: '%' }, []],
    ['author', { author: 'Ada' }, ['a.png', 'c.png']],
    ['nobody of that name', { author: 'ada' }, []],
  ] as const)('by %s', async (_name, filter, expected) => {
    expect(await names({ field: 'FILENAME', direction: 'ASC' }, filter)).toEqual(expected);
  });

  it('by the range of the newest score, the upper end left out', async () => {
    const by = (from?: number, to?: number) =>
      names({ field: 'FILENAME', direction: 'ASC' }, { score: { modelVersionId: version, from, to } });
    expect(await by(0.3, 0.9)).toEqual(['b.png', 'c.png', 'd.png']);
    expect(await by(0.5)).toEqual(['a.png', 'b.png']);
    expect(await by(undefined, 0.3)).toEqual([]);
    await expect(by(1, 0)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('the newest prediction of an image', () => {
  const of = (asked: object) =>
    server.services.imagePredictions.newestOfImages(
      everything,
      [ids.get('TEST/a.png')!, ids.get('VALIDATION/a.png')!],
      asked,
    );

  it('is found by version and by alias, and is null where none is stored', async () => {
    expect(await of({ modelVersionId: version })).toMatchObject([{ anomalyScore: 0.9, noun: 'Evaluation' }, null]);
    expect(await of({ alias: 'champion' })).toEqual([null, null]);
    await server.services.modelAliases.set(everything, { modelVersionId: version, alias: 'champion' });
    expect(await of({ alias: 'champion' })).toMatchObject([{ modelVersionId: version }, null]);
    expect(await of({ alias: 'champion', model: 'tiles' })).toMatchObject([{ modelVersionId: version }, null]);
    expect(await of({ alias: 'champion', model: 'other' })).toEqual([null, null]);
  });

  it('needs a version or an alias, and not both', async () => {
    await expect(of({})).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(of({ modelVersionId: version, alias: 'champion' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
