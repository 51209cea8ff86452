import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import {
  CreateUploadDocument,
  JobEventsDocument,
  type JobEventsSubscription,
  type ProblemFragment,
  type TypedDocumentString,
} from './generated/graphql.js';

export type JobEvent = JobEventsSubscription['jobEvents'];

/** How often in a row a lost connection is made again, and the first waiting time, which doubles. */
const reconnects = { attempts: 6, firstMilliseconds: 250 };

/** Problems the server reported: `userErrors` of a mutation, or what a job failed with. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(problems: readonly ProblemFragment[]) {
    super(problems.map(({ code, message, item }) => `${code}${item ? ` (${item})` : ''}: ${message}`).join('\n'));
  }
}

/** A mutation's payload itself. @throws Refused with all its `userErrors`. */
export function accepted<Payload extends { userErrors: readonly ProblemFragment[] }>(payload: Payload): Payload {
  if (payload.userErrors.length > 0) throw new Refused(payload.userErrors);
  return payload;
}

/** Queries and mutations over HTTP, subscriptions over a WebSocket, typed by the operations of `operations.graphql`. */
export class ResiduaClient {
  private readonly socket: Client;

  /** @param url of the server, without path. @param token sent as bearer token, when the server wants one. */
  constructor(
    private readonly url: string,
    private readonly token?: string,
  ) {
    this.socket = createClient({
      url: new URL('/graphql', url.replace(/^http/, 'ws')).href,
      webSocketImpl: WebSocket,
      // `jobEvents` connects again itself: it knows which event it saw last.
      retryAttempts: 0,
      ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
    });
  }

  /** @throws Error for top-level errors: faults, limits, authentication. */
  async request<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    const response = await this.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (answer.errors) throw errorOf(answer.errors);
    return answer.data!;
  }

  /** A job's events from the first to the last, each once, also over lost connections. */
  async *jobEvents(jobId: string): AsyncGenerator<JobEvent> {
    let after: string | undefined;
    for (let failures = 0; ;) {
      try {
        for await (const event of this.subscribe(jobId, after)) {
          failures = 0;
          after = event.cursor;
          yield event;
        }
        return;
      } catch (error) {
        if (!isLostConnection(error) || ++failures > reconnects.attempts) throw errorOf(error);
        await pause(reconnects.firstMilliseconds * 2 ** (failures - 1));
      }
    }
  }

  /** Sends a file in the two steps of the API. @returns the id of the upload. */
  async upload(file: string, contentType: string): Promise<string> {
    const body = await openAsBlob(file, { type: contentType });
    const hash = createHash('sha256');
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
    const input = { filename: basename(file), bytes: body.size, sha256: hash.digest('hex'), contentType };
    const { upload } = accepted((await this.request(CreateUploadDocument, { input })).createUpload);
    const { id, url, method, headers } = upload!;
    const response = await this.send(url, { method, body, headers: headers as Record<string, string> });
    if (!response.ok) throw new Error(`${method} ${url}: HTTP ${response.status} ${await response.text()}`);
    return id;
  }

  async close(): Promise<void> {
    await this.socket.dispose();
  }

  private async *subscribe(jobId: string, after: string | undefined): AsyncGenerator<JobEvent> {
    const operation = { query: JobEventsDocument.toString(), variables: { jobId, after } };
    for await (const { data, errors } of this.socket.iterate<JobEventsSubscription>(operation)) {
      if (errors) throw errorOf(errors);
      if (data) yield data.jobEvents;
    }
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const url = new URL(path, this.url);
    const headers = new Headers(init.headers);
    // The token is for this server alone, not for any address that an answer names.
    if (this.token && url.origin === new URL(this.url).origin) headers.set('authorization', `Bearer ${this.token}`);
    try {
      return await fetch(url, { ...init, headers });
    } catch (error) {
      throw new Error(`no server answers at ${url.origin}`, { cause: error });
    }
  }
}

/** Whether it is worth another try: not when the server answered, be it with errors or with a close code of the protocol. */
function isLostConnection(error: unknown): boolean {
  if (Array.isArray(error) || error instanceof Error) return false;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code !== 'number' || code < 4400 || code > 4499;
}

/** graphql-ws throws lists of GraphQL errors and close events, too. */
function errorOf(error: unknown): Error {
  if (error instanceof Error) return error;
  if (Array.isArray(error)) return new Error(error.map(({ message }: { message: string }) => message).join('\n'));
  const { code, reason, message } = error as { code?: number; reason?: string; message?: string };
  return new Error(message ?? `the connection was closed: ${code} ${reason}`);
}
