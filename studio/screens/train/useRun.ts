import { useEffect, useState } from 'preact/hooks';
import { followJob, RunPageDocument, type JobEvent, type RunPageQuery } from '../../../src/client/index.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';

/** A run as the server tells it when the page opens. */
export type OpenRun = Extract<NonNullable<RunPageQuery['node']>, { id: string }>;

/** A point of the loss, by its stage. */
export type LossPoint = OpenRun['metricHistory'][number];

/** What a run shows, and goes on showing. */
export interface WatchedRun {
  run: OpenRun | undefined;
  /** Newest last. */
  log: readonly JobEvent[];
  loss: readonly LossPoint[];
  connection: 'catching up' | 'live' | 'ended' | 'lost';
  error: unknown;
  /** Begins to watch anew. */
  again: () => void;
}

type Shown = Omit<WatchedRun, 'again'>;

/** Lines of the log that are kept. */
const longest = 500;
/** Milliseconds between two paints, at least: a fast training must not keep the page busy. */
const calm = 100;
const lastStates = ['COMPLETED', 'FAILED', 'CANCELLED'];

/**
 * History first, then every event behind the last one of it: nothing is missing, nothing comes twice. Whatever ends a run (a version, a failure) is
 * asked for when it has ended.
 */
export function useRun(id: string): WatchedRun {
  const [shown, setShown] = useState<Shown>(nothing);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const watching = { isOver: false };
    setShown(nothing);
    void watch(id, watching, setShown);
    return () => {
      watching.isOver = true;
    };
  }, [id, round]);
  return { ...shown, again: () => setRound(round + 1) };
}

const nothing: Shown = { run: undefined, log: [], loss: [], connection: 'catching up', error: undefined };

async function watch(id: string, watching: { isOver: boolean }, show: (shown: Shown) => void): Promise<void> {
  let shown = nothing;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (next: Partial<Shown>) => {
    shown = { ...shown, ...next };
    if (!watching.isOver) timer ??= setTimeout(() => ((timer = undefined), show(shown)), calm);
  };
  try {
    const run = await runOf(id);
    const log = keptOf(run);
    tell({ run, log, loss: run.metricHistory, connection: 'live' });
    if (!lastStates.includes(run.state)) {
      for await (const event of followJob(client, id, log.at(-1)?.cursor)) {
        if (watching.isOver) return;
        tell(withEvent(shown, event));
      }
      tell({ run: await runOf(id) });
    }
    tell({ connection: 'ended' });
  } catch (error) {
    tell({ error, connection: 'lost' });
  }
}

/** The beginning and the end of the log; of a long one the middle is left to programs. */
function keptOf({ beginning, events }: OpenRun): JobEvent[] {
  const first = events.nodes[0]?.seq ?? Infinity;
  return [...beginning.nodes.filter(({ seq }) => seq < first), ...events.nodes];
}

async function runOf(id: string): Promise<OpenRun> {
  return found((await client.request(RunPageDocument, { id })).node, 'training');
}

function withEvent({ run, log, loss }: Shown, event: JobEvent): Partial<Shown> {
  const next: Partial<Shown> = { log: [...log, event].slice(-longest) };
  if (event.__typename === 'StateChanged' && run) next.run = { ...run, state: event.state, attempt: event.attempt };
  if (event.__typename === 'MetricsReported') {
    const value = event.metrics.find(({ name }) => name === 'loss')?.value;
    if (value !== undefined) next.loss = [...loss, { stage: event.stage, step: event.step, value }];
  }
  return next;
}
