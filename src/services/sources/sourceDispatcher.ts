import type { DataSource } from 'typeorm';
import { JobEntity, SourceEntity, terminalJobStates } from '../../database/entities/index.js';
import type { JobQueue } from '../../jobs/index.js';
import type { ListedFile, SourceConnection } from '../../plugin-api/index.js';
import { inTime } from '../../shared/inTime.js';
import { leaseSeconds, LeasedRows, type LeasedRow } from '../deliveries/leasedRows.js';
import type { SourceConnections } from './sourceConnections.js';
import { hasUnsettled, noteListed } from './sourceFiles.js';
import { startBatchIfHeld } from './sourceImports.js';

/** A look at what does not change is followed by a pause of so many times its length: it takes a tenth of one processor at most. */
const restPerLook = 9;

/** Longest pause between looks, seconds; also while imports fail. */
const longestPause = 3_600;

/** Milliseconds that opening a source and each page of its listing may take: less than a lease. */
const usualDeadline = 50_000;

/** So long closing it is waited for, also by a worker that stops. */
const closingDeadline = 2_000;

/** Seconds before the next import after one that failed; of the last one, again and again. */
const pausesAfterFailure = [5, 30, 120, 600];

type HeldSource = LeasedRow & Pick<SourceEntity, 'everySeconds' | 'failures'>;

/**
 * Looks at sources, each by one worker at a time, and queues the import of what is ready in bounded batches. A source that cannot be
 * reached says why, and is looked at again like any other.
 */
export class SourceDispatcher {
  private readonly rows: LeasedRows<HeldSource>;
  private readonly stopping = new AbortController();

  /** @param deadline see {@link usualDeadline}. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: Pick<JobQueue, 'enqueue'>,
    private readonly connections: Pick<SourceConnections, 'open'>,
    private readonly deadline = usualDeadline,
  ) {
    const leased = {
      ...({ table: 'source', joins: '', condition: 'held.paused_at IS NULL', longestPause: longestPause + 1 } as const),
      columns: 'every_seconds AS "everySeconds", failures',
    };
    this.rows = new LeasedRows(dataSource, leased, (source) => this.serve(source));
  }

  start(): void {
    this.rows.start();
  }

  /** Resolves when the looks under way have ended; those that wait for a source do so at once. */
  async stop(): Promise<void> {
    const ended = this.rows.stop();
    this.stopping.abort();
    await ended;
  }

  private async serve(held: HeldSource): Promise<void> {
    const source = await this.dataSource.getRepository(SourceEntity).findOneBy({ id: held.id });
    if (!source) return;
    const importing = await this.importOf(source);
    if (importing === 'FAILED' || importing === 'CANCELLED') return this.afterImport(held, source, importing);
    const started = performance.now();
    const trouble = await this.look(held, source).catch(wordsOf);
    if (this.rows.isStopped) {
      await this.rows.note(held, 'lease_token = NULL, due_at = now()');
      return;
    }
    const seconds = (performance.now() - started) / 1000;
    // What was seen once is waited for: the next look follows sooner.
    const rest = (await hasUnsettled(this.dataSource, held.id)) ? 1 : restPerLook;
    const pause = Math.min(longestPause, Math.max(held.everySeconds, rest * seconds));
    if (!trouble && importing === 'NONE') {
      await this.dataSource.transaction((manager) => startBatchIfHeld(manager, this.queue, source, held.leaseToken));
    }
    const looked = trouble ? '' : ', looked_at = now()';
    const assignments = `trouble = $3, lease_token = NULL, due_at = now() + $4 * interval '1 second'${looked}`;
    await this.rows.note(held, assignments, [trouble ?? null, pause]);
  }

  /** @throws why it cannot be reached. */
  private async look(held: HeldSource, source: SourceEntity): Promise<undefined> {
    const connection = await this.open(source);
    const ended = new AbortController();
    try {
      if (!(await this.hold(held))) return;
      for await (const page of this.pagesOf(connection, ended.signal)) {
        await noteListed(this.dataSource.query.bind(this.dataSource), source.id, page);
        if (!(await this.hold(held))) return;
      }
    } finally {
      ended.abort();
      await inTime(closingDeadline, () => connection.close()).catch(() => undefined);
    }
  }

  /** In time; one that opens later is closed again. */
  private async open(source: SourceEntity): Promise<SourceConnection> {
    const opening = this.connections.open(source);
    try {
      return await inTime(this.deadline, () => opening, this.stopping.signal);
    } catch (error) {
      void opening.then((connection) => connection.close()).catch(() => undefined);
      throw error;
    }
  }

  /** Each page in time. */
  private async *pagesOf(connection: SourceConnection, signal: AbortSignal): AsyncGenerator<readonly ListedFile[]> {
    const pages = connection.list(signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const page = await inTime(this.deadline, () => pages.next(), this.stopping.signal);
        if (page.done) return;
        yield page.value;
      }
    } finally {
      // Whoever hangs would answer this behind what it hangs at.
      void pages.return?.().catch(() => undefined);
    }
  }

  /** @returns whether it is still this process's to look at. */
  private async hold(held: HeldSource): Promise<boolean> {
    const isHeld = await this.rows.note(held, "due_at = now() + $3 * interval '1 second'", [leaseSeconds]);
    return isHeld && !this.rows.isStopped;
  }

  /** What became of the import that was queued last. */
  private async importOf({ jobId }: SourceEntity): Promise<'NONE' | 'RUNNING' | 'FAILED' | 'CANCELLED'> {
    const job = jobId === null ? null : await this.dataSource.getRepository(JobEntity).findOneBy({ id: jobId });
    if (!job || job.state === 'COMPLETED') return 'NONE';
    if (!terminalJobStates.includes(job.state)) return 'RUNNING';
    return job.state === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
  }

  /** Its files wait for the next one. */
  private async afterImport(held: HeldSource, { jobId }: SourceEntity, how: 'FAILED' | 'CANCELLED'): Promise<void> {
    if (how === 'CANCELLED') {
      const paused =
        "paused_at = now(), pause_reason = 'somebody cancelled its import', job_id = NULL, lease_token = NULL";
      await this.rows.note(held, paused);
      return;
    }
    const job = await this.dataSource.getRepository(JobEntity).findOneBy({ id: jobId! });
    const pause = pausesAfterFailure[Math.min(held.failures, pausesAfterFailure.length - 1)]!;
    const assignments =
      "trouble = $3, failures = failures + 1, job_id = NULL, lease_token = NULL, due_at = now() + $4 * interval '1 second'";
    const { code, message } = job?.failure ?? { code: 'WORKER_CRASHED', message: 'its import failed' };
    await this.rows.note(held, assignments, [`${code}: ${message}`.slice(0, 500), pause]);
  }
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500) || 'it cannot be reached';
}
