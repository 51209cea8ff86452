import type { DataSource } from 'typeorm';
import { JobEntity, type JobEventEntity, terminalJobStates } from '../database/entities/index.js';
import { FaultError } from '../shared/errors.js';
import { isLastEvent, JobEventLog } from './jobEventLog.js';
import { LoopTurns } from './loopTurns.js';
import { SharedReads } from './sharedReads.js';
import type { DatabaseSignals } from './signals.js';
import { WakeUp } from './wakeUp.js';

/** Looks by itself this often, in case a signal got lost; all followers at the same moment, so that they share the read. */
const pollMilliseconds = 2000;

const pageSize = 200;

/** Failed reads in a row until a follower is told; at the pace of the poll they outlast a restart of the database. */
const patience = 15;

/**
 * Follows the events of jobs. Every follower reads the table from its own cursor; signals only wake it. Nothing is queued
 * for a follower, so a slow one costs nothing and misses nothing. Followers that stand at the same place share a read.
 */
export class JobEventFeed {
  private readonly reads: SharedReads<JobEventEntity[]>;
  private readonly ends: SharedReads<boolean>;
  private readonly turns = new LoopTurns();
  private readonly followers = new Map<string, Set<WakeUp>>();
  private readonly stopListening: () => void;
  private readonly closed = new AbortController();

  /** @param delivered called with the seconds between an event and its handing over, for events that came live. */
  constructor(
    private readonly dataSource: DataSource,
    signals: DatabaseSignals,
    private readonly delivered: (lagSeconds: number) => void = () => undefined,
  ) {
    const log = new JobEventLog(dataSource);
    this.reads = new SharedReads((jobId, seq) => log.read(jobId, seq, pageSize));
    this.ends = new SharedReads((jobId, seq) => this.hasEnded(jobId, seq));
    this.stopListening = signals.listen('job_event', (jobId) => {
      this.reads.forget(jobId);
      this.ends.forget(jobId);
      const awake = jobId === undefined ? [...this.followers.values()] : [this.followers.get(jobId) ?? []];
      for (const wakeUps of awake) for (const wakeUp of wakeUps) wakeUp.raise();
    });
  }

  /**
   * Events behind `afterSeq`: first the stored ones, then each as it comes. Completes after the job's last event, when
   * there is no such job, when `signal` aborts, or when the caller returns, also while it waits.
   * Throws FaultError CURSOR_EXPIRED, at the first step, when the event behind `afterSeq` was deleted for its age.
   */
  follow(jobId: string, afterSeq: number, signal?: AbortSignal): AsyncGenerator<JobEventEntity, void> {
    const returned = new AbortController();
    const signals = [this.closed.signal, returned.signal, ...(signal ? [signal] : [])];
    const events = this.events(jobId, afterSeq, AbortSignal.any(signals));
    // A generator that waits inside answers return() only after its wait; this ends the wait.
    const end = events.return.bind(events);
    events.return = (value) => {
      returned.abort();
      return end(value);
    };
    return events;
  }

  /** Ends all followers. */
  stop(): void {
    this.stopListening();
    this.closed.abort();
  }

  /** Followers at this moment, of all jobs. */
  get followerCount(): number {
    return [...this.followers.values()].reduce((sum, wakeUps) => sum + wakeUps.size, 0);
  }

  private async *events(jobId: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<JobEventEntity, void> {
    const wakeUp = new WakeUp();
    const forget = this.remember(jobId, wakeUp);
    try {
      let seq = afterSeq;
      let failures = 0;
      let live = false;
      while (!signal.aborted) {
        const page = await this.reads.read(jobId, seq).catch((error: unknown) => {
          if (++failures > patience) throw error;
          return undefined;
        });
        if (page) failures = 0;
        for (const event of page ?? []) {
          if (signal.aborted) return;
          if (event.seq !== seq + 1) throw cursorExpired(event.seq);
          await this.turns.pause();
          if (live) this.delivered((Date.now() - event.at.getTime()) / 1000);
          yield event;
          seq = event.seq;
          if (isLastEvent(event)) return;
        }
        if (page?.length === pageSize) continue;
        if (page?.length === 0 && (await this.ends.read(jobId, seq))) return;
        if (page) live = true;
        await wakeUp.wait(pollMilliseconds - (performance.now() % pollMilliseconds), signal);
      }
    } finally {
      forget();
    }
  }

  /** Whether no event can come: asked only when there was none. */
  private async hasEnded(jobId: string, seq: number): Promise<boolean> {
    const job = await this.dataSource
      .getRepository(JobEntity)
      .findOneBy({ id: jobId })
      .catch(() => undefined);
    return job === null || (job !== undefined && terminalJobStates.includes(job.state) && job.lastSeq <= seq);
  }

  private remember(jobId: string, wakeUp: WakeUp): () => void {
    const wakeUps = this.followers.get(jobId) ?? new Set();
    this.followers.set(jobId, wakeUps.add(wakeUp));
    return () => {
      wakeUps.delete(wakeUp);
      if (wakeUps.size === 0) this.followers.delete(jobId);
    };
  }
}

/** The error for a place in a job's events whose next event was deleted for its age. */
export function cursorExpired(oldestSeq: number): FaultError {
  const message = `The events before number ${oldestSeq} were deleted for their age; leave "after" out to begin with it.`;
  return new FaultError('CURSOR_EXPIRED', message, { oldestSeq });
}
