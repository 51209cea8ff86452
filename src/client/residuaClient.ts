import { createClient, type Client, type ExecutionResult } from 'graphql-ws';
import { RequestError, requestError, UnreachableError } from './errors.js';
import type { TypedDocumentString } from './generated/graphql.js';

/** Where a server is, and how to be let in. */
export interface ServerAddress {
  /** Without path, e.g. `http://127.0.0.1:4000`. */
  url: string;
  /** Sent as bearer token, to this server alone. */
  token?: string | undefined;
  /** Class that makes WebSockets; left out, that of the browser. Node has one from version 22 on, see `node/`. */
  webSocket?: unknown;
}

/**
 * Speaks with one Residua server: queries and mutations by HTTP, subscriptions by graphql-ws, bytes by the URLs the API
 * gives. Documents and types are made from `operations/`. Runs in browsers too.
 */
export class ResiduaClient {
  private live: Client | undefined;

  constructor(readonly address: ServerAddress) {}

  /**
   * Runs a query or mutation.
   * @throws RequestError for top-level errors, UnreachableError when no server answers.
   */
  async request<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
  ): Promise<Data> {
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body: bodyOf(document, variables),
    });
    const result = await this.jsonOf<ExecutionResult>(response);
    if (result.errors?.length) throw requestError(result.errors);
    if (!result.data) throw new UnreachableError(this.address.url, `HTTP ${response.status} without data`);
    return result.data as Data;
  }

  /** Bytes that {@link request} would send. */
  bytesOf<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): number {
    return new TextEncoder().encode(bodyOf(document, variables)).length;
  }

  /**
   * Opens a subscription. The stream ends when the server completes it; leaving the loop closes it.
   * @throws RequestError for errors of the operation, UnreachableError when the connection cannot be made or breaks.
   */
  async *subscribe<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data> {
    const stream = this.socket().iterate({
      query: document.toString(),
      variables: variables as Record<string, unknown>,
    });
    try {
      for await (const result of stream) {
        if (result.errors?.length) throw requestError(result.errors);
        if (result.data) yield result.data as Data;
      }
    } catch (error) {
      throw this.connectionError(error);
    }
  }

  /** Bytes behind a URL of the API, relative or absolute. @throws as {@link open}. */
  async download(url: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.open(url)).arrayBuffer());
  }

  /**
   * What lies behind a URL of the API, to be read piece by piece.
   * @throws RequestError when the server does not give it, UnreachableError.
   */
  async open(url: string): Promise<Response> {
    const response = await this.fetch(url, {});
    if (!response.ok) {
      const code = response.status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
      throw new RequestError([{ code, message: `GET ${url}: HTTP ${response.status}` }]);
    }
    return response;
  }

  /** Sends bytes to the place `createUpload` gave. @throws RequestError with the server's reason. */
  async send(url: string, method: string, headers: Record<string, string>, body: Blob | ReadableStream): Promise<void> {
    // Only streams need to be told that no answer is expected before they end.
    const duplex = body instanceof ReadableStream ? { duplex: 'half' as const } : {};
    const response = await this.fetch(url, { method, headers, body, ...duplex });
    if (response.ok) return;
    const text = await response.text();
    const unknown = [{ message: `${method} ${url}: HTTP ${response.status} ${text.slice(0, 300)}` }];
    throw requestError(errorsIn(text) ?? unknown);
  }

  /** Closes the WebSocket, if one was opened. */
  async close(): Promise<void> {
    await this.live?.dispose();
    this.live = undefined;
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const url = new URL(path, this.address.url);
    const headers = new Headers(init.headers);
    // The token goes to the server it belongs to, never to another address an answer names.
    const own = url.origin === new URL(this.address.url).origin;
    if (this.address.token && own) headers.set('authorization', `Bearer ${this.address.token}`);
    try {
      return await fetch(url, { ...init, headers });
    } catch (error) {
      throw new UnreachableError(url.origin, reasonOf(error));
    }
  }

  private async jsonOf<T>(response: Response): Promise<T> {
    const text = await response.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new UnreachableError(this.address.url, `HTTP ${response.status}, and the answer is not JSON`);
    }
  }

  private socket(): Client {
    const { url, token, webSocket } = this.address;
    this.live ??= createClient({
      url: new URL('/graphql', url.replace(/^http/, 'ws')).href,
      ...(webSocket !== undefined && { webSocketImpl: webSocket }),
      // Whoever reads decides when to connect again, because only the reader knows its cursor.
      retryAttempts: 0,
      ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
    });
    return this.live;
  }

  private connectionError(error: unknown): unknown {
    if (Array.isArray(error)) return requestError(error as { message?: string }[]);
    if (error instanceof RequestError) return error;
    if (isCloseEvent(error)) {
      if (error.code === 4401 || error.code === 4403) {
        return new RequestError([
          { code: error.code === 4401 ? 'UNAUTHENTICATED' : 'FORBIDDEN', message: error.reason },
        ]);
      }
      return new UnreachableError(this.address.url, `connection closed: ${error.code} ${error.reason}`.trim());
    }
    return new UnreachableError(this.address.url, reasonOf(error));
  }
}

/** Errors as every route of a server writes them. */
function errorsIn(text: string): { message?: string }[] | undefined {
  try {
    const { errors } = JSON.parse(text) as { errors?: { message?: string }[] };
    return Array.isArray(errors) ? errors : undefined;
  } catch {
    return undefined;
  }
}

function isCloseEvent(error: unknown): error is { code: number; reason: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String((error as { message?: string } | null)?.message ?? error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? (cause?.message || error.message || error.name);
}

/** What a request sends. */
function bodyOf<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables | undefined,
): string {
  return JSON.stringify({ query: document.toString(), variables });
}
