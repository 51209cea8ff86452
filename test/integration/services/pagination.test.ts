import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  DatasetEntity,
  EvaluatedImageEntity,
  ImageEntity,
  ProjectEntity,
} from '../../../src/database/entities/index.js';
import { paginateEach } from '../../../src/services/paginateEach.js';
import { encodeCursor, paginate, type PageKey, type PageRequest } from '../../../src/services/pagination.js';
import type { FaultError } from '../../../src/shared/errors.js';
import { useDatabase } from '../../support/database.js';
import { useStatements } from '../../support/statements.js';

const database = useDatabase();
const statementsOf = useStatements(database);
const ids = Array.from({ length: 7 }, () => uuid());

beforeAll(async () => {
  const manager = database.dataSource.manager;
  const project = await manager.save(manager.create(ProjectEntity, { id: uuid(), name: 'p' }));
  const dataset = await manager.save(manager.create(DatasetEntity, { id: uuid(), name: 'd', projectId: project.id }));
  // Widths repeat, so that the second key decides.
  const images = ids.map((id, i) =>
    manager.create(ImageEntity, {
      ...{ id, datasetId: dataset.id, filename: `${i}.png`, sha256: 'a', bytes: 1, height: 1, width: 10 + (i % 3) },
      ...{ split: 'TRAIN', label: 'NORMAL', defectType: null },
    }),
  );
  await manager.save(images);
});

const byId: PageKey[] = [{ column: 'id', direction: 'ASC' }];
const byWidth: PageKey[] = [
  { column: 'width', direction: 'DESC' },
  { column: 'id', direction: 'ASC' },
];

function page(request: PageRequest, keys = byId, connection = 'images') {
  const query = database.dataSource.getRepository(ImageEntity).createQueryBuilder('image');
  return paginate(query, { connection, alias: 'image', keys, request });
}

async function walk(first: number, keys: PageKey[]): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | undefined, more = true; more;) {
    const { nodes, cursors, hasNextPage, hasPreviousPage } = await page({ first, after }, keys);
    expect(hasPreviousPage).toBe(after !== undefined);
    seen.push(...nodes.map(({ id }) => id));
    after = cursors.at(-1);
    more = hasNextPage;
  }
  return seen;
}

