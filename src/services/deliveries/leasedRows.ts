import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createLogger } from '../../shared/logger.js';

/** Looks by itself this often: for what is due again, and in case a signal got lost. */
const pollMilliseconds = 2_000;

/** Rows that one process serves side by side: one that hangs holds up itself alone. */
const sideBySide = 8;

/** How long whoever serves a row may be silent before another one takes over; longer than one step of it may take. */
export const leaseSeconds = 60;

/** A row as whoever serves it holds it. */
export interface LeasedRow {
  id: string;
  /** The key to the row while it is held. */
  leaseToken: string;
}

/** A table whose rows are served now and then, with columns `due_at` and `lease_token`. */
export interface LeasedTable {
  table: 'webhook' | 'sink' | 'source';
  /** SQL of what is joined to rows `held`, and of which of them there is something to do for. */
  joins: string;
  condition: string;
  /** SQL of the columns that are needed, named as in the row. */
  columns: string;
  /** Seconds that a row is put off at most. One that is put off for longer was so before the clock was set back: it is due. */
  longestPause: number;
}

/**
 * Serves rows of a table, each by one process at a time: every process looks, and a lease in the row lets one of them have it. Times are
 * those of the database's clock, and a clock that is set back holds up nothing.
 */
export class LeasedRows<Row extends LeasedRow> {
  /** By the ids of the rows. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly takeStatement: string;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  /** @param serve one row; it gives the row back by {@link note}, or another process takes it when the lease has run out. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly leased: LeasedTable,
    private readonly serve: (row: Row) => Promise<void>,
  ) {
    this.takeStatement = takeStatement(leased);
  }

  start(): void {
    this.timer = setInterval(() => this.look(), pollMilliseconds);
    this.look();
  }

  /** Nothing more is taken, and whoever serves should come to an end. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Resolves when no row is served any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.running.values());
  }

  /** Looks now whether there is something to do. */
  look(): void {
    this.looking = this.looking.then(() => this.takeDue()).catch((error: unknown) => this.complain(error));
  }

  /** Changes a row that is still held. @param values of `$3`, `$4` … in the assignments. @returns whether it is: somebody may have changed or deleted it. */
  async note(row: LeasedRow, assignments: string, values: readonly unknown[] = []): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE ${this.leased.table} SET ${assignments} WHERE id = $1 AND lease_token = $2`,
      [row.id, row.leaseToken, ...values],
    );
    return count > 0;
  }

  private async takeDue(): Promise<void> {
    while (!this.stopped && this.running.size < sideBySide) {
      const row = await this.take();
      if (!row) return;
      const serving = this.serve(row)
        .catch((error: unknown) => this.complain(error))
        .finally(() => {
          this.running.delete(row.id);
          if (!this.stopped) this.look();
        });
      this.running.set(row.id, serving);
    }
  }

  private async take(): Promise<Row | undefined> {
    const [[taken]] = await this.dataSource.query<[Row[], number]>(this.takeStatement, [
      ...[randomUUID(), leaseSeconds, this.leased.longestPause, [...this.running.keys()]],
    ]);
    return taken;
  }

  private complain(error: unknown): void {
    createLogger(`${this.leased.table}s`).warn({ err: error }, 'could not be served; they are looked at again');
  }
}

function takeStatement({ table, joins, condition, columns }: LeasedTable): string {
  return `
    UPDATE ${table} SET lease_token = $1, due_at = now() + $2 * interval '1 second'
    WHERE id = (
      SELECT held.id FROM ${table} held ${joins}
      WHERE (held.due_at <= now() OR held.due_at > now() + $3 * interval '1 second') AND ${condition}
        AND held.id <> ALL($4::uuid[])
      ORDER BY held.due_at LIMIT 1 FOR UPDATE OF held SKIP LOCKED
    )
    RETURNING id, lease_token AS "leaseToken", ${columns}`;
}
