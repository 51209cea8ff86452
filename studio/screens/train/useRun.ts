import { useEffect, useState } from 'preact/hooks';
import { RunPageDocument, type JobEvent } from '../../../src/client/index.js';
import type { Connection } from '../../api/connection.js';
import { followedJob, isCursorExpired, lastStates } from '../../api/followedJob.js';
import { found } from '../../api/found.js';
import { retried } from '../../api/retried.js';
import { client } from '../../api/session.js';
import { RunHistory, type LossPoint, type OpenRun } from './runHistory.js';

/** What a run shows, and goes on showing. */
export interface WatchedRun {
  run: OpenRun | undefined;
  /** Newest last. */
  log: readonly JobEvent[];
  loss: readonly LossPoint[];
  connection: Connection;
  error: unknown;
  /** Begins to watch anew. */
  again: () => void;
}

type Shown = Omit<WatchedRun, 'again'>;

/** Milliseconds between two paints, at least: a fast training must not keep the page busy. */
const calm = 100;

/**
 * History first, then every event behind the last one of it: nothing is missing, nothing comes twice. Whatever ends a run (a version, a failure) is
 * asked for when it has ended.
 */
export function useRun(id: string): WatchedRun {
  const [shown, setShown] = useState<Shown>(nothing);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    setShown(nothing);
    const paint = paced((next: Shown) => !control.signal.aborted && setShown(next));
    void watch(id, control.signal, paint);
    return () => control.abort();
  }, [id, round]);
  return { ...shown, again: () => setRound(round + 1) };
}

const nothing: Shown = { run: undefined, log: [], loss: [], connection: 'catching up', error: undefined };

/** The newest is shown, at most once in a while. */
function paced(show: (shown: Shown) => void): (read: () => Shown) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest: () => Shown;
  return (read) => {
    newest = read;
    timer ??= setTimeout(() => ((timer = undefined), show(newest())), calm);
  };
}

async function watch(id: string, signal: AbortSignal, paint: (read: () => Shown) => void): Promise<void> {
  let history: RunHistory | undefined;
  let state: { connection: Connection; error: unknown } = { connection: 'catching up', error: undefined };
  const tell = (next: Partial<typeof state> = {}) => {
    state = { ...state, ...next };
    paint(() => ({ run: history?.run, log: history?.log ?? [], loss: history?.loss ?? [], ...state }));
  };
  const onConnection = (connection: Connection) => tell({ connection });
  const read = () =>
    retried(
      async () => found((await client.request(RunPageDocument, { id })).node, 'training'),
      signal,
      (isWaiting) => onConnection(isWaiting ? 'waiting' : 'catching up'),
    );
  try {
    for (;;) {
      history = new RunHistory(await read());
      tell();
      if (lastStates.includes(history.run.state)) break;
      try {
        for await (const event of followedJob(id, { after: history.cursor, signal, onConnection })) {
          history.add(event);
          tell();
        }
      } catch (error) {
        // Events this old are gone by now; the history still has what they said.
        if (!isCursorExpired(error)) throw error;
      }
    }
    tell({ connection: 'ended' });
  } catch (error) {
    tell({ error });
  }
}
