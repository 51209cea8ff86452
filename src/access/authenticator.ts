import { createHash, timingSafeEqual } from 'node:crypto';
import { FaultError } from '../shared/errors.js';
import { bootstrapPrincipal, localPrincipal, type Principal } from './principal.js';

/** What a client shows of itself: with a request over HTTP, or once for a WebSocket. */
export interface Credentials {
  /** The header `authorization`, or what `connection_init` calls so. */
  authorization: string | undefined;
  /** The header `cookie`. */
  cookie: string | undefined;
  /** The client's, as far as proxies are trusted. */
  address: string;
}

/** Says who asks. The one door for HTTP, WebSocket and plain routes. */
export interface Authenticator {
  /** @throws FaultError UNAUTHENTICATED when nobody is known by these credentials. */
  authenticate(credentials: Credentials): Promise<Principal>;
  /**
   * A principal that came in earlier, with its rights as they are now.
   * @throws FaultError when its session or token is over.
   */
  stillHolds(principal: Principal): Promise<Principal>;
}

/** Takes the token of the server's configuration; without one whoever asks is LOCAL. */
export class ServerTokenAuthenticator implements Authenticator {
  constructor(private readonly apiToken: string | undefined) {}

  /** Takes the same time for every wrong token. */
  authenticate({ authorization }: Credentials): Promise<Principal> {
    if (this.apiToken === undefined) return Promise.resolve(localPrincipal);
    const token = bearerToken(authorization);
    if (token !== undefined && timingSafeEqual(digest(token), digest(this.apiToken))) {
      return Promise.resolve(bootstrapPrincipal);
    }
    const message = 'Send the API token in the header "authorization: Bearer <token>".';
    return Promise.reject(new FaultError('UNAUTHENTICATED', message));
  }

  /** The token of the configuration holds as long as the process. */
  stillHolds(principal: Principal): Promise<Principal> {
    return Promise.resolve(principal);
  }
}

/** The token in `Bearer <token>`, or undefined. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
