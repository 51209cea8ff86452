import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { cursorOf, limitToPage, pageOf, paginate, readRows, type Page, type PageOrder } from './pagination.js';

/** The same connection of several owners, e.g. the evaluations of each of fifty model versions. */
export interface OwnedPageOrder extends Omit<PageOrder, 'connection'> {
  /** Property of the entity that holds its owner's UUID. */
  owner: string;
  /** Property that tells the rows of one owner apart. */
  id: string;
  /** Names the connection of one owner inside its cursors. */
  connection: (owner: string) => string;
}

/**
 * Reads the page of each owner, in the order of `owners`: by one statement for all, and by one more for their totals when one
 * is asked for. Cursors belong to one owner, so a request with a cursor is read owner by owner.
 * @param query the rows of all owners.
 * @throws FaultError as {@link paginate}.
 */
export async function paginateEach<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  owners: readonly string[],
  order: OwnedPageOrder,
): Promise<Page<E>[]> {
  const { owner, alias, keys, request, connection } = order;
  const ownedBy = (sql: string) => query.clone().andWhere(`${alias}.${owner} = ${sql}`);
  if (owners.length === 1 || request.after || request.before) {
    const read = (one: string) =>
      paginate(ownedBy(':owner').setParameter('owner', one), { alias, keys, request, connection: connection(one) });
    return Promise.all(owners.map(read));
  }
  const found = new Map(owners.map((one) => [one, [] as E[]]));
  for (const row of await readAll(query, owners, order)) found.get(row[owner] as string)?.push(row);
  const totals = counterOf(query, owners, order);
  return owners.map((one) =>
    pageOf(found.get(one)!, {
      request,
      cursorOf: (node) => cursorOf(connection(one), keys, node),
      totalCount: async () => (await totals()).get(one) ?? 0,
    }),
  );
}

/** Every owner's rows by one index walk each, inside one statement. */
function readAll<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  owners: readonly string[],
  { owner, id, alias, keys, request }: OwnedPageOrder,
): Promise<E[]> {
  const ofOne = limitToPage(query.clone().andWhere(`${alias}.${owner} = wanted.owner`), alias, keys, request);
  const picked = ofOne.select(`${alias}.${id}`, 'id').getQuery();
  const rows = query.clone().andWhere(
    `(${alias}.${owner}, ${alias}.${id}) IN (SELECT wanted.owner, picked.id
         FROM unnest(CAST(:owners AS uuid[])) AS wanted(owner), LATERAL (${picked}) AS picked)`,
    { owners },
  );
  return readRows(limitToPage(rows, alias, keys, request).limit(undefined), keys);
}

/** Rows per owner, counted once, when the first total is asked for. */
function counterOf<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  owners: readonly string[],
  { alias, owner }: OwnedPageOrder,
): () => Promise<Map<string, number>> {
  const count = async () => {
    const rows: { owner: string; count: number }[] = await query
      .clone()
      .select(`${alias}.${owner}`, 'owner')
      .addSelect('count(*)::int', 'count')
      .andWhere(`${alias}.${owner} = ANY(:owners)`, { owners })
      .groupBy(`${alias}.${owner}`)
      .getRawMany();
    return new Map(rows.map((row) => [row.owner, row.count]));
  };
  let counted: Promise<Map<string, number>> | undefined;
  return () => (counted ??= count());
}
