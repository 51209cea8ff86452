import { nodeOf, RefusedError, toProblem, UnreachableError } from './errors.js';
import { JobEventsDocument, JobNewestDocument, JobOutcomeDocument } from './generated/graphql.js';
import type { ResiduaClient } from './residuaClient.js';
import type { JobEvent, JobState } from './types.js';

/** How often in a row a lost connection is made again, and the first waiting time (it doubles each time). */
const reconnects = { attempts: 6, firstMilliseconds: 250 };

/** States after which nothing follows. */
const lastStates: readonly JobState[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/**
 * Every event of a job from the first (or from `after`) to its last, live. A lost connection is taken up again behind the
 * last event seen, so that none is missed and none comes twice.
 * @throws UnreachableError when the server stays away.
 */
export async function* followJob(client: ResiduaClient, jobId: string, after?: string): AsyncGenerator<JobEvent> {
  let cursor = after;
  for (let failures = 0; ;) {
    try {
      for await (const { jobEvents: event } of client.subscribe(JobEventsDocument, { jobId, after: cursor })) {
        failures = 0;
        cursor = event.cursor;
        yield event;
        if (isLast(event)) return;
      }
      // A server that stops ends its streams as if all were told.
      if (await hasToldAll(client, jobId, cursor)) return;
      await pause(reconnects.firstMilliseconds);
    } catch (error) {
      if (!(error instanceof UnreachableError) || ++failures > reconnects.attempts) throw error;
      await pause(reconnects.firstMilliseconds * 2 ** (failures - 1));
    }
  }
}

/**
 * Follows a job to its end and hands each event on.
 * @returns every event seen.
 * @throws RefusedError with the job's failure when it failed or was cancelled.
 */
export async function waitForJob(
  client: ResiduaClient,
  jobId: string,
  onEvent: (event: JobEvent) => void,
  after?: string,
): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of followJob(client, jobId, after)) {
    events.push(event);
    onEvent(event);
  }
  const job = nodeOf((await client.request(JobOutcomeDocument, { id: jobId })).node, `job ${jobId}`);
  if (job.state === 'COMPLETED') return events;
  if (job.failure) throw new RefusedError([toProblem(job.failure)]);
  throw new RefusedError([{ code: 'CONFLICT', message: `the job ended as ${job.state}`, item: jobId }]);
}

/** Whether the job has ended, and the event behind this cursor is its last, or nothing is kept of any; also of a job that is gone. */
async function hasToldAll(client: ResiduaClient, jobId: string, cursor: string | undefined): Promise<boolean> {
  const { node } = await client.request(JobNewestDocument, { id: jobId });
  if (node === null || !('events' in node)) return true;
  const newest = node.events.nodes.at(-1);
  return lastStates.includes(node.state) && (newest === undefined || newest.cursor === cursor);
}

function isLast(event: JobEvent): boolean {
  return event.__typename === 'StateChanged' && lastStates.includes(event.state);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
