import type { DataSource } from 'typeorm';

/** Rows deleted by one statement. */
export const deletionBatch = 5_000;
/** Statements of one look: the rest waits for the next one. */
const mostBatches = 20;

/** Repeats a DELETE of at most {@link deletionBatch} rows until nothing is left, or enough was done for one look. @returns rows deleted. */
export async function deleteInBatches(dataSource: DataSource, statement: string, values: unknown[]): Promise<number> {
  let deleted = 0;
  for (let batch = 0; batch < mostBatches; batch++) {
    const [, count] = await dataSource.query<[unknown[], number]>(statement, values);
    deleted += count;
    if (count < deletionBatch) break;
  }
  return deleted;
}
