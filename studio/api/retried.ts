import { UnreachableError } from '../../src/client/index.js';

/** Milliseconds: the first wait, and the longest; each is twice the one before. */
const [first, longest] = [500, 10_000];

/** Waits, or until it is over. @throws the reason of the signal. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      fail(signal.reason as Error);
    });
  });
}

/** Does something, and does it again for as long as the server cannot be reached. @param onWait is told of each wait and its end. */
export async function retried<T>(
  act: () => Promise<T>,
  signal: AbortSignal,
  onWait: (isWaiting: boolean) => void,
): Promise<T> {
  for (let wait = first; ; wait = Math.min(longest, wait * 2)) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      onWait(true);
      await pause(wait, signal);
      onWait(false);
    }
  }
}
