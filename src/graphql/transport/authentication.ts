import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator, Principal } from '../../access/index.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined before the request was authenticated, and for files whose signed address is enough. */
    principal: Principal | undefined;
  }
}

/** Lets requests carry who asks. */
export function carryPrincipals(app: FastifyInstance): void {
  app.decorateRequest('principal', undefined);
}

/** Learns who asks. @throws FaultError UNAUTHENTICATED. */
export async function authenticate(request: FastifyRequest, authenticator: Authenticator): Promise<Principal> {
  const { headers, ip: address } = request;
  const { authorization, cookie } = headers;
  return (request.principal = await authenticator.authenticate({ authorization, cookie, address }));
}