describe('paginate', () => {
  it.each([1, 2, 3, 7, 200])('walks over every row once, %i at a time', async (first) => {
    expect(await walk(first, byId)).toEqual(ids);
    const widestFirst = [2, 5, 1, 4, 0, 3, 6].map((i) => ids[i]);
    expect(await walk(first, byWidth)).toEqual(widestFirst);
  });

  it.each([1, 2, 3, 7, 200])(
    'walks back over every row once, %i at a time, each page in reading order',
    async (last) => {
      for (const keys of [byId, byWidth]) {
        const seen: string[] = [];
        for (let before: string | undefined, more = true; more;) {
          const found = await page({ last, before }, keys);
          expect(found.hasNextPage).toBe(before !== undefined);
          seen.unshift(...found.nodes.map(({ id }) => id));
          before = found.cursors[0];
          more = found.hasPreviousPage;
        }
        expect(seen).toEqual(await walk(3, keys));
      }
    },
  );

  it('reads what lies between two cursors, from either side', async () => {
    const { cursors } = await page({}, byWidth);
    const between = { after: cursors[1]!, before: cursors[5]! };
    const order = await walk(200, byWidth);
    const idsOf = async (request: PageRequest) => (await page(request, byWidth)).nodes.map(({ id }) => id);
    expect(await idsOf(between)).toEqual(order.slice(2, 5));
    expect(await idsOf({ ...between, first: 2 })).toEqual(order.slice(2, 4));
    expect(await idsOf({ ...between, last: 2 })).toEqual(order.slice(3, 5));
    expect(await page({ ...between, last: 3 }, byWidth)).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('begins at the cursor in the index, also with several keys', async () => {
    const { cursors } = await page({}, byWidth);
    const statements = await statementsOf(() => page({ first: 1, after: cursors[3] }, byWidth));
    expect(statements.join()).toMatch(/"width" <= \$\d+ AND \(/);
  });

  it('counts all rows when asked, wherever the page stands', async () => {
    const first = await page({ first: 2 });
    const second = await page({ first: 2, after: first.cursors[1] });
    expect([await first.totalCount(), await second.totalCount()]).toEqual([7, 7]);
  });

  it('is empty behind the last row', async () => {
    const { cursors } = await page({});
    const rest = await page({ after: cursors.at(-1) });
    expect(rest).toMatchObject({ nodes: [], cursors: [], hasNextPage: false, hasPreviousPage: true });
  });

  it.each([0, -1, 201, 1.5, NaN, Infinity])('refuses a page of %d with the allowed range', async (first) => {
    await expect(page({ first })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `first is ${first}; it must be a whole number from 1 to 200`,
    } satisfies Partial<FaultError>);
  });

  it.each([0, -1, 201])('refuses a last page of %d with the allowed range', async (last) => {
    await expect(page({ last })).rejects.toThrow(`last is ${last}; it must be a whole number from 1 to 200`);
  });

  it('refuses first with last, with the allowed range', async () => {
    await expect(page({ first: 5, last: 5 })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'first is 5 and last is 5; give one of the two, a whole number from 1 to 200',
    });
  });

  it.each([
    ['of another connection', encodeCursor('datasets', [ids[0]!])],
    ['that is no cursor', 'nonsense'],
    ['that is empty', ''],
    ['of 10 kB', 'x'.repeat(10_000)],
    ['that holds JSON, but no list', Buffer.from('{"a":1}').toString('base64url')],
    ['with too many values', encodeCursor('images', [ids[0]!, 1])],
    ['with no values', encodeCursor('images', [])],
    ['whose id is none', encodeCursor('images', ["' OR 1=1"])],
    ['whose id is a number', encodeCursor('images', [1])],
    ['whose value is a list', Buffer.from('["images",["a"]]').toString('base64url')],
  ])('refuses a cursor %s', async (_name, after) => {
    await expect(page({ after })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await expect(page({ before: after })).rejects.toThrow(/^The cursor in "before" cannot be used/);
  });

  it.each([[2 ** 31], [1.5], ['x']])('refuses %s where an integer belongs', async (width) => {
    const after = encodeCursor('images', [width, ids[0]!]);
    await expect(page({ after }, byWidth)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('refuses NUL in a text key, which PostgreSQL would not take', async () => {
    const keys: PageKey[] = [{ column: 'filename', direction: 'ASC' }, ...byId];
    const after = encodeCursor('images', ['a\0b', ids[0]!]);
    await expect(page({ after }, keys)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('reads numbers of double precision back as they were', async () => {
    const query = database.dataSource.getRepository(EvaluatedImageEntity).createQueryBuilder('result');
    const keys: PageKey[] = [{ column: 'anomalyScore', direction: 'DESC' }, ...byId];
    const after = encodeCursor('results', [0.1 + 0.2, ids[0]!]);
    const { nodes } = await paginate(query, { connection: 'results', alias: 'result', keys, request: { after } });
    expect(nodes).toEqual([]);
  });
});

describe('paginateEach', () => {
  let datasets: string[];
  beforeAll(async () => {
    const manager = database.dataSource.manager;
    const { projectId, id } = await manager.findOneByOrFail(DatasetEntity, { name: 'd' });
    const others = [uuid(), uuid()];
    await manager.insert(
      DatasetEntity,
      others.map((other, i) => ({ id: other, name: `d${i}`, projectId })),
    );
    const image = { sha256: 'a', bytes: 1, height: 1, width: 1, split: 'TRAIN', label: 'NORMAL' } as const;
    await manager.insert(
      ImageEntity,
      [0, 1].map((i) => ({ ...image, id: uuid(), datasetId: others[0]!, filename: `${i}` })),
    );
    datasets = [others[1]!, id, others[0]!];
  });

  const pages = (request: PageRequest, keys = byId, owners = datasets) =>
    paginateEach(database.dataSource.getRepository(ImageEntity).createQueryBuilder('image'), owners, {
      ...{
        connection: (owner: string) => `images:${owner}`,
        alias: 'image',
        owner: 'datasetId',
        id: 'id',
        keys,
        request,
      },
    });
  const outline = (found: Awaited<ReturnType<typeof pages>>) =>
    found.map(({ nodes, cursors, hasNextPage, hasPreviousPage }) => {
      return { filenames: nodes.map(({ filename }) => filename), cursors, hasNextPage, hasPreviousPage };
    });

  it.each([[{}], [{ first: 1 }], [{ first: 2 }], [{ last: 2 }], [{ last: 3 }]])(
    'reads by one statement what one page after the other gives: %j',
    async (request) => {
      for (const keys of [byId, byWidth]) {
        const single = await Promise.all(datasets.map(async (owner) => (await pages(request, keys, [owner]))[0]!));
        const statements = await statementsOf(async () => {
          expect(outline(await pages(request, keys))).toEqual(outline(single));
        });
        expect(statements).toHaveLength(1);
      }
    },
  );

  it('counts by one statement', async () => {
    const found = await pages({ first: 1 });
    const statements = await statementsOf(async () => {
      expect(await Promise.all(found.map((one) => one.totalCount()))).toEqual([0, 7, 2]);
    });
    expect(statements).toHaveLength(1);
  });

  it('refuses the cursor of one owner for another', async () => {
    const [, second] = await pages({ first: 1 });
    await expect(pages({ after: second!.cursors[0] })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    expect((await pages({ after: second!.cursors[0] }, byId, [datasets[1]!]))[0]!.nodes).toHaveLength(6);
  });
});
