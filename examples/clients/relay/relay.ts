import relay, {
  type GraphQLResponse,
  type IEnvironment,
  type PayloadError,
  type RequestParameters,
  type Variables,
} from 'relay-runtime';
import { credentialsOf, endpointOf, liveClient, type Server } from '../connection.js';
import { followFromCursor, type FollowOptions } from '../followFromCursor.js';
import jobEvents, {
  type documentsJobEventsSubscription as JobEvents,
} from './__generated__/documentsJobEventsSubscription.graphql.js';

/** A Relay environment: every `id` is unique over all types, as its store expects. */
export function relayEnvironment(server: Server): IEnvironment {
  const live = liveClient(server);
  const send = async ({ text }: RequestParameters, variables: Variables): Promise<GraphQLResponse> => {
    const response = await fetch(endpointOf(server), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentialsOf(server) },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as GraphQLResponse;
  };
  const subscribe = ({ text }: RequestParameters, variables: Variables) =>
    relay.Observable.create<GraphQLResponse>((sink) =>
      live.subscribe(
        { query: text!, variables },
        {
          next: (result) => sink.next(result as GraphQLResponse),
          error: (error) => sink.error(Array.isArray(error) ? new Refusal(error as PayloadError[]) : lost(error)),
          complete: () => sink.complete(),
        },
      ),
    );
  return new relay.Environment({
    network: relay.Network.create(send, subscribe),
    store: new relay.Store(new relay.RecordSource()),
  });
}

class Refusal extends Error {
  constructor(errors: readonly PayloadError[]) {
    super(errors[0]?.message);
  }
}

/** graphql-ws tells a connection that was closed by an event, not by an error. */
function lost(error: unknown): Error {
  return error instanceof Error ? error : new Error('the connection was lost');
}

/** An event as `documents.ts` selects it. */
export type SeenEvent = JobEvents['response']['jobEvents'];

/** Follows a job. */
export function followWithRelay(
  environment: IEnvironment,
  jobId: string,
  see: (event: SeenEvent) => void,
  options?: FollowOptions,
): Promise<void> {
  return followFromCursor<SeenEvent>(
    (after, observer) => {
      relay.requestSubscription<JobEvents>(environment, {
        subscription: jobEvents,
        variables: { jobId, after },
        onNext: (data) => data && observer.next(data.jobEvents),
        onError: (error) => observer.error(error, error instanceof Refusal || 'source' in error),
        onCompleted: () => observer.complete(),
      });
    },
    see,
    options,
  );
}
