import type { DataSource } from 'typeorm';
import type { ProjectChangeEntity, WebhookEntity } from '../../database/entities/index.js';
import { readChanges, type DatabaseSignals } from '../../jobs/index.js';
import { LogDispatcher, type DeliverySource, type DeliveryTarget } from '../deliveries/logDispatcher.js';
import { changeMessage } from './changeMessage.js';
import { sendDelivery } from './sendDelivery.js';
import { signingSecrets } from './webhookSecrets.js';

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

type HeldWebhook = DeliveryTarget & Pick<WebhookEntity, 'url' | 'kinds' | 'secret' | 'earlierSecret' | 'earlierUntil'>;

/** Tells webhooks of the changes of their projects. Every worker looks. */
export class WebhookDispatcher extends LogDispatcher<HeldWebhook, ProjectChangeEntity> {
  constructor(dataSource: DataSource, signals: DatabaseSignals, settings: DispatchSettings) {
    super(dataSource, signals, changesForWebhooks(dataSource, settings));
  }
}

function changesForWebhooks(
  dataSource: DataSource,
  { webhookPrivate, deadline, pauses = usualPauses }: DispatchSettings,
): DeliverySource<HeldWebhook, ProjectChangeEntity> {
  return {
    table: 'webhook',
    targets: {
      joins: 'JOIN project_change_head head ON head.project_id = held.project_id',
      condition: 'held.paused_at IS NULL AND head.last_seq > held.last_seq',
      columns: `project_id AS "projectId", url, kinds, secret, earlier_secret AS "earlierSecret", earlier_until AS "earlierUntil",
        last_seq AS "lastSeq", failures,
        (SELECT last_seq FROM project_change_head head WHERE head.project_id = webhook.project_id) AS "headSeq"`,
    },
    channel: 'project_change',
    ...{ pauses, longestPause },
    read: ({ projectId, lastSeq }, limit) => readChanges(dataSource, projectId, lastSeq, limit),
    isGap: () => Promise.resolve(false),
    isMeant: ({ kinds }, { kind }) => kinds === null || kinds.includes(kind),
    messageId: (change) => changeMessage(change).id,
    deliver: async (webhook, change) => {
      const receiver = { url: webhook.url, secrets: signingSecrets(webhook, new Date()) };
      const outcome = await sendDelivery(receiver, changeMessage(change), webhookPrivate, deadline);
      // Standard Webhooks: the receiver wants no more.
      return outcome.status === 410 ? { ...outcome, gone: 'the receiver answered 410: it is gone' } : outcome;
    },
    expired: (oldestSeq) => `the changes before number ${oldestSeq} were deleted for their age; replay it from there`,
  };
}
