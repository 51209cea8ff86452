import type { DataSource } from 'typeorm';
import type { DatabaseSignals } from '../../jobs/index.js';
import { createLogger } from '../../shared/logger.js';
import { logDelivery, type DeliveryOutcome, type TargetTable } from './deliveryLog.js';
import { leaseSeconds, LeasedRows, type LeasedRow, type LeasedTable } from './leasedRows.js';

/** Entries that are looked at in one go. */
const pageSize = 100;

/** What stands in a log. */
export interface DeliveredEntry {
  /** 1, 2, 3 … in order; where one is missing, it went for its age, or as {@link DeliverySource.isGap} says. */
  seq: number;
}

/** Somebody who is told of the entries of a log, as whoever delivers holds it. */
export interface DeliveryTarget extends LeasedRow {
  projectId: string;
  /** Place in the log: entries up to it were taken, or were not meant. */
  lastSeq: number;
  /** The last number that the log had given when the target was taken. */
  headSeq: number;
  /** Attempts that failed since the last one that did not. */
  failures: number;
}

/** What came of an attempt. */
export interface DeliveredOutcome extends DeliveryOutcome {
  /** Seconds the receiver asks to wait. */
  retryAfter?: number | undefined;
  /** Why the receiver wants no more, where it said so. */
  gone?: string | undefined;
}

/** A log, those who are told of it, and how. */
export interface DeliverySource<Target extends DeliveryTarget, Entry extends DeliveredEntry> {
  table: TargetTable;
  targets: Omit<LeasedTable, 'table' | 'longestPause'>;
  /** Signals that a log has grown. */
  channel: 'project_change' | 'prediction_logged';
  /** Seconds before the second, third … attempt; behind the last of them the target is paused. */
  pauses: readonly number[];
  /** Longest pause that a receiver can ask for, seconds. */
  longestPause: number;
  /** Entries behind the target's place, oldest first, at most `limit`. */
  read(target: Target, limit: number): Promise<Entry[]>;
  isMeant(target: Target, entry: Entry): boolean;
  /** The same in every attempt at an entry, and of no other. */
  messageId(entry: Entry): string;
  /** Never throws. */
  deliver(target: Target, entry: Entry): Promise<DeliveredOutcome>;
  /** Whether what is missing right behind the target's place was taken out of the middle, so that there is nothing to wait for. */
  isGap(target: Target): Promise<boolean>;
  /** Why a target whose place is older than the log must wait for a replay. */
  expired(oldestSeq: number): string;
  /** Told when the targets are left alone for good. */
  stop?: () => Promise<void>;
}

/**
 * Tells targets of the entries of a log, each in order and one at a time. The log is the queue: a target has a place in it, which moves
 * when the receiver has taken an entry, so none is left out, whatever stops in between; one that was taken and not noted comes again
 * under the same message id.
 */
export class LogDispatcher<Target extends DeliveryTarget, Entry extends DeliveredEntry> {
  private readonly rows: LeasedRows<Target>;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly signals: DatabaseSignals,
    private readonly source: DeliverySource<Target, Entry>,
  ) {
    // A quarter more than the longest of the pauses, see below.
    const longestPause = Math.max(source.longestPause, leaseSeconds, ...source.pauses.map((pause) => 1.25 * pause)) + 1;
    const leased = { ...source.targets, table: source.table, longestPause };
    this.rows = new LeasedRows(dataSource, leased, (target) => this.serve(target));
  }

  start(): void {
    this.stopListening = this.signals.listen(this.source.channel, () => this.rows.look());
    this.rows.start();
  }

  /** Resolves when the attempts under way have ended. */
  async stop(): Promise<void> {
    this.stopListening();
    await this.rows.stop();
    await this.source.stop?.();
  }

  /** Tells one target what there is, until it is up to date or an attempt fails. */
  private async serve(target: Target): Promise<void> {
    const entries = await this.source.read(target, pageSize);
    // Where nothing is left of what the log has given, the next number is the oldest one there can be.
    const oldestSeq = entries[0]?.seq ?? target.headSeq + 1;
    if (oldestSeq !== target.lastSeq + 1 && !(await this.passGap(target, oldestSeq))) return;
    for (const entry of entries) {
      if (this.rows.isStopped) break;
      const isMeant = this.source.isMeant(target, entry);
      const goesOn = isMeant ? await this.tell(target, entry) : true;
      if (!goesOn) return;
      // Those that are not meant for it are passed over together, with the next one that is.
      if (isMeant || entry === entries.at(-1)) {
        const assignments = "last_seq = $3, failures = 0, due_at = now() + $4 * interval '1 second'";
        if (!(await this.rows.note(target, assignments, [entry.seq, leaseSeconds]))) return;
        target.failures = 0;
      }
    }
    await this.rows.note(target, 'lease_token = NULL, due_at = now()');
  }

  /** @returns whether it goes on behind what is missing; where not, what follows is noted. */
  private async passGap(target: Target, oldestSeq: number): Promise<boolean> {
    if (await this.source.isGap(target)) return this.rows.note(target, 'last_seq = $3', [oldestSeq - 1]);
    await this.pause(target, this.source.expired(oldestSeq));
    return false;
  }

  /** @returns whether the receiver took it; where not, what follows is noted. */
  private async tell(target: Target, entry: Entry): Promise<boolean> {
    const outcome = await this.source.deliver(target, entry);
    await logDelivery(this.dataSource, this.source.table, {
      ...{ targetId: target.id, seq: entry.seq, messageId: this.source.messageId(entry) },
      ...{ attempt: target.failures + 1, outcome },
    });
    if (outcome.failure === null) return true;
    await this.putOff(target, outcome);
    return false;
  }

  private async putOff(target: Target, { failure, retryAfter, gone }: DeliveredOutcome): Promise<void> {
    const { failures } = target;
    if (gone !== undefined) return this.pause(target, gone);
    const pause = this.source.pauses[failures];
    if (pause === undefined)
      return this.pause(target, `${failures + 1} attempts failed, the last one because ${failure}`);
    // A quarter more or less, so that receivers of many are not met by all at once.
    const seconds = Math.max(pause * (0.75 + Math.random() / 2), Math.min(retryAfter ?? 0, this.source.longestPause));
    const assignments = `failures = $3, lease_token = NULL, due_at = now() + $4 * interval '1 second'`;
    await this.rows.note(target, assignments, [failures + 1, seconds]);
  }

  private async pause(target: Target, reason: string): Promise<void> {
    const { table } = this.source;
    createLogger(`${table}s`).warn({ id: target.id, reason }, `a ${table} is paused`);
    const assignments = 'paused_at = now(), pause_reason = $3, failures = failures + 1, lease_token = NULL';
    await this.rows.note(target, assignments, [reason.slice(0, 500)]);
  }
}
