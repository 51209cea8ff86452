import type { DataSource, EntityManager } from 'typeorm';

/** A blob the database speaks of. */
export interface BlobReference {
  sha256: string;
  /** Some of the rows that name it, e.g. `image 0190a…`; at most three. */
  usedBy: string[];
}

/** A column that holds addresses of blobs. */
export interface BlobColumn {
  table: string;
  column: string;
  primaryKey: string[];
}

/** Rows whose blob has not arrived yet. */
const onlyWhere: Readonly<Record<string, string>> = { upload: 'completed_at IS NOT NULL' };

/**
 * Every column that holds addresses of blobs, read off the entities: those named `sha256` or `<what>_sha256`. A new column
 * of that name is verified, backed up and kept from then on; a digest of anything else must have another name.
 */
export function blobColumns(dataSource: DataSource): BlobColumn[] {
  return dataSource.entityMetadatas.flatMap(({ tableName, columns, primaryColumns }) =>
    columns
      .filter(({ databaseName }) => /(^|_)sha256$/.test(databaseName))
      .map(({ databaseName }) => ({
        table: tableName,
        column: databaseName,
        primaryKey: primaryColumns.map((key) => key.databaseName),
      })),
  );
}

/** Every blob the database speaks of, once each, by address. */
export async function blobReferences(manager: EntityManager): Promise<BlobReference[]> {
  const selects = blobColumns(manager.connection).map(({ table, column, primaryKey }) => {
    const key = primaryKey.map((name) => `"${name}"::text`).join(` || ' ' || `);
    const where = [`"${column}" IS NOT NULL`, onlyWhere[table]].filter(Boolean).join(' AND ');
    return `SELECT "${column}" AS sha256, '${table} ' || ${key} AS place FROM "${table}" WHERE ${where}`;
  });
  return manager.query<BlobReference[]>(
    `SELECT sha256, (array_agg(place ORDER BY place))[1:3] AS "usedBy"
     FROM (${selects.join(' UNION ALL ')}) AS reference GROUP BY sha256 ORDER BY sha256`,
  );
}
