import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import type { IntrospectionQuery } from 'graphql';
import { credentialsOf, endpointOf, liveClient, type Server } from './connection.js';
import { followFromCursor, type FollowOptions } from './followFromCursor.js';

/** An Apollo Client with a normalised cache: things are known by `__typename` and `id`, connections grow at both ends. */
export function apolloClient(server: Server, schema: IntrospectionQuery): ApolloClient {
  // Apollo's link looks at the global class when a connection ends, whatever class made it.
  if (server.webSocket && !('WebSocket' in globalThis)) Object.assign(globalThis, { WebSocket: server.webSocket });
  const http = new HttpLink({ uri: endpointOf(server), headers: credentialsOf(server) });
  const live = new GraphQLWsLink(liveClient(server));
  return new ApolloClient({
    link: ApolloLink.split(({ operationType }) => String(operationType) === 'subscription', live, http),
    cache: new InMemoryCache({
      possibleTypes: possibleTypesOf(schema),
      // Lists that are filtered differently are different lists.
      typePolicies: { Dataset: { fields: { images: relayStylePagination(['filter']) } } },
    }),
  });
}

/** Which types each interface has: without it `... on Job` matches nothing in the cache. */
function possibleTypesOf({ __schema }: IntrospectionQuery): Record<string, string[]> {
  return Object.fromEntries(
    __schema.types.flatMap((type) =>
      type.kind === 'INTERFACE' || type.kind === 'UNION'
        ? [[type.name, type.possibleTypes.map(({ name }) => name)] as const]
        : [],
    ),
  );
}

const jobEvents = gql`
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

/** Follows a job. Events are no things with an id: they do not go into the cache. */
export function followWithApollo(
  client: ApolloClient,
  jobId: string,
  see: (event: SeenEvent) => void,
  options?: FollowOptions,
): Promise<void> {
  return followFromCursor<SeenEvent>(
    (after, observer) => {
      const variables = { jobId, after };
      client.subscribe<{ jobEvents: SeenEvent }>({ query: jobEvents, variables, fetchPolicy: 'no-cache' }).subscribe({
        next: ({ data, error }) => {
          if (error) observer.error(error, CombinedGraphQLErrors.is(error));
          else if (data) observer.next(data.jobEvents);
        },
        error: (error: unknown) => observer.error(error, CombinedGraphQLErrors.is(error)),
        complete: () => observer.complete(),
      });
    },
    see,
    options,
  );
}
