import { createClient, type Client } from 'graphql-ws';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';

/** Where a server is, and how to be let in. */
export interface Server {
  /** Without path, e.g. `http://127.0.0.1:4000`. */
  url: string;
  /** Sent as bearer token. */
  token?: string | undefined;
  /** Class that makes WebSockets; browsers, and Node from version 22 on, have their own. */
  webSocket?: unknown;
}

/** The address of the API. */
export function endpointOf({ url }: Server): string {
  return `${url}/graphql`;
}

/** What lets a client in, over HTTP and in `connection_init` alike. */
export function credentialsOf({ token }: Server): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/**
 * The library that speaks the protocol for all of them. It must not connect again by itself: it would send the operation as it was
 * first, and events that were seen already would come twice. `followFromCursor` does it better.
 */
export function liveClient(server: Server): Client {
  return createClient({
    url: endpointOf(server).replace(/^http/, 'ws'),
    connectionParams: credentialsOf(server),
    webSocketImpl: server.webSocket,
    retryAttempts: 0,
  });
}

/** The schema as a normalised cache wants it. A build fetches it once; it changes with the server only. */
export async function fetchSchema(server: Server): Promise<IntrospectionQuery> {
  const response = await fetch(endpointOf(server), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentialsOf(server) },
    body: JSON.stringify({ query: getIntrospectionQuery({ descriptions: false }) }),
  });
  const { data, errors } = (await response.json()) as { data?: IntrospectionQuery; errors?: { message: string }[] };
  if (!data) throw new Error(errors?.[0]?.message ?? `HTTP ${response.status}`);
  return data;
}
