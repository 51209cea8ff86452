import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { FaultError } from '../../shared/errors.js';

/** Whether `authorization` carries the server's token; always when the server has none. Takes the same time for every wrong token. */
export function isAuthorized(authorization: unknown, apiToken: string | undefined): boolean {
  if (apiToken === undefined) return true;
  const token = typeof authorization === 'string' ? /^Bearer (\S+)$/i.exec(authorization)?.[1] : undefined;
  return token !== undefined && timingSafeEqual(digest(token), digest(apiToken));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** @throws FaultError UNAUTHENTICATED unless the request carries the server's token. */
export function checkToken(request: FastifyRequest, apiToken: string | undefined): void {
  if (isAuthorized(request.headers.authorization, apiToken)) return;
  throw new FaultError('UNAUTHENTICATED', 'Send the API token in the header "authorization: Bearer <token>".');
}
