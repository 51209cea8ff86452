import type { Readable, Writable } from 'node:stream';
import type { PoolClient } from 'pg';
import { from, to } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';

/** A table and its columns, as a backup names them. */
export interface CopiedTable {
  /** With its schema, e.g. `public.image`. */
  name: string;
  columns: string[];
}

/** The tables that hold what belongs to an installation: all of ours that are logged, and the jobs in the queue. */
const tablesSql = `
  SELECT n.nspname || '.' || c.relname AS name,
         array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE ((n.nspname = current_schema() AND c.relkind = 'r' AND c.relpersistence = 'p'
        AND c.relname <> 'migrations')
      OR (n.nspname = 'pgboss' AND c.relname = 'job'))
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  GROUP BY 1 ORDER BY 1`;

/** One connection inside one transaction, for copying tables out or in. */
export class TableCopy {
  private constructor(private readonly client: PoolClient) {}

  /**
   * Runs `work` in a transaction: `read` sees one moment of the whole database, `write` is all or nothing. No statement
   * times out.
   */
  static async run<T>(
    dataSource: DataSource,
    mode: 'read' | 'write',
    work: (copy: TableCopy, manager: DataSource['manager']) => Promise<T>,
  ): Promise<T> {
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    try {
      await runner.startTransaction(mode === 'read' ? 'REPEATABLE READ' : 'READ COMMITTED');
      await runner.query('SET LOCAL statement_timeout = 0');
      const result = await work(new TableCopy(client), runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  async tables(): Promise<CopiedTable[]> {
    return (await this.client.query<CopiedTable>(tablesSql)).rows;
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(`SELECT count(*) FROM ${quoted(table)}`);
    return Number(rows[0]!.count);
  }

  /** The rows in PostgreSQL's text format of COPY. */
  read({ name, columns }: CopiedTable): Readable {
    return this.client.query(to(`COPY (SELECT ${list(columns)} FROM ${quoted(name)}) TO STDOUT`));
  }

  /** Takes what {@link read} gave. */
  write({ name, columns }: CopiedTable): Writable {
    return this.client.query(from(`COPY ${quoted(name)} (${list(columns)}) FROM STDIN`));
  }

  /** Empties tables and has `fill` fill them, in any order: what rows refer to is checked at the end. */
  async refill(tables: readonly CopiedTable[], fill: () => Promise<void>): Promise<void> {
    const { rows: keys } = await this.client.query<{ table: string; name: string }>(
      `SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint
       WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
    );
    const alter = async (how: string) => {
      for (const { table, name } of keys)
        await this.client.query(`ALTER TABLE ${table} ALTER CONSTRAINT "${name}" ${how}`);
    };
    await alter('DEFERRABLE INITIALLY DEFERRED');
    // Rows that come back are no changes of their projects.
    await this.client.query(`SET LOCAL residua.restoring = 'on'`);
    await this.client.query(`TRUNCATE ${tables.map(({ name }) => quoted(name)).join(', ')}`);
    await fill();
    await this.client.query('SET CONSTRAINTS ALL IMMEDIATE');
    await alter('NOT DEFERRABLE');
  }
}

function quoted(table: string): string {
  return table.split('.').map(quotedName).join('.');
}

function list(columns: readonly string[]): string {
  return columns.map(quotedName).join(', ');
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
