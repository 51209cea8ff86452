import {
  JobEventsDocument,
  JobNewestDocument,
  RequestError,
  UnreachableError,
  type JobEvent,
  type JobState,
} from '../../src/client/index.js';
import type { Connection } from './connection.js';
import { found } from './found.js';
import { pause, retried } from './retried.js';
import { client } from './session.js';

/** States after which nothing follows. */
export const lastStates: readonly JobState[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

interface Following {
  /** Cursor of the last event that is known; the first when left out. */
  after: string | undefined;
  signal: AbortSignal;
  onConnection: (connection: Connection) => void;
}

/** Milliseconds between two connections that broke at once. */
const breath = 500;

/**
 * Every event of a job behind a cursor, through any number of lost connections and restarts of the server: each goes on behind the last event seen,
 * so that nothing is missing and nothing comes twice.
 * @throws RequestError, as CURSOR_EXPIRED; the reason of the signal; never for a server that is away.
 */
export async function* followedJob(
  jobId: string,
  { after, signal, onConnection }: Following,
): AsyncGenerator<JobEvent> {
  let cursor = after;
  for (;;) {
    onConnection('catching up');
    const newest = await retried(
      async () => found((await client.request(JobNewestDocument, { id: jobId })).node, 'job'),
      signal,
      (isWaiting) => onConnection(isWaiting ? 'waiting' : 'catching up'),
    );
    const last = newest.events.nodes.at(-1);
    const isBehind = (seq: number) => last !== undefined && seq < last.seq;
    if (last === undefined || last.cursor === cursor) {
      if (lastStates.includes(newest.state)) return;
      onConnection('live');
    }
    try {
      for await (const { jobEvents: event } of client.subscribe(JobEventsDocument, { jobId, after: cursor })) {
        signal.throwIfAborted();
        cursor = event.cursor;
        yield event;
        if (event.__typename === 'StateChanged' && lastStates.includes(event.state)) return;
        if (!isBehind(event.seq)) onConnection('live');
      }
      // The server ends the stream of a job that has ended, and that of one it no longer serves itself.
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      onConnection('waiting');
    }
    await pause(breath, signal);
  }
}

/** Whether the events behind a cursor are gone, and the history must be read anew. */
export function isCursorExpired(error: unknown): boolean {
  return error instanceof RequestError && error.errors.some(({ code }) => code === 'CURSOR_EXPIRED');
}
