import { LRUCache } from 'lru-cache';
import { bearerToken, readToken, type Credentials } from '../../access/index.js';
import { logContext } from '../../shared/logger.js';
import type { FaultError } from '../../shared/errors.js';
import type { AuditEventsService } from '../audit-events.service.js';

/** Lines a minute for one address: who is turned away a thousand times a second must not fill the database. */
const mostPerMinute = 10;

const addresses = 10_000;

/** Writes down who was turned away at the door. */
export class Refusals {
  private readonly counts = new LRUCache<string, { count: number }>({ max: addresses, ttl: 60_000 });

  constructor(private readonly auditEvents: AuditEventsService) {}

  /** Names the token where it was one of this server once: its secret has got about. */
  async record({ authorization, address }: Credentials, { code }: FaultError): Promise<void> {
    const counted = this.counts.get(address) ?? { count: 0 };
    if (counted.count === 0) this.counts.set(address, counted);
    if (++counted.count > mostPerMinute) return;
    const token =
      code.startsWith('TOKEN_') && code !== 'TOKEN_INVALID' ? readToken(bearerToken(authorization) ?? '') : undefined;
    const actor = { principal: undefined, address, requestId: logContext().requestId };
    const targets = token ? [`AccessToken:${token.id}`] : [];
    await this.auditEvents.record(actor, { action: 'authenticate', targets, details: { problems: [code] } }, 'REFUSED');
  }
}
