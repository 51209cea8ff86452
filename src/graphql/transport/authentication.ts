import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator, Principal } from '../../access/index.js';
import type { OpenedAddress } from './fileAddresses.js';
import { requireOwnPage } from './ownPages.js';
import type { RateLimits } from './rateLimits.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined before the request was authenticated, and for files whose signed address is enough. */
    principal: Principal | undefined;
    /** What the signed address opens that was asked for; undefined for any other. */
    opened: OpenedAddress | undefined;
  }
}

/** Lets requests carry who asks, or what opens the door without that. */
export function carryPrincipals(app: FastifyInstance): void {
  app.decorateRequest('principal', undefined);
  app.decorateRequest('opened', undefined);
}

/** Methods that change nothing. */
const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Learns who asks. A session counts for changes only where a page of this server asks for them, and never for queries in an address: those
 * a page of another site can make a browser send.
 * @throws FaultError UNAUTHENTICATED and the like; RATE_LIMITED; FORBIDDEN for what a page elsewhere made a browser send.
 */
export async function authenticate(
  request: FastifyRequest,
  { authenticator, publicUrl, rates, withoutCookies = false }: AuthenticationRules,
): Promise<Principal> {
  const { headers, ip: address, method } = request;
  const cookie = withoutCookies ? undefined : headers.cookie;
  const principal = await authenticator.authenticate({ authorization: headers.authorization, cookie, address });
  request.principal = principal;
  rates.countPrincipal(principal);
  if (principal.via.kind === 'SESSION' && !safeMethods.includes(method)) requireOwnPage(headers, publicUrl);
  return principal;
}

export interface AuthenticationRules {
  authenticator: Authenticator;
  publicUrl: string | undefined;
  rates: RateLimits;
  /** Whether cookies count for nothing here. */
  withoutCookies?: boolean;
}
