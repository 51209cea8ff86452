import type { DataSource, EntityManager } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

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
  /** SQL of which rows have their blob: what was merely announced, or erased, is no reference. */
  where: string;
  /** The column that this looks at; null for none. */
  decidedBy: string | null;
}

/** Where a row may name a blob that it does not have yet, or not any more: the column that says so, and what it says otherwise. */
const onlyWhere: Readonly<Record<string, { column: string; is: 'NULL' | 'NOT NULL' }>> = {
  upload: { column: 'completed_at', is: 'NOT NULL' },
  image: { column: 'erased_at', is: 'NULL' },
};

/**
 * Every column that holds addresses of blobs, read off the entities: those named `sha256` or `<what>_sha256`. A new column
 * of that name is verified, backed up and kept from then on; a digest of anything else must have another name.
 */
export function blobColumns(dataSource: DataSource): BlobColumn[] {
  return columnsWhere(dataSource, ({ databaseName }) => /(^|_)sha256$/.test(databaseName));
}

/** Columns that hold lists of files with their addresses: those of type jsonb named `<what>_files`. */
function blobLists(dataSource: DataSource): BlobColumn[] {
  return columnsWhere(dataSource, ({ databaseName, type }) => type === 'jsonb' && databaseName.endsWith('_files'));
}

function columnsWhere(dataSource: DataSource, holds: (column: ColumnMetadata) => boolean): BlobColumn[] {
  return dataSource.entityMetadatas.flatMap(({ tableName, columns, primaryColumns }) =>
    columns.filter(holds).map(({ databaseName }) => ({
      table: tableName,
      column: databaseName,
      primaryKey: primaryColumns.map((key) => key.databaseName),
      where: [`"${databaseName}" IS NOT NULL`, conditionOf(tableName)].filter(Boolean).join(' AND '),
      decidedBy: onlyWhere[tableName]?.column ?? null,
    })),
  );
}

function conditionOf(table: string): string | undefined {
  const condition = onlyWhere[table];
  return condition && `"${condition.column}" IS ${condition.is}`;
}

/** Names of the columns that are there: tables of an earlier release, which are backed up before they are migrated, lack some. */
async function existingColumns(manager: EntityManager): Promise<ReadonlySet<string>> {
  const rows = await manager.query<{ name: string }[]>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = current_schema()`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** Every blob the database speaks of, once each, by address. */
export async function blobReferences(manager: EntityManager): Promise<BlobReference[]> {
  const there = await existingColumns(manager);
  const exists = ({ table, column }: BlobColumn) => there.has(`${table}.${column}`);
  // Nothing was erased yet where no column could say so.
  const which = ({ table, column, where, decidedBy }: BlobColumn) =>
    decidedBy === null || there.has(`${table}.${decidedBy}`) ? where : `"${column}" IS NOT NULL`;
  const place = ({ table, primaryKey }: BlobColumn) =>
    `'${table} ' || ${primaryKey.map((name) => `"${name}"::text`).join(` || ' ' || `)} AS place`;
  const single = blobColumns(manager.connection)
    .filter(exists)
    .map((one) => `SELECT "${one.column}" AS sha256, ${place(one)} FROM "${one.table}" WHERE ${which(one)}`);
  const listed = blobLists(manager.connection)
    .filter(exists)
    .map(
      (column) =>
        `SELECT file ->> 'sha256', ${place(column)} FROM "${column.table}", jsonb_array_elements("${column.column}") AS file`,
    );
  return manager.query<BlobReference[]>(
    `SELECT sha256, (array_agg(place ORDER BY place))[1:3] AS "usedBy"
     FROM (${[...single, ...listed].join(' UNION ALL ')}) AS reference GROUP BY sha256 ORDER BY sha256`,
  );
}
