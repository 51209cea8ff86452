import { FaultError } from '../shared/errors.js';
import { LoopTurns } from './loopTurns.js';
import { SharedReads } from './sharedReads.js';
import type { Channel, DatabaseSignals } from './signals.js';
import { WakeUp } from './wakeUp.js';

/** Looks by itself this often, in case a signal got lost; all followers at the same moment, so that they share the read. */
const pollMilliseconds = 2000;

const pageSize = 200;

/** Failed reads in a row until a follower is told; at the pace of the poll they outlast a restart of the database. */
const patience = 15;

/** What a log holds, numbered 1, 2, 3 … in each of its topics without gaps. */
export interface LogEntry {
  seq: number;
  at: Date;
}

/** Logs of one kind: where they are, and when they end. */
export interface LogSource<Entry extends LogEntry> {
  /** Whose signals name the topic that has grown. */
  channel: Channel;
  /** Entries behind `afterSeq`, oldest first, at most `limit`. */
  read(topic: string, afterSeq: number, limit: number): Promise<Entry[]>;
  /** Whether nothing comes behind this entry, ever. */
  isLast(entry: Entry): boolean;
  /** Whether no entry can come behind `seq`: asked only when there was none. False when nobody knows. */
  hasEnded(topic: string, seq: number): Promise<boolean>;
}

/**
 * Follows logs in the database. Every follower reads the table from its own cursor; signals only wake it. Nothing is queued
 * for a follower, so a slow one costs nothing and misses nothing. Followers that stand at the same place share a read.
 */
export class LogFeed<Entry extends LogEntry> {
  private readonly reads: SharedReads<Entry[]>;
  private readonly ends: SharedReads<boolean>;
  private readonly turns = new LoopTurns();
  private readonly followers = new Map<string, Set<WakeUp>>();
  private readonly stopListening: () => void;
  private readonly closed = new AbortController();

  /** @param delivered called with the seconds between an entry and its handing over, for entries that came live. */
  constructor(
    private readonly source: LogSource<Entry>,
    signals: DatabaseSignals,
    private readonly delivered: (lagSeconds: number) => void = () => undefined,
  ) {
    this.reads = new SharedReads((topic, seq) => source.read(topic, seq, pageSize));
    this.ends = new SharedReads((topic, seq) => source.hasEnded(topic, seq));
    this.stopListening = signals.listen(source.channel, (topic) => {
      this.reads.forget(topic);
      this.ends.forget(topic);
      const awake = topic === undefined ? [...this.followers.values()] : [this.followers.get(topic) ?? []];
      for (const wakeUps of awake) for (const wakeUp of wakeUps) wakeUp.raise();
    });
  }

  /**
   * Entries behind `afterSeq`: first the stored ones, then each as it comes. Completes after the topic's last one, when
   * there is no such topic, when `signal` aborts, or when the caller returns, also while it waits.
   * Throws FaultError CURSOR_EXPIRED, at the first step, when the entry behind `afterSeq` was deleted for its age.
   */
  follow(topic: string, afterSeq: number, signal?: AbortSignal): AsyncGenerator<Entry, void> {
    const returned = new AbortController();
    const signals = [this.closed.signal, returned.signal, ...(signal ? [signal] : [])];
    const entries = this.entries(topic, afterSeq, AbortSignal.any(signals));
    // A generator that waits inside answers return() only after its wait; this ends the wait.
    const end = entries.return.bind(entries);
    entries.return = (value) => {
      returned.abort();
      return end(value);
    };
    return entries;
  }

  /** Ends all followers. */
  stop(): void {
    this.stopListening();
    this.closed.abort();
  }

  /** Followers at this moment, of all topics. */
  get followerCount(): number {
    return [...this.followers.values()].reduce((sum, wakeUps) => sum + wakeUps.size, 0);
  }

  private async *entries(topic: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<Entry, void> {
    const wakeUp = new WakeUp();
    const forget = this.remember(topic, wakeUp);
    try {
      let seq = afterSeq;
      let failures = 0;
      let live = false;
      while (!signal.aborted) {
        const page = await this.reads.read(topic, seq).catch((error: unknown) => {
          if (++failures > patience) throw error;
          return undefined;
        });
        if (page) failures = 0;
        for (const entry of page ?? []) {
          if (signal.aborted) return;
          if (entry.seq !== seq + 1) throw cursorExpired(entry.seq);
          await this.turns.pause();
          if (live) this.delivered((Date.now() - entry.at.getTime()) / 1000);
          yield entry;
          seq = entry.seq;
          if (this.source.isLast(entry)) return;
        }
        if (page?.length === pageSize) continue;
        if (page?.length === 0 && (await this.ends.read(topic, seq))) return;
        if (page) live = true;
        await wakeUp.wait(pollMilliseconds - (performance.now() % pollMilliseconds), signal);
      }
    } finally {
      forget();
    }
  }

  private remember(topic: string, wakeUp: WakeUp): () => void {
    const wakeUps = this.followers.get(topic) ?? new Set();
    this.followers.set(topic, wakeUps.add(wakeUp));
    return () => {
      wakeUps.delete(wakeUp);
      if (wakeUps.size === 0) this.followers.delete(topic);
    };
  }
}

/** The error for a place in a log whose next entry was deleted for its age. */
export function cursorExpired(oldestSeq: number): FaultError {
  const message = `The events before number ${oldestSeq} were deleted for their age; leave "after" out to begin with it.`;
  return new FaultError('CURSOR_EXPIRED', message, { oldestSeq });
}
