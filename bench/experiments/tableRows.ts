import type { ResultStore, Trained } from './resultStore.js';
import type { Row } from './rows.js';
import type { TableRow } from './writeResults.js';

/**
 * Rows of a table that have results, in the order of the table; what is stored but asked for by no row stands where
 * the row of its name would, and else at the end: nothing that was measured goes missing.
 */
export function tableRows(store: ResultStore, rows: readonly Row[], trainedOf: (row: Row) => Trained): TableRow[] {
  const former = store.former(rows.map(trainedOf)).map((row) => ({ ...row, isFormer: true }));
  const known = rows.flatMap((row) => {
    const now = { name: row.name, ...store.of(trainedOf(row)), isFormer: false };
    return [now, ...former.filter(({ name }) => name === row.name)];
  });
  const gone = former.filter(({ name }) => rows.every((row) => row.name !== name));
  return [...known, ...gone].filter(({ results }) => results.length > 0);
}

/** Seeds that rows ran with, of those that the table asks for. */
export function seedsOf(rows: readonly TableRow[]): number[] {
  const current = rows.filter(({ isFormer }) => !isFormer);
  return [...new Set(current.flatMap(({ results }) => results.map(({ seed }) => seed)))].sort((a, b) => a - b);
}
