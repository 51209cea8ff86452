import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { FaultError } from '../shared/errors.js';

/** Items that one page has at most. */
export const maximumPageSize = 200;
/** Items of a page when nobody asks for a number. */
export const defaultPageSize = 50;

/** Arguments of a Relay connection. */
export interface PageRequest {
  /** Rows from the start, 1 to 200; 50 when `last` is left out too. */
  first?: number | null | undefined;
  /** Cursor of the row before the page. */
  after?: string | null | undefined;
  /** Rows from the end, 1 to 200; not together with `first`. */
  last?: number | null | undefined;
  /** Cursor of the row behind the page. */
  before?: string | null | undefined;
}

/** One page of rows in the order of the connection's keys. */
export interface Page<E> {
  nodes: E[];
  /** One for each node. */
  cursors: string[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Rows of the whole connection; counted only when called. */
  totalCount(): Promise<number>;
}

/** A column that pages are ordered by. */
export interface PageKey {
  /** Property of the entity. Not a timestamp: JavaScript drops its microseconds. */
  column: string;
  direction: 'ASC' | 'DESC';
  /** `alias.property` of a joined table that equals the column, where that is what an index is ordered by. */
  of?: string;
  /** Where `of` is a double precision computed in SQL instead of a column: the same of a row. `column` is then only a name. */
  computed?: (row: ObjectLiteral) => number;
  /** Where it cannot be computed of a row: it is read along with the row, as its property `column`. */
  isSelected?: true;
}

/** What pages of a list are ordered by, and which list it is. */
export interface PageOrder {
  /** Names the connection inside its cursors; put in whatever decides its rows and order, e.g. `images:<dataset id>`. */
  connection: string;
  /** The entity's alias in the query. */
  alias: string;
  /** Outermost first; together they must be unique, so the last one is a primary key. */
  keys: readonly PageKey[];
  request: PageRequest;
}

/** What a cursor keeps of a column. */
export type KeyValue = string | number | boolean;

/**
 * Reads one page by keyset: as fast at the end of the list as at its start, and stable while rows are added.
 * @throws FaultError BAD_USER_INPUT for a page size outside 1..200 and for `first` with `last`, CURSOR_INVALID for a cursor of
 *   another connection.
 */
export async function paginate<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  { connection, alias, keys, request }: PageOrder,
): Promise<Page<E>> {
  const rows = query.clone();
  applyCursors(rows, { connection, alias, keys, request });
  const found = await readRows(limitToPage(rows, alias, keys, request), keys);
  return pageOf(found, {
    request,
    cursorOf: (node) => cursorOf(connection, keys, node),
    totalCount: () => countRows(query),
  });
}

/** The rows of a query, with what their keys select. */
export async function readRows<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  keys: readonly PageKey[],
): Promise<E[]> {
  const selected = keys.filter(({ isSelected }) => isSelected);
  if (selected.length === 0) return query.getMany();
  for (const { of, column } of selected) query.addSelect(of!, column);
  const { entities, raw } = await query.getRawAndEntities<Record<string, unknown>>();
  return entities.map((row, i) =>
    Object.assign(row, Object.fromEntries(selected.map(({ column }) => [column, Number(raw[i]![column])]))),
  );
}

/** Not `getCount`, which sorts all ids to count each once: joins here are to-one. */
async function countRows<E extends ObjectLiteral>(query: SelectQueryBuilder<E>): Promise<number> {
  const row = await query.clone().select('count(*)::int', 'count').orderBy().getRawOne<{ count: number }>();
  return row!.count;
}

/** Orders by the keys, from the end when the page is the last one. One row more than asked tells whether there is more. */
export function limitToPage<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  alias: string,
  keys: readonly PageKey[],
  request: PageRequest,
): SelectQueryBuilder<E> {
  const fromEnd = isFromEnd(request);
  for (const key of keys)
    query.addOrderBy(key.of ?? `${alias}.${key.column}`, fromEnd ? opposite[key.direction] : key.direction);
  // `limit`, not `take`: joins here are to-one.
  return query.limit(pageSize(request) + 1);
}

/** The cursor that continues behind a row. */
export function cursorOf(connection: string, keys: readonly PageKey[], node: ObjectLiteral): string {
  return encodeCursor(
    connection,
    keys.map(({ column, computed }) => computed?.(node) ?? (node[column] as KeyValue)),
  );
}

const opposite = { ASC: 'DESC', DESC: 'ASC' } as const;

/** What a page is made of. */
export interface PageParts<E> {
  request: PageRequest;
  cursorOf: (node: E) => string;
  totalCount: () => Promise<number>;
}

