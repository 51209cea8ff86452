import type { FastifyInstance } from 'fastify';
import type { Services } from '../../services/index.js';
import { FaultError, ProblemError } from '../../shared/errors.js';
import type { Logger } from '../../shared/logger.js';

/** What is written down of those who are known. */
const recorded = ['FORBIDDEN', 'QUOTA_EXCEEDED', 'RATE_LIMITED'];

/**
 * Writes into the audit log what somebody who is known was refused by a route, and whose network was: as GraphQL does for its root fields.
 * Who is turned away at the door is written down there.
 */
export function recordRefusals(app: FastifyInstance, { auditEvents }: Services, logger: Logger): void {
  app.addHook('onError', async (request, _reply, error: unknown) => {
    if (!(error instanceof FaultError || error instanceof ProblemError) || !recorded.includes(error.code)) return;
    const { principal, ip: address, id: requestId, method, routeOptions } = request;
    const isOfNetwork = error instanceof FaultError && error.details['limit'] === 'address';
    if (!principal && !isOfNetwork) return;
    const action = { action: `${method} ${routeOptions.url ?? ''}`.trim(), details: { problems: [error.code] } };
    await auditEvents
      .record({ principal, address, requestId }, action, 'REFUSED')
      .catch((err: unknown) => logger.warn({ err }, 'a refusal could not be written into the audit log'));
  });
}
