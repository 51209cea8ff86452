/** Thrown out of waits when the user or the system wants the command to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor(readonly signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
  }
}

/** `npm` passes on the signal that the terminal has already sent: within this time a second one is the same wish. */
const sameWishMilliseconds = 1_000;

/**
 * Aborts when the process is asked to end (Ctrl-C, SIGTERM, SIGHUP). A second wish, a second later, ends the process at once.
 * `release` gives the signals their usual meaning back.
 */
export function onInterruption(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let first: number | undefined;
  const handler = (name: NodeJS.Signals) => {
    if (first === undefined) {
      first = performance.now();
      controller.abort(new InterruptedError(name));
    } else if (performance.now() - first > sameWishMilliseconds) {
      process.exit(130);
    }
  };
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, handler);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, handler);
    },
  };
}

/** Settles as `work` does, or rejects with the signal's reason when that comes first. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
