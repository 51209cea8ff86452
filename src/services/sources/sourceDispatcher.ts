import type { DataSource } from 'typeorm';
import { JobEntity, SourceEntity, terminalJobStates } from '../../database/entities/index.js';
import type { JobQueue } from '../../jobs/index.js';
import { leaseSeconds, LeasedRows, type LeasedRow } from '../deliveries/leasedRows.js';
import type { SourceConnections } from './sourceConnections.js';
import { hasUnsettled, noteListed } from './sourceFiles.js';
import { startBatchIfHeld } from './sourceImports.js';

/** A look at what does not change is followed by a pause of so many times its length: it takes a tenth of one processor at most. */
const restPerLook = 9;

/** Longest pause between looks, seconds; also while imports fail. */
const longestPause = 3_600;

/** Seconds before the next import after one that failed; of the last one, again and again. */
const pausesAfterFailure = [5, 30, 120, 600];

type HeldSource = LeasedRow & Pick<SourceEntity, 'everySeconds' | 'failures'>;

/**
 * Looks at sources, each by one worker at a time, and queues the import of what is ready in bounded batches. A source that cannot be
 * reached says why, and is looked at again like any other.
 */
export class SourceDispatcher {
  private readonly rows: LeasedRows<HeldSource>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: Pick<JobQueue, 'enqueue'>,
    private readonly connections: SourceConnections,
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

  /** Resolves when the looks under way have ended. */
  stop(): Promise<void> {
    return this.rows.stop();
  }

  private async serve(held: HeldSource): Promise<void> {
    const source = await this.dataSource.getRepository(SourceEntity).findOneBy({ id: held.id });
    if (!source) return;
    const importing = await this.importOf(source);
    if (importing === 'FAILED' || importing === 'CANCELLED') return this.afterImport(held, source, importing);
    const started = performance.now();
    const trouble = await this.look(held, source).catch((error: unknown) => wordsOf(error));
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

  /** @returns why it cannot be reached. */
  private async look(held: HeldSource, source: SourceEntity): Promise<string | undefined> {
    const connection = await this.connections.open(source);
    const stopped = new AbortController();
    try {
      for await (const page of connection.list(stopped.signal)) {
        await noteListed(this.dataSource.query.bind(this.dataSource), source.id, page);
        const isHeld = await this.rows.note(held, "due_at = now() + $3 * interval '1 second'", [leaseSeconds]);
        if (!isHeld || this.rows.isStopped) break;
      }
      return undefined;
    } finally {
      await connection.close();
    }
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
