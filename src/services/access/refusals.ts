import { bearerToken, readToken, type Credentials } from '../../access/index.js';
import { logContext } from '../../shared/logger.js';
import type { FaultError } from '../../shared/errors.js';
import type { AuditEventsService } from '../audit-events.service.js';

/** Writes down who was turned away at the door. */
export class Refusals {
  constructor(private readonly auditEvents: AuditEventsService) {}

  /** Names the token where it was one of this server once: its secret has got about. */
  async record({ authorization, address }: Credentials, { code }: FaultError): Promise<void> {
    const token =
      code.startsWith('TOKEN_') && code !== 'TOKEN_INVALID' ? readToken(bearerToken(authorization) ?? '') : undefined;
    const actor = { principal: undefined, address, requestId: logContext().requestId };
    const targets = token ? [`AccessToken:${token.id}`] : [];
    await this.auditEvents.record(actor, { action: 'authenticate', targets, details: { problems: [code] } }, 'REFUSED');
  }
}
