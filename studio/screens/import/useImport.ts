import { useEffect, useState } from 'preact/hooks';
import { ImportPageDocument, type ImportPageQuery } from '../../../src/client/index.js';
import type { Connection } from '../../api/connection.js';
import { followedJob, lastStates } from '../../api/followedJob.js';
import { found } from '../../api/found.js';
import { retried } from '../../api/retried.js';
import { client } from '../../api/session.js';

/** An import as its panel shows it. */
export type OpenImport = Extract<NonNullable<ImportPageQuery['node']>, { id: string }>;

/** What a panel knows of an import. */
export interface WatchedImport {
  job: OpenImport | undefined;
  /** Images read, and how many there are. */
  step: { done: number; total: number } | undefined;
  connection: Connection;
  error: unknown;
}

const nothing: WatchedImport = { job: undefined, step: undefined, connection: 'catching up', error: undefined };

/** Milliseconds between two paints. */
const calm = 100;

/** Follows an import to its end. @param onEnd is told once, also of one that had ended before. */
export function useImport(id: string, onEnd: (job: OpenImport) => void): WatchedImport {
  const [shown, setShown] = useState(nothing);
  useEffect(() => {
    const control = new AbortController();
    setShown(nothing);
    void watch(id, control.signal, setShown, onEnd);
    return () => control.abort();
  }, [id]);
  return shown;
}

async function watch(
  id: string,
  signal: AbortSignal,
  show: (shown: WatchedImport) => void,
  onEnd: (job: OpenImport) => void,
): Promise<void> {
  let shown = nothing;
  let painted = 0;
  const tell = (next: Partial<WatchedImport>, isUrgent = true) => {
    shown = { ...shown, ...next };
    if (signal.aborted || (!isUrgent && performance.now() - painted < calm)) return;
    painted = performance.now();
    show(shown);
  };
  const read = () =>
    retried(
      async () => found((await client.request(ImportPageDocument, { id })).node, 'import'),
      signal,
      (isWaiting) => tell({ connection: isWaiting ? 'waiting' : 'catching up' }),
    );
  try {
    let job = await read();
    tell({ job });
    if (!lastStates.includes(job.state)) {
      const after = job.events.nodes.at(-1)?.cursor;
      const events = followedJob(id, { after, signal, onConnection: (connection) => tell({ connection }) });
      for await (const event of events) {
        if (event.__typename !== 'MetricsReported') continue;
        tell({ step: { done: event.step, total: event.totalSteps } }, event.step === event.totalSteps);
      }
      job = await read();
    }
    tell({ job, connection: 'ended' });
    if (!signal.aborted) onEnd(job);
  } catch (error) {
    tell({ error });
  }
}
