import { RequestError, ResiduaClient, UnreachableError } from '../../src/client/index.js';

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

/** Bytes to send, with somebody who watches. */
interface WatchedSending {
  method: string;
  headers: Readonly<Record<string, string>>;
  blob: Blob;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

class OwnServer extends ResiduaClient {
  override open(url: string): Promise<Response> {
    return super.open(here(url));
  }

  override send(url: string, ...rest: [method: string, headers: Record<string, string>, body: Blob]): Promise<void> {
    return super.send(here(url), ...rest);
  }

  /**
   * Sends bytes and tells how many have gone: `fetch` does not over HTTP/1.
   * @throws RequestError, UnreachableError, and the reason of the signal.
   */
  sendWatched(url: string, { method, headers, blob, signal, onProgress }: WatchedSending): Promise<void> {
    const request = new XMLHttpRequest();
    const ended = new Promise<void>((done, fail) => {
      const unreachable = () => fail(new UnreachableError(this.address.url, 'the connection broke'));
      request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded, blob.size));
      request.addEventListener('load', () => (request.status < 400 ? done() : fail(refusal(request))));
      request.addEventListener('error', unreachable);
      request.addEventListener('timeout', unreachable);
      signal.addEventListener('abort', () => (request.abort(), fail(signal.reason as Error)));
    });
    request.open(method, here(url));
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    const { token } = this.address;
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.send(blob);
    return ended;
  }
}

/** Why bytes were not taken, in the words of the server. A server that stops answers 503, and is one that comes back. */
function refusal({ status, responseText, responseURL }: XMLHttpRequest): Error {
  if ([502, 503, 504].includes(status)) return new UnreachableError(responseURL, `HTTP ${status}`);
  try {
    const { errors } = JSON.parse(responseText) as { errors: { message: string; extensions: { code: string } }[] };
    const [first, ...rest] = errors.map(({ message, extensions: { code } }) => ({ code, message }));
    if (first) return new RequestError([first, ...rest]);
  } catch {
    // Something before the server answered, in words of its own.
  }
  return new RequestError([{ code: 'BAD_REQUEST', message: `HTTP ${status} ${responseText.slice(0, 300)}` }]);
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
