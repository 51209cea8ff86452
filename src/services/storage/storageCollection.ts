import type { DataSource } from 'typeorm';
import { terminalJobStates } from '../../database/entities/index.js';
import type { BlobStore } from '../../files/index.js';
import { createLogger } from '../../shared/logger.js';
import { collectStorage, type Collected } from './collectStorage.js';

const pauseMilliseconds = 60 * 60_000;

/** Any number, the same in every process: "bins" in ASCII. */
const collectionLock = 0x62696e73;

/**
 * Removes by itself what `residua collect` removes: pictures of single predictions, uploads and what failed imports leave, once
 * they are older than some hours. What came since the oldest job that has not ended stays: the job may be about to refer to it.
 * Every worker runs it; one at a time works.
 */
export class StorageCollection {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<unknown> = Promise.resolve();
  private readonly logger = createLogger('collection');

  /** @param hours after which it goes; 0: never. */
  constructor(
    private readonly parts: { dataSource: DataSource; blobs: BlobStore },
    private readonly hours: number,
  ) {}

  /** Looks now and then every hour. */
  start(): void {
    if (this.hours === 0) return;
    this.look();
    this.timer = setInterval(() => this.look(), pauseMilliseconds);
  }

  /** Resolves when the look under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** @returns what was removed; undefined while another process is at it. */
  async collect(now = new Date()): Promise<Collected | undefined> {
    const runner = this.parts.dataSource.createQueryRunner();
    try {
      const [lock] = (await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [collectionLock])) as {
        taken: boolean;
      }[];
      if (!lock!.taken) return undefined;
      try {
        return await collectStorage(this.parts, { before: await this.before(now) });
      } finally {
        await runner.query('SELECT pg_advisory_unlock($1)', [collectionLock]);
      }
    } finally {
      await runner.release();
    }
  }

  private async before(now: Date): Promise<Date> {
    const [oldest] = await this.parts.dataSource.query<{ since: Date | null }[]>(
      'SELECT min(created_at) AS since FROM job WHERE state <> ALL ($1)',
      [terminalJobStates],
    );
    const limit = now.getTime() - this.hours * 60 * 60_000;
    return new Date(Math.min(limit, oldest?.since?.getTime() ?? limit));
  }

  private look(): void {
    this.looking = this.collect().then(
      (collected) => collected && collected.blobs > 0 && this.logger.info(collected, 'removed what nothing refers to'),
      (error: unknown) => this.logger.warn({ err: error }, 'what nothing refers to could not be removed'),
    );
  }
}
