import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  DatasetEntity,
  EvaluatedImageEntity,
  ImageEntity,
  ProjectEntity,
} from '../../../src/database/entities/index.js';
import { encodeCursor, paginate, type PageKey, type PageRequest } from '../../../src/services/pagination.js';
import type { FaultError } from '../../../src/shared/errors.js';
import { useDatabase } from '../../support/database.js';

const database = useDatabase();
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
