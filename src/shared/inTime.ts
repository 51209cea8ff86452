/**
 * Whatever the work does, this goes on in time; work that hangs is left to itself, its signal aborted.
 * @param deadline milliseconds. @param stop ends it before.
 * @throws what the work throws; an error in words when the time is over; the reason of `stop`.
 */
export async function inTime<Result>(
  deadline: number,
  work: (signal: AbortSignal) => Promise<Result>,
  stop?: AbortSignal,
): Promise<Result> {
  stop?.throwIfAborted();
  const late = new AbortController();
  let end: (reason: Error) => void = () => undefined;
  const tooLate = new Promise<never>((_, reject) => {
    end = (reason) => {
      late.abort();
      reject(reason);
    };
  });
  const stopped = () => end(stop!.reason as Error);
  const timer = setTimeout(() => end(new Error(`no answer within ${deadline / 1000} s`)), deadline);
  stop?.addEventListener('abort', stopped);
  try {
    return await Promise.race([work(late.signal), tooLate]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', stopped);
  }
}
