import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { ProjectChangeEntity, WebhookEntity } from '../../database/entities/index.js';
import { readChanges, type DatabaseSignals } from '../../jobs/index.js';
import { createLogger } from '../../shared/logger.js';
import { changeMessage } from './changeMessage.js';
import { logDelivery } from './deliveryLog.js';
import { sendDelivery, type DeliveryOutcome } from './sendDelivery.js';
import { signingSecrets } from './webhookSecrets.js';

/** Looks by itself this often: for what is due again, and in case a signal got lost. */
const pollMilliseconds = 2_000;

/** Webhooks that one process serves side by side: one that hangs holds up itself alone. */
const sideBySide = 8;

/** How long whoever delivers may be silent before another one takes over; longer than an attempt may take. */
const leaseSeconds = 60;

/** Changes that are looked at in one go. */
const pageSize = 100;

/** Seconds before the second, third … attempt; behind the last of them the webhook is paused. 28 hours together. */
const usualPauses = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 36_000];

/** Longest pause that a receiver can ask for, seconds. */
const longestPause = 24 * 3600;

/** How webhooks are served. */
export interface DispatchSettings {
  webhookPrivate: boolean;
  /** Seconds between attempts, see {@link usualPauses}. */
  pauses?: readonly number[];
  /** Milliseconds that an attempt may take. */
  deadline?: number;
}

/**
 * Tells webhooks of the changes of their projects, each in order and one at a time. The log of changes is the queue: a webhook has a
 * place in it, which moves when the receiver has taken a change, so none is left out, whatever stops in between; one that was taken and
 * not noted comes again under the same `webhook-id`. Every worker looks; a lease in the row lets one of them deliver.
 */
export class WebhookDispatcher {
  private readonly logger = createLogger('webhooks');
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private stopListening: () => void = () => undefined;
  private isStopped = false;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly signals: DatabaseSignals,
    private readonly settings: DispatchSettings,
  ) {}

  start(): void {
    this.stopListening = this.signals.listen('project_change', () => this.look());
    this.timer = setInterval(() => this.look(), pollMilliseconds);
    this.look();
  }

  /** Resolves when the attempts under way have ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.stopListening();
    await this.looking;
    await Promise.all(this.running);
  }

  private look(): void {
    this.looking = this.looking.then(() => this.takeDue()).catch((error: unknown) => this.complain(error));
  }

  private async takeDue(): Promise<void> {
    while (!this.isStopped && this.running.size < sideBySide) {
      const webhook = await this.take();
      if (!webhook) return;
      const serving = this.serve(webhook)
        .catch((error: unknown) => this.complain(error))
        .finally(() => {
          this.running.delete(serving);
          if (!this.isStopped) this.look();
        });
      this.running.add(serving);
    }
  }

  /** A webhook that has something to be told, and is nobody else's now. */
  private async take(): Promise<WebhookEntity | undefined> {
    const [[taken]] = await this.dataSource.query<[WebhookEntity[], number]>(takeStatement, [
      randomUUID(),
      leaseSeconds,
    ]);
    return taken;
  }

  /** Tells one webhook what there is, until it is up to date or an attempt fails. */
  private async serve(webhook: WebhookEntity): Promise<void> {
    const changes = await readChanges(this.dataSource, webhook.projectId, webhook.lastSeq, pageSize);
    const [first] = changes;
    if (first && first.seq !== webhook.lastSeq + 1) return this.pause(webhook, expired(first.seq));
    for (const change of changes) {
      if (this.isStopped) break;
      const isMeant = webhook.kinds === null || webhook.kinds.includes(change.kind);
      const goesOn = isMeant ? await this.tell(webhook, change) : true;
      if (!goesOn) return;
      // Those that are not meant for it are passed over together, with the next one that is.
      if (isMeant || change === changes.at(-1)) {
        if (
          !(await this.note(webhook, "last_seq = $3, failures = 0, due_at = now() + $4 * interval '1 second'", [
            change.seq,
            leaseSeconds,
          ]))
        )
          return;
        webhook.failures = 0;
      }
    }
    await this.note(webhook, 'lease_token = NULL, due_at = now()', []);
  }

  /** @returns whether the receiver took it; where not, what follows is noted. */
  private async tell(webhook: WebhookEntity, change: ProjectChangeEntity): Promise<boolean> {
    const message = changeMessage(change);
    const secrets = signingSecrets(webhook, new Date());
    const { webhookPrivate, deadline } = this.settings;
    const outcome = await sendDelivery({ url: webhook.url, secrets }, message, webhookPrivate, deadline);
    const attempt = { webhookId: webhook.id, seq: change.seq, messageId: message.id, attempt: webhook.failures + 1 };
    await logDelivery(this.dataSource, attempt, outcome);
    if (outcome.failure === null) return true;
    await this.putOff(webhook, outcome);
    return false;
  }

  private async putOff(webhook: WebhookEntity, { status, failure, retryAfter }: DeliveryOutcome): Promise<void> {
    const { failures } = webhook;
    const pauses = this.settings.pauses ?? usualPauses;
    // Standard Webhooks: the receiver wants no more.
    if (status === 410) return this.pause(webhook, 'the receiver answered 410: it is gone');
    const pause = pauses[failures];
    if (pause === undefined)
      return this.pause(webhook, `${failures + 1} attempts failed, the last one because ${failure}`);
    // A quarter more or less, so that receivers of many are not met by all at once.
    const seconds = Math.max(pause * (0.75 + Math.random() / 2), Math.min(retryAfter ?? 0, longestPause));
    const assignments = `failures = $3, lease_token = NULL, due_at = now() + $4 * interval '1 second'`;
    await this.note(webhook, assignments, [failures + 1, seconds]);
  }

  private async pause(webhook: WebhookEntity, reason: string): Promise<void> {
    this.logger.warn({ webhookId: webhook.id, reason }, 'a webhook is paused');
    const assignments = 'paused_at = now(), pause_reason = $3, failures = failures + 1, lease_token = NULL';
    await this.note(webhook, assignments, [reason.slice(0, 500)]);
  }

  /** Changes the row of a webhook that is still held. @returns whether it is: somebody may have replayed, changed or deleted it. */
  private async note(webhook: WebhookEntity, assignments: string, values: readonly unknown[]): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE webhook SET ${assignments} WHERE id = $1 AND lease_token = $2`,
      [webhook.id, webhook.leaseToken, ...values],
    );
    return count > 0;
  }

  private complain(error: unknown): void {
    this.logger.warn({ err: error }, 'webhooks could not be served; they are looked at again');
  }
}

function expired(oldestSeq: number): string {
  return `the changes before number ${oldestSeq} were deleted for their age; replay it from there`;
}

const takeStatement = `
  UPDATE webhook SET lease_token = $1, due_at = now() + $2 * interval '1 second'
  WHERE id = (
    SELECT webhook.id FROM webhook JOIN project_change_head head ON head.project_id = webhook.project_id
    WHERE webhook.paused_at IS NULL AND webhook.due_at <= now() AND head.last_seq > webhook.last_seq
    ORDER BY webhook.due_at LIMIT 1 FOR UPDATE OF webhook SKIP LOCKED
  )
  RETURNING id, project_id AS "projectId", url, kinds, secret, earlier_secret AS "earlierSecret", earlier_until AS "earlierUntil",
    last_seq AS "lastSeq", failures, lease_token AS "leaseToken"`;
