import { Brackets, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { FaultError } from '../shared/errors.js';

export const maximumPageSize = 200;
export const defaultPageSize = 50;

/** Arguments of a forward Relay connection. */
export interface PageRequest {
  /** 1 to 200; 50 when left out. */
  first?: number | null | undefined;
  /** Cursor of the row before the page. */
  after?: string | null | undefined;
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

export interface PageKey {
  /** Property of the entity. Not a timestamp: JavaScript drops its microseconds. */
  column: string;
  direction: 'ASC' | 'DESC';
}

export interface PageOrder {
  /** Names the connection inside its cursors; put in whatever decides its rows and order, e.g. `images:<dataset id>`. */
  connection: string;
  /** The entity's alias in the query. */
  alias: string;
  /** Outermost first; together they must be unique, so the last one is a primary key. */
  keys: readonly PageKey[];
  request: PageRequest;
}

export type KeyValue = string | number | boolean;

/**
 * Reads one page by keyset: as fast at the end of the list as at its start, and stable while rows are added.
 * @throws FaultError BAD_USER_INPUT for a page size outside 1..200, CURSOR_INVALID for a cursor of another connection.
 */
export async function paginate<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  { connection, alias, keys, request }: PageOrder,
): Promise<Page<E>> {
  const first = pageSize(request.first);
  const rows = query.clone();
  const after = request.after ?? undefined;
  if (after !== undefined) applyCursor(rows, alias, keys, decodeCursor(connection, after));
  for (const { column, direction } of keys) rows.addOrderBy(`${alias}.${column}`, direction);
  // One row more than asked tells whether there is a next page. `limit`, not `take`: joins here are to-one.
  const found = await rows.limit(first + 1).getMany();
  const nodes = found.slice(0, first);
  return {
    nodes,
    cursors: nodes.map((node) =>
      encodeCursor(
        connection,
        keys.map(({ column }) => node[column] as KeyValue),
      ),
    ),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
    totalCount: () => query.clone().getCount(),
  };
}

/** The page size to use. @throws FaultError BAD_USER_INPUT outside 1..200. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? defaultPageSize;
  if (!Number.isInteger(size) || size < 1 || size > maximumPageSize) {
    throw new FaultError('BAD_USER_INPUT', `first is ${size}; it must be a whole number from 1 to ${maximumPageSize}`);
  }
  return size;
}

/** Opaque text that names the connection and a row's keys. */
export function encodeCursor(connection: string, values: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([connection, ...values])).toString('base64url');
}

/** The keys inside a cursor. @throws FaultError CURSOR_INVALID when it was not made for this connection. */
export function decodeCursor(connection: string, cursor: string): KeyValue[] {
  const [madeFor, ...values] = parseCursor(cursor);
  if (madeFor !== connection || !values.every(isKeyValue)) {
    throw cursorInvalid('it belongs to another connection; use a cursor of this one, unchanged');
  }
  return values;
}

function parseCursor(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor.slice(0, 2_000), 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? (parsed as unknown[]) : [];
  } catch {
    throw cursorInvalid('it is not a cursor of this server');
  }
}

function isKeyValue(value: unknown): value is KeyValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** The error for a cursor that cannot be used, in one wording. */
export function cursorInvalid(reason: string): FaultError {
  return new FaultError('CURSOR_INVALID', `The cursor in "after" cannot be used: ${reason}.`);
}

/** Adds "behind the cursor": for keys (a, b): a beyond, or a equal and b beyond. */
function applyCursor<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  alias: string,
  keys: readonly PageKey[],
  values: readonly KeyValue[],
): void {
  if (values.length !== keys.length || !keys.every((key, i) => fitsColumn(query, key.column, values[i]!))) {
    throw cursorInvalid('its content does not fit this connection');
  }
  const behind = new Brackets((either) => {
    keys.forEach(({ column, direction }, i) => {
      const equalSoFar = keys.slice(0, i).map((key, j) => `${alias}.${key.column} = :cursor${j}`);
      const beyond = `${alias}.${column} ${direction === 'ASC' ? '>' : '<'} :cursor${i}`;
      either.orWhere([...equalSoFar, beyond].join(' AND '));
    });
  });
  query.andWhere(behind).setParameters(Object.fromEntries(values.map((value, i) => [`cursor${i}`, value])));
}

/** Cursors are not signed: a forged value must not reach PostgreSQL as a type it refuses. */
function fitsColumn<E extends ObjectLiteral>(query: SelectQueryBuilder<E>, column: string, value: KeyValue): boolean {
  const type = query.expressionMap.mainAlias?.metadata.findColumnWithPropertyName(column)?.type;
  switch (type) {
    case 'uuid':
      return typeof value === 'string' && uuidPattern.test(value);
    case 'integer':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
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
