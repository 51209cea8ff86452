import type { DataSource } from 'typeorm';
import { createLogger } from '../shared/logger.js';

/** Work that is done now and then, by one process at a time. */
export interface PeriodicWork<Result> {
  /** Of the lines in the log. */
  name: string;
  /** Any number of its own, the same in every process. */
  lock: number;
  pauseMilliseconds: number;
  /** What cannot be done when it fails, for the log. */
  aim: string;
  work: () => Promise<Result>;
  /** What is worth a line in the log; nothing by default. */
  remark?: (result: Result) => string | undefined;
}

/** Looks now and then whether there is something to do. Every process looks; an advisory lock lets one at a time work. */
export class PeriodicLook<Result> {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly periodic: PeriodicWork<Result>,
  ) {}

  /** Looks at once, and then after every pause. */
  start(): void {
    this.look();
    this.timer = setInterval(() => this.look(), this.periodic.pauseMilliseconds);
  }

  /** Resolves when the look under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** Works now. @returns undefined while another process is at it. */
  async now(): Promise<Result | undefined> {
    const { lock, work } = this.periodic;
    const runner = this.dataSource.createQueryRunner();
    try {
      const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [lock])) as { taken: boolean }[];
      if (!row!.taken) return undefined;
      try {
        return await work();
      } finally {
        await runner.query('SELECT pg_advisory_unlock($1)', [lock]);
      }
    } finally {
      await runner.release();
    }
  }

  private look(): void {
    const { name, aim, remark } = this.periodic;
    const logger = createLogger(name);
    this.looking = this.now().then(
      (result) => {
        const said = result === undefined ? undefined : remark?.(result);
        if (said !== undefined) logger.info({ result }, said);
      },
      (error: unknown) => logger.warn({ err: error }, `${aim} could not be done`),
    );
  }
}
