import type { DataSource } from 'typeorm';
import { createLogger } from '../../shared/logger.js';
import type { OpenedSink, SinkConnections } from './sinkConnections.js';
import { heartbeatOf } from './verdictOf.js';

/** How often it is looked which are due: no heartbeat can be more often. */
const lookMilliseconds = 500;

interface DueSink extends OpenedSink {
  heartbeatSeconds: number;
  beat: number;
  lastSeq: number;
  waiting: number;
}

/**
 * Tells sinks that they would be told. Every worker looks, and the row says which of them it is that beats. A paused sink has none: its
 * receiver is told nothing, and shall know.
 */
export class SinkHeartbeats {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private readonly beating = new Map<string, Promise<void>>();
  private isStopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: SinkConnections,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, lookMilliseconds);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.beating.values());
  }

  private async look(): Promise<void> {
    if (this.isStopped) return;
    try {
      const [due] = await this.dataSource.query<[DueSink[], number]>(dueStatement);
      for (const sink of due) this.beat(sink);
    } catch (error) {
      createLogger('sinks').warn({ err: error }, 'heartbeats could not be sent; they are looked at again');
    }
  }

  private beat(sink: DueSink): void {
    // Where the last one is still under way, this one would only wait behind it.
    if (this.beating.has(sink.id)) return;
    const sent = this.connections
      .beat(sink, heartbeatOf(sink.beat, sink.heartbeatSeconds, sink))
      // That it does not come is what it says.
      .catch(() => undefined)
      .finally(() => this.beating.delete(sink.id));
    this.beating.set(sink.id, sent);
  }
}

/** One that is due later than it can be was put off before the clock was set back. */
const dueStatement = `
  UPDATE sink SET beat = sink.beat % 2000000000 + 1, beat_due_at = now() + sink.heartbeat_seconds * interval '1 second'
  FROM (
    SELECT held.id, coalesce(head.last_seq, 0) AS last_seq FROM sink held
    LEFT JOIN logged_prediction_head head ON head.project_id = held.project_id
    WHERE held.heartbeat_seconds IS NOT NULL AND held.paused_at IS NULL
      AND (held.beat_due_at <= now() OR held.beat_due_at > now() + held.heartbeat_seconds * interval '1 second')
    FOR UPDATE OF held SKIP LOCKED
  ) AS due WHERE sink.id = due.id
  RETURNING sink.id, plugin, params, secret, heartbeat_seconds AS "heartbeatSeconds", beat, sink.last_seq AS "lastSeq",
    due.last_seq - sink.last_seq AS waiting`;
