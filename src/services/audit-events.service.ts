import type { DataSource } from 'typeorm';
import { everything, type AccessScope, type Principal } from '../access/index.js';
import { AuditEventEntity, PrincipalEntity, type AuditOutcome } from '../database/entities/index.js';
import { withAuditTrail, writeAuditEvent, type NewAuditEvent } from '../database/index.js';
import { FaultError, ProblemError } from '../shared/errors.js';
import { createLogger } from '../shared/logger.js';
import { inputDigest } from './inputDigest.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import { auditDetails } from './audit/auditDetails.js';
import { FloodOfRefusals } from './audit/floodOfRefusals.js';

/** Who does something, and from where. */
export interface Actor {
  /** Undefined for nobody who is known. */
  principal: Principal | undefined;
  /** How somebody came in who is no principal, e.g. `CLI`. */
  via?: string;
  /** The client's; undefined on the server's own machine. */
  address: string | undefined;
  requestId: string | undefined;
}

/** What is done. */
export interface AuditedAction {
  /** Name of the mutation, or of what else happens. */
  action: string;
  /** UUID. */
  projectId?: string | undefined;
  /** `Noun:<UUID>` of what the input names. */
  targets?: readonly string[];
  /** What was asked for: shortened and without secrets it becomes part of the line. */
  input?: unknown;
  /** Small, and without secrets: becomes part of the line as it is. */
  details?: Readonly<Record<string, unknown>>;
}

/** Which lines of the log. */
export interface AuditFilter {
  action?: string | null | undefined;
  outcome?: AuditOutcome | null | undefined;
  /** UUID. */
  principalId?: string | null | undefined;
  since?: Date | null | undefined;
  until?: Date | null | undefined;
}

/** A line, and who it was as the principal is called now. */
export type AuditedLine = AuditEventEntity & { principal?: PrincipalEntity | null };

/** Who did what: one line for each change, sign-in and refusal. */
export class AuditEventsService {
  private readonly logger = createLogger('audit');
  private readonly flood = new FloodOfRefusals((event) =>
    writeAuditEvent(this.dataSource, event, 'REFUSED').then(
      () => undefined,
      (error: unknown) => this.logger.warn({ err: error }, 'how often something was refused could not be written'),
    ),
  );

  constructor(private readonly dataSource: DataSource) {}

  /** Writes down what is still to be told of refusals. */
  stop(): Promise<void> {
    return this.flood.end();
  }

  /**
   * Does something, with its line in the transaction that changes something first. What changes nothing has its line written behind it,
   * with the codes of what was refused; of many refusals of one kind some have a line, see {@link FloodOfRefusals}.
   * @param problemsOf codes of expected problems in the answer of `work`.
   */
  async audited<T>(
    actor: Actor,
    action: AuditedAction,
    work: () => Promise<T>,
    problemsOf: (answer: T) => readonly string[] = () => [],
  ): Promise<T> {
    const { outcome, written, event } = await withAuditTrail(newEvent(actor, action), work);
    const problems = outcome.status === 'fulfilled' ? problemsOf(outcome.value) : [codeOf(outcome.reason)];
    if (!written || problems.length > 0) {
      const refused = outcome.status === 'fulfilled' || isExpected(outcome.reason) ? 'REFUSED' : 'FAILED';
      const details = problems.length > 0 ? { ...event.details, problems } : event.details;
      await this.write({ ...event, details }, problems.length > 0 ? refused : 'DONE');
    }
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  /** Writes a line of what is no change: a sign-in, a refusal. */
  async record(actor: Actor, action: AuditedAction, outcome: AuditOutcome): Promise<void> {
    await this.write(newEvent(actor, action), outcome);
  }

  private async write(event: NewAuditEvent, outcome: AuditOutcome): Promise<void> {
    if (outcome === 'REFUSED' && !this.flood.admits(event)) return;
    await writeAuditEvent(this.dataSource, event, outcome);
  }

  /**
   * Newest first.
   * @param scope projects whose lines may be read; those of no project only with everything.
   * @param projectId UUID; all of the scope when left out.
   */
  page(
    scope: AccessScope,
    projectId: string | undefined,
    filter: AuditFilter,
    request: PageRequest,
  ): Promise<Page<AuditedLine>> {
    const query = this.dataSource
      .getRepository(AuditEventEntity)
      .createQueryBuilder('event')
      .leftJoinAndMapOne('event.principal', PrincipalEntity, 'principal', 'principal.id = event.principal_id');
    if (scope !== everything) query.andWhere('event.project_id = ANY (:projects)', { projects: [...scope.projects] });
    if (projectId) query.andWhere('event.project_id = :projectId', { projectId });
    const { action, outcome, principalId, since, until } = filter;
    if (action) query.andWhere('event.action = :action', { action });
    if (outcome) query.andWhere('event.outcome = :outcome', { outcome });
    if (principalId) query.andWhere('event.principal_id = :principalId', { principalId });
    if (since) query.andWhere('event.at >= :since', { since });
    if (until) query.andWhere('event.at < :until', { until });
    const of = inputDigest([scope, projectId, action, outcome, principalId, since, until]);
    return paginate(query, {
      connection: `auditEvents:${of}`,
      alias: 'event',
      keys: [{ column: 'seq', direction: 'DESC' }],
      request,
    });
  }
}

function newEvent(
  { principal, via, address, requestId }: Actor,
  { action, projectId, targets = [], input, details = {} }: AuditedAction,
): NewAuditEvent {
  return {
    principalId: principal?.id ?? null,
    via: principal ? [principal.via.kind, principal.via.id].filter(Boolean).join(':') : (via ?? null),
    address: address ?? null,
    projectId: projectId ?? null,
    ...{ action, targets, requestId: requestId ?? null },
    details: input === undefined ? details : { input: auditDetails(input), ...details },
  };
}

function codeOf(error: unknown): string {
  return isExpected(error) ? error.code : 'INTERNAL_SERVER_ERROR';
}

function isExpected(error: unknown): error is FaultError | ProblemError {
  return error instanceof FaultError || error instanceof ProblemError;
}
