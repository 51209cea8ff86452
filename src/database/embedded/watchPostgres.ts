import { type EmbeddedPostgres, startEmbeddedPostgres } from './embeddedPostgres.js';
import { isRunning } from './processes.js';

/** What a watch may have to tell. */
export interface PostgresWatchEvents {
  /** The server had ended and runs again under its old address. */
  restarted: (pid: number) => void;
  /** It cannot be started again under its old address; whoever needs it must end. The watch is over. */
  lost: (error: Error) => void;
}

const everyMilliseconds = 1_000;

/**
 * Looks once a second whether the server of `home` still runs, and starts it again where it was: its address stays the same, so
 * that pools connect again by themselves. Several processes may watch the same server; one of them starts it.
 * @returns what ends the watch. Call it before the server is stopped.
 */
export function watchEmbeddedPostgres(
  home: string,
  server: Pick<EmbeddedPostgres, 'pid' | 'url'>,
  { restarted, lost }: PostgresWatchEvents,
): () => Promise<void> {
  const port = Number(new URL(server.url).port);
  let pid = server.pid;
  let starting: Promise<void> = Promise.resolve();
  const startAgain = async () => {
    const again = await startEmbeddedPostgres(home, { port });
    if (again.url !== server.url) throw new Error(`it runs at another port now than ${port}`);
    pid = again.pid;
    restarted(pid);
  };
  const schedule = () => setTimeout(look, everyMilliseconds).unref();
  const look = () => {
    starting = isRunning(pid) ? Promise.resolve() : startAgain();
    starting.then(
      () => (timer = schedule()),
      (error: unknown) =>
        lost(new Error('the embedded PostgreSQL ended and cannot be started again', { cause: error })),
    );
  };
  let timer = schedule();
  return async () => {
    clearTimeout(timer);
    await starting.catch(() => undefined);
    clearTimeout(timer);
  };
}
