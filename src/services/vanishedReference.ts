import { isForeignKeyViolation } from '../database/index.js';
import type { Problem } from '../shared/errors.js';

/** What TypeORM and PostgreSQL tell of a statement that failed. */
interface FailedStatement {
  query?: string;
  detail?: string;
}

/**
 * The NOT_FOUND behind an error of the database: something that the input names was there when it was checked, and was deleted
 * before what refers to it could be stored. Undefined for every other error.
 */
export function vanishedReference(error: unknown): Problem | undefined {
  if (!isForeignKeyViolation(error)) return undefined;
  const { query = '', detail = '' } = error as FailedStatement;
  // A DELETE fails in the same way, for the opposite reason.
  if (!/^\s*(INSERT|UPDATE)\b/i.test(query)) return undefined;
  // Key (snapshot_id)=(0192…) is not present in table "snapshot". The words depend on the server's language.
  const [, column, item, table] = /\((\w+)\)=\(([\w-]+)\).*"(\w+)"/.exec(detail) ?? [];
  if (!column || !item || !table) {
    return { code: 'NOT_FOUND', message: 'something the input names was deleted in the meantime' };
  }
  const message = `there is no ${wordsOf(table)} ${item} any more: it was deleted in the meantime`;
  return { code: 'NOT_FOUND', message, field: ['input', propertyOf(column)], item };
}

function wordsOf(table: string): string {
  return table.replace('dataset', 'data set').replaceAll('_', ' ');
}

/** `snapshot_id` is `snapshotId` in the input. */
function propertyOf(column: string): string {
  return column.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
