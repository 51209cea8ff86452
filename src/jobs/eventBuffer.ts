import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobEventPayload, JobEventType } from '../database/entities/index.js';
import type { AppendOutcome, AttemptFence, JobEventLog } from './jobEventLog.js';

/** A batch is stored this long after its first event, or as soon as it is full. */
const batchMilliseconds = 100;
const batchSize = 50;

/** More in one statement than a batch, when events came while the last batch was being stored. */
const largestBatch = 1000;

/** How long a batch is tried again while the database does not answer. */
const patienceMilliseconds = 60_000;

interface BufferedEvent {
  type: JobEventType;
  payload: JobEventPayload;
  /** Milliseconds of `performance.now()`. */
  at: number;
}

/** What the owner of a buffer wants to hear. */
export interface EventBufferListener {
  stored(outcome: AppendOutcome): void;
  /** The attempt is not the current one any more. */
  fenced(): void;
  /** The database refused or did not answer for too long. */
  failed(error: unknown): void;
}

/**
 * Collects the events of one attempt and stores them in batches, in order, one statement at a time. Every event is stored,
 * none is thinned out: when they come faster than the database takes them, the batches grow.
 */
export class EventBuffer {
  private waiting: BufferedEvent[] = [];
  private progress = 0;
  private timer: NodeJS.Timeout | undefined;
  private storing: Promise<void> | undefined;
  private held = false;
  private closed = false;

  constructor(
    private readonly log: JobEventLog,
    private readonly fence: AttemptFence,
    private readonly listener: EventBufferListener,
  ) {}

  /** Ignored once the buffer is closed. `progress` in [0, 1]. */
  add(type: JobEventType, payload: JobEventPayload, progress = 0): void {
    if (this.closed) return;
    this.progress = Math.max(this.progress, progress);
    this.waiting.push({ type, payload, at: performance.now() });
    if (this.waiting.length >= batchSize) this.store();
    else
      this.timer ??= setTimeout(() => {
        this.store();
      }, batchMilliseconds);
  }

  /** Stores what waits and then holds back what is added, until {@link resume}. Failures go to the listener. */
  async hold(): Promise<void> {
    this.store();
    this.held = true;
    await this.storing;
  }

  resume(): void {
    this.held = false;
    if (this.waiting.length > 0) this.store();
  }

  /** Stores what waits and takes nothing more. Failures go to the listener. */
  async close(): Promise<void> {
    this.closed = true;
    this.store();
    await this.storing;
  }

  /** Takes nothing more and forgets what waits. */
  discard(): void {
    this.closed = true;
    this.waiting = [];
    clearTimeout(this.timer);
  }

  private store(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.held) return;
    this.storing ??= this.storeAll().finally(() => {
      this.storing = undefined;
      // Added after the last look at what waits.
      if (this.waiting.length > 0) this.store();
    });
  }

  private async storeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, largestBatch);
      const outcome = await this.storeBatch(batch);
      if (!outcome) {
        this.discard();
        return;
      }
      this.waiting = this.waiting.slice(batch.length);
      this.listener.stored(outcome);
    }
  }

  private async storeBatch(batch: readonly BufferedEvent[]): Promise<AppendOutcome | undefined> {
    const deadline = performance.now() + patienceMilliseconds;
    const batchId = randomUUID();
    for (let pause = 100; ; pause = Math.min(pause * 2, 5000)) {
      const now = performance.now();
      const events = batch.map(({ type, payload, at }) => ({ type, payload, ageMilliseconds: now - at }));
      try {
        const outcome = await this.log.append(this.fence, events, this.progress, batchId);
        if (!outcome) this.listener.fenced();
        return outcome;
      } catch (error) {
        if (performance.now() > deadline) {
          this.listener.failed(error);
          return undefined;
        }
        await delay(pause);
      }
    }
  }
}
