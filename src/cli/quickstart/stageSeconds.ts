import type { JobEvent } from '../../client/index.js';

/**
 * Seconds each stage of a job took, by its events. A stage ends with its last report; the first one begins when the last
 * attempt begins to run, and what follows the last report (storing the result) belongs to the last stage.
 */
export function stageSeconds(events: readonly JobEvent[]): Map<string, number> {
  const seconds = new Map<string, number>();
  let boundary: number | undefined;
  let stage: string | undefined;
  for (const event of events) {
    const at = Date.parse(event.at);
    if (event.__typename === 'StateChanged' && event.state === 'RUNNING') {
      // A new attempt does everything again.
      seconds.clear();
      boundary = at;
      stage = undefined;
      continue;
    }
    if (event.__typename === 'MetricsReported') stage = event.stage;
    else if (event.__typename !== 'StateChanged') continue;
    if (stage !== undefined) seconds.set(stage, (seconds.get(stage) ?? 0) + (at - (boundary ?? at)) / 1000);
    boundary = at;
  }
  return seconds;
}

/** Seconds from the first event to the last. */
export function jobSeconds(events: readonly JobEvent[]): number {
  const [first, last] = [events[0], events.at(-1)];
  return first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
}