/** Makes a page of the rows found: in reading order from the side that was asked for, with one more than fits if there is one. */
export function pageOf<E>(found: readonly E[], { request, cursorOf: cursor, totalCount }: PageParts<E>): Page<E> {
  const size = pageSize(request);
  const fromEnd = isFromEnd(request);
  const more = found.length > size;
  const nodes = found.slice(0, size);
  if (fromEnd) nodes.reverse();
  return {
    nodes,
    cursors: nodes.map(cursor),
    hasNextPage: isGiven(request.before) || (!fromEnd && more),
    hasPreviousPage: isGiven(request.after) || (fromEnd && more),
    totalCount,
  };
}

/** The page size to use. @throws FaultError BAD_USER_INPUT outside 1..200, or when both `first` and `last` are given. */
export function pageSize({ first, last }: PageRequest): number {
  const rule = `a whole number from 1 to ${maximumPageSize}`;
  if (isGiven(first) && isGiven(last)) {
    throw new FaultError('BAD_USER_INPUT', `first is ${first} and last is ${last}; give one of the two, ${rule}`);
  }
  const [name, size] = isGiven(last) ? (['last', last] as const) : (['first', first ?? defaultPageSize] as const);
  if (!Number.isInteger(size) || size < 1 || size > maximumPageSize) {
    throw new FaultError('BAD_USER_INPUT', `${name} is ${size}; it must be ${rule}`);
  }
  return size;
}

/** Whether the page is counted from the end of its connection. */
export function isFromEnd({ last }: PageRequest): boolean {
  return isGiven(last);
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** Opaque text that names the connection and a row's keys. */
export function encodeCursor(connection: string, values: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([connection, ...values])).toString('base64url');
}

/** Argument that a cursor came in. */
export type CursorArgument = 'after' | 'before';

/** The keys inside a cursor. @throws FaultError CURSOR_INVALID when it was not made for this connection. */
export function decodeCursor(connection: string, cursor: string, argument: CursorArgument = 'after'): KeyValue[] {
  const [madeFor, ...values] = parseCursor(cursor, argument);
  if (madeFor !== connection || !values.every(isKeyValue)) {
    throw cursorInvalid('it belongs to another connection; use a cursor of this one, unchanged', argument);
  }
  return values;
}

function parseCursor(cursor: string, argument: CursorArgument): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor.slice(0, 2_000), 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? (parsed as unknown[]) : [];
  } catch {
    throw cursorInvalid('it is not a cursor of this server', argument);
  }
}

function isKeyValue(value: unknown): value is KeyValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** The error for a cursor that cannot be used, in one wording. */
export function cursorInvalid(reason: string, argument: CursorArgument = 'after'): FaultError {
  return new FaultError('CURSOR_INVALID', `The cursor in "${argument}" cannot be used: ${reason}.`);
}

function applyCursors<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  { connection, alias, keys, request }: PageOrder,
): void {
  for (const argument of ['after', 'before'] as const) {
    const cursor = request[argument];
    if (!isGiven(cursor)) continue;
    const values = decodeCursor(connection, cursor, argument);
    if (values.length !== keys.length || !keys.every((key, i) => fitsKey(query, key, values[i]!))) {
      throw cursorInvalid('its content does not fit this connection', argument);
    }
    const parameters = Object.fromEntries(values.map((value, i) => [`${argument}${i}`, value]));
    query.andWhere(`(${beyondCursor(alias, keys, argument)})`, parameters);
  }
}

/** SQL of "behind (or before) the cursor": for keys (a, b): a beyond, or a equal and b beyond. */
function beyondCursor(alias: string, keys: readonly PageKey[], argument: CursorArgument): string {
  const terms = keys.map((key, i) => {
    const sql = key.of ?? `${alias}.${key.column}`;
    const sign = (key.direction === 'ASC') === (argument === 'after') ? '>' : '<';
    return {
      equal: `${sql} = :${argument}${i}`,
      beyond: `${sql} ${sign} :${argument}${i}`,
      bound: `${sql} ${sign}= :${argument}${i}`,
    };
  });
  const either = terms.map(({ beyond }, i) => [...terms.slice(0, i).map(({ equal }) => equal), beyond].join(' AND '));
  // The alternatives alone would make PostgreSQL walk the index from its start; the bound lets it begin at the cursor.
  return keys.length === 1 ? either[0]! : `${terms[0]!.bound} AND (${either.join(' OR ')})`;
}

/** Cursors are not signed: a forged value must not reach PostgreSQL as a type it refuses. */
function fitsKey<E extends ObjectLiteral>(query: SelectQueryBuilder<E>, key: PageKey, value: KeyValue): boolean {
  const column = query.expressionMap.mainAlias?.metadata.findColumnWithPropertyName(key.column);
  const type = key.computed || key.isSelected ? 'double precision' : column?.type;
  switch (type) {
    case 'uuid':
      return typeof value === 'string' && uuidPattern.test(value);
    case 'integer':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
    case 'bigint':
      return Number.isSafeInteger(value);
    case 'double precision':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && !value.includes('\0');
    default:
      return false;
  }
}

/** Text form of a UUID of any version. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
