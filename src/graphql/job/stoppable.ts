/**
 * A stream whose `return()` takes effect at once. A generator's own `return()` waits for the `next()` under way, which for a
 * quiet job may never come: the signal ends that wait.
 */
export async function stoppable<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
): Promise<AsyncIterableIterator<T>> {
  const stop = new AbortController();
  const events = (await open(stop.signal))[Symbol.asyncIterator]();
  const stream: AsyncIterableIterator<T> = {
    next: () => events.next(),
    return: async () => {
      stop.abort();
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}
