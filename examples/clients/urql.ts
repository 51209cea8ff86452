import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { IntrospectionQuery } from 'graphql';
import { credentialsOf, endpointOf, liveClient, type Server } from './connection.js';
import { followFromCursor, type FollowOptions } from './followFromCursor.js';

/** An urql client with graphcache: things are known by `__typename` and `id`, connections grow at both ends. */
export function urqlClient(server: Server, schema: IntrospectionQuery): Client {
  const live = liveClient(server);
  return new Client({
    url: endpointOf(server),
    fetchOptions: { headers: credentialsOf(server) },
    // The server takes GET only with a header that browsers ask about first.
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ schema, keys: embeddedTypes(schema), resolvers: { Dataset: { images: relayPagination() } } }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: live.subscribe(
              { query, variables: variables as Record<string, unknown> },
              // graphql-ws tells a connection that was closed by an event, not by an error.
              {
                ...sink,
                error: (error) => sink.error(error instanceof Error ? error : new Error('the connection was lost')),
              },
            ),
          }),
        }),
      }),
    ],
  });
}

/** Types without an `id` are parts of what holds them: graphcache wants to be told so. */
function embeddedTypes({ __schema }: IntrospectionQuery): Record<string, () => null> {
  return Object.fromEntries(
    __schema.types
      .filter((type) => type.kind === 'OBJECT' && !type.fields.some(({ name }) => name === 'id'))
      .map(({ name }) => [name, () => null]),
  );
}

const jobEvents = gql<{ jobEvents: SeenEvent }, { jobId: string; after: string | undefined }>`
  subscription JobEvents($jobId: ID!, $after: String) {
    jobEvents(jobId: $jobId, after: $after) {
      cursor
      seq
      ... on StateChanged {
        state
      }
    }
  }
`;

/** An event as this example selects it. */
export interface SeenEvent {
  cursor: string;
  seq: number;
  state?: string;
}

/** Follows a job. */
export function followWithUrql(
  client: Client,
  jobId: string,
  see: (event: SeenEvent) => void,
  options?: FollowOptions,
): Promise<void> {
  return followFromCursor<SeenEvent>(
    (after, observer) => {
      let ended = false;
      client.subscription(jobEvents, { jobId, after }).subscribe(({ data, error, hasNext }) => {
        if (ended) return;
        ended = error !== undefined || !hasNext;
        // The end comes with the last event once more.
        if (error) observer.error(error, error.graphQLErrors.length > 0);
        else if (ended) observer.complete();
        else if (data) observer.next(data.jobEvents);
      });
    },
    see,
    options,
  );
}
