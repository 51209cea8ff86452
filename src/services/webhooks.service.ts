import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  ProjectChangeHeadEntity,
  ProjectEntity,
  WebhookDeliveryEntity,
  WebhookEntity,
  type ChangeKind,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { logDelivery, type KeptAttempt } from './deliveries/deliveryLog.js';
import { goingOn, pausing } from './deliveries/targetStates.js';
import { nameProblems, quoted } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { ProjectChangesService } from './project-changes.service.js';
import { inScope, liesIn, rowsIn } from './scoped.js';
import { urlFault } from './webhooks/addressRules.js';
import { testMessage } from './webhooks/changeMessage.js';
import { sendDelivery } from './webhooks/sendDelivery.js';
import { newWebhookSecret, overlapHours, signingSecrets } from './webhooks/webhookSecrets.js';

/** Webhooks of one project, at most. */
export const mostWebhooks = 20;

/** A webhook to make. */
export interface NewWebhook {
  /** UUID. */
  projectId: string;
  name: string;
  url: string;
  /** Null or left out: all. */
  kinds?: readonly ChangeKind[] | null | undefined;
}

/** What is undefined or null stays; `kinds: []` stands for all. */
export interface WebhookChange {
  name?: string | null | undefined;
  url?: string | null | undefined;
  kinds?: readonly ChangeKind[] | null | undefined;
  isPaused?: boolean | null | undefined;
}

/** A webhook, and the secret that is shown once. */
export interface ShownWebhook {
  webhook: WebhookEntity;
  secret: string;
}

