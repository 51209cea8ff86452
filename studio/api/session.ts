import { RequestError, ResiduaClient } from '../../src/client/index.js';

const tokenKey = 'residua-token';

/** Of this tab alone, and only on a server that asks for the token of its configuration. */
function storedToken(): string | undefined {
  return sessionStorage.getItem(tokenKey) ?? undefined;
}

/**
 * An address of the API as one of the page's own origin. The server names itself as it is told to (`127.0.0.1`, its public address); whoever
 * opened the page may know it by another name, and the page may ask that one only.
 */
export function here(address: string): string {
  const { pathname, search } = new URL(address, location.origin);
  return `${pathname}${search}`;
}

class OwnServer extends ResiduaClient {
  override open(url: string): Promise<Response> {
    return super.open(here(url));
  }

  override send(url: string, ...rest: [method: string, headers: Record<string, string>, body: Blob]): Promise<void> {
    return super.send(here(url), ...rest);
  }
}

/** Speaks with the server that gave out this page. */
export const client = new OwnServer({ url: location.origin, token: storedToken() });

/** Keeps a token for this tab and begins anew with it. */
export function enterToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
  location.reload();
}

/** Forgets a token that was not taken. */
export function forgetToken(): void {
  sessionStorage.removeItem(tokenKey);
}

/** Whether a request failed because the server does not know who asks. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof RequestError && error.errors.some(({ code }) => code === 'UNAUTHENTICATED');
}
