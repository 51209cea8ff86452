import { setTimeout as pause } from 'node:timers/promises';
import { ProblemError, problem } from '../../shared/errors.js';
import { present, toProblem, UnreachableError } from './errors.js';
import type { GraphqlClient } from './graphqlClient.js';
import { jobEvents, jobOutcome, type JobEvent, type JobOutcome } from './operations/index.js';

/** How often in a row a lost connection is made again, and the first waiting time (it doubles each time). */
const reconnects = { attempts: 6, firstMilliseconds: 250 };

/** States after which nothing follows. */
const lastStates: readonly JobOutcome['state'][] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/**
 * Every event of a job from the first (or from `after`) to its last, live. A lost connection is taken up again behind the
 * last event seen, so that none is missed and none comes twice.
 * @throws UnreachableError when the server stays away.
 */
export async function* followJob(client: GraphqlClient, jobId: string, after?: string): AsyncGenerator<JobEvent> {
  let cursor = after;
  for (let failures = 0; ;) {
    try {
      for await (const { jobEvents: event } of client.subscribe(jobEvents, { jobId, after: cursor })) {
        failures = 0;
        cursor = event.cursor;
        yield event;
        if (isLast(event)) return;
      }
      return;
    } catch (error) {
      if (!(error instanceof UnreachableError) || ++failures > reconnects.attempts) throw error;
      await pause(reconnects.firstMilliseconds * 2 ** (failures - 1));
    }
  }
}

/**
 * Follows a job to its end and hands each event on.
 * @returns every event seen.
 * @throws ProblemError with the job's failure when it failed or was cancelled.
 */
export async function waitForJob(
  client: GraphqlClient,
  jobId: string,
  onEvent: (event: JobEvent) => void,
  after?: string,
): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of followJob(client, jobId, after)) {
    events.push(event);
    onEvent(event);
  }
  const job = present((await client.request(jobOutcome, { id: jobId })).node, `job ${jobId}`);
  if (job.state === 'COMPLETED') return events;
  if (job.failure) throw new ProblemError([toProblem(job.failure)]);
  throw problem('CONFLICT', `the job ended as ${job.state}`, { item: jobId });
}

function isLast(event: JobEvent): boolean {
  return event.__typename === 'StateChanged' && lastStates.includes(event.state);
}