/** Addresses that are told of a project's changes. */
export class WebhooksService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: Pick<ProjectChangesService, 'placeBehind'>,
    private readonly settings: { webhookPrivate: boolean },
  ) {}

  /** Oldest first. @throws FaultError NOT_FOUND for the project. */
  async page(scope: AccessScope, projectId: string, request: PageRequest): Promise<Page<WebhookEntity>> {
    if (!(await this.hasProject(scope, projectId))) throw nothingWithId('project');
    return paginate(inScope(this.webhooks.createQueryBuilder('webhook').where({ projectId }), scope), {
      connection: `webhooks:${projectId}`,
      alias: 'webhook',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  /** Attempts to tell a webhook something, newest first. */
  deliveries(scope: AccessScope, webhookId: string, request: PageRequest): Promise<Page<WebhookDeliveryEntity>> {
    const rows = this.dataSource
      .getRepository(WebhookDeliveryEntity)
      .createQueryBuilder('delivery')
      .where({ webhookId });
    return paginate(inScope(rows, scope), {
      connection: `deliveries:${webhookId}`,
      alias: 'delivery',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  /** Makes a webhook that is told of what happens from now on. @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT, CONFLICT for too many. */
  async create(scope: AccessScope, { projectId, name, url, kinds }: NewWebhook): Promise<ShownWebhook> {
    throwIfProblems(this.problems({ name, url }));
    if (!(await this.hasProject(scope, projectId))) throw notFound('project', projectId, ['input', 'projectId']);
    const [id, secret] = [uuid(), newWebhookSecret()];
    await this.dataSource.transaction(async (manager) => {
      await manager.findOne(ProjectEntity, { where: { id: projectId }, lock: { mode: 'pessimistic_write' } });
      if ((await manager.countBy(WebhookEntity, { projectId })) >= mostWebhooks) {
        throw problem('CONFLICT', `the project has ${mostWebhooks} webhooks; no more are allowed`, {
          field: ['input'],
        });
      }
      const lastSeq = await lastSeqOf(manager, projectId);
      await manager.insert(WebhookEntity, { id, projectId, name, url, kinds: kindsOf(kinds), secret, lastSeq });
      noteForAudit({ projectId, targets: [`Webhook:${id}`], details: { after: { name, url } } });
    });
    return { webhook: await this.require(scope, id), secret };
  }

  /** Changes a webhook, pauses it or lets it go on where it stood. @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT. */
  async update(scope: AccessScope, id: string, change: WebhookChange): Promise<WebhookEntity> {
    throwIfProblems(this.problems(change));
    const before = await this.require(scope, id);
    const { name, url, kinds, isPaused } = change;
    await this.write(before, {
      ...{ name: name ?? before.name, url: url ?? before.url, kinds: kinds ? kindsOf(kinds) : before.kinds },
      ...(isPaused === false ? goingOn : pausing(before, isPaused)),
    });
    return this.require(scope, id);
  }

  /** Gives it another secret; the one before signs beside it for a day. @throws ProblemError NOT_FOUND. */
  async rotate(scope: AccessScope, id: string): Promise<ShownWebhook> {
    const webhook = await this.require(scope, id);
    const secret = newWebhookSecret();
    const earlierUntil = new Date(Date.now() + overlapHours * 3_600_000);
    await this.write(webhook, { secret, earlierSecret: webhook.secret, earlierUntil });
    return { webhook: await this.require(scope, id), secret };
  }

  /**
   * Tells it again everything behind a cursor of `projectChanges`, from the oldest change kept when left out, and lets it go on.
   * @throws ProblemError NOT_FOUND; FaultError CURSOR_INVALID, CURSOR_EXPIRED.
   */
  async replay(scope: AccessScope, id: string, after: string | null | undefined): Promise<WebhookEntity> {
    const webhook = await this.require(scope, id);
    const lastSeq = await this.changes.placeBehind(webhook.projectId, after);
    await this.write(webhook, { ...goingOn, lastSeq });
    return this.require(scope, id);
  }

  /** Sends it a message of type `test`, now. @returns what came of it. @throws ProblemError NOT_FOUND. */
  async test(scope: AccessScope, id: string): Promise<KeptAttempt> {
    const webhook = await this.require(scope, id);
    const message = testMessage(uuid(), webhook.projectId, new Date());
    const receiver = { url: webhook.url, secrets: signingSecrets(webhook, new Date()) };
    const outcome = await sendDelivery(receiver, message, this.settings.webhookPrivate);
    const attempt = { targetId: id, seq: null, messageId: message.id, attempt: 1, outcome };
    return logDelivery(this.dataSource, 'webhook', attempt);
  }

  /** @throws ProblemError NOT_FOUND. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    const webhook = await this.require(scope, id);
    await this.dataSource.transaction(async (manager) => {
      await manager.delete(WebhookEntity, { id });
      noteForAudit({ projectId: webhook.projectId, details: { before: { name: webhook.name, url: webhook.url } } });
    });
  }

  private async write(webhook: WebhookEntity, change: Partial<Omit<WebhookEntity, 'project'>>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.update(WebhookEntity, { id: webhook.id }, change);
      const told = ({ name, url, kinds, lastSeq }: Partial<WebhookEntity>) => ({ name, url, kinds, lastSeq });
      noteForAudit({ projectId: webhook.projectId, details: { before: told(webhook), after: told(change) } });
    });
  }

  private problems({ name, url }: { name?: string | null | undefined; url?: string | null | undefined }): Problem[] {
    const problems = typeof name === 'string' ? nameProblems('webhook name', name, { field: ['input', 'name'] }) : [];
    const fault = typeof url === 'string' ? urlFault(url, this.settings.webhookPrivate) : undefined;
    if (!fault) return problems;
    const message = `the address ${quoted(url!)} ${fault}`;
    return [...problems, { code: 'BAD_USER_INPUT', message, field: ['input', 'url'] }];
  }

  private async require(scope: AccessScope, id: string): Promise<WebhookEntity> {
    const found = await rowsIn(scope, this.webhooks, { id }).getOne();
    if (!found) throw notFound('webhook', id, ['input', 'webhookId']);
    return found;
  }

  private async hasProject(scope: AccessScope, id: string): Promise<boolean> {
    const { manager } = this.dataSource;
    return (await liesIn(scope, manager, ProjectEntity, id)) && manager.existsBy(ProjectEntity, { id });
  }

  private get webhooks() {
    return this.dataSource.getRepository(WebhookEntity);
  }
}

function kindsOf(kinds: readonly ChangeKind[] | null | undefined): ChangeKind[] | null {
  return kinds && kinds.length > 0 ? [...new Set(kinds)] : null;
}

async function lastSeqOf(manager: EntityManager, projectId: string): Promise<number> {
  return (await manager.findOneBy(ProjectChangeHeadEntity, { projectId }))?.lastSeq ?? 0;
}
