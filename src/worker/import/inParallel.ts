import type { JobAttempt } from '../../jobs/index.js';

/** Images read and decoded at the same time. */
const concurrency = 2;

/** Does the same for each item, two at a time, and reports how far it is. @returns the results, in the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  attempt: JobAttempt,
): Promise<Result[]> {
  const totalSteps = items.length;
  const results = new Array<Result>(totalSteps);
  let [next, done] = [0, 0];
  const workThrough = async () => {
    while (next < totalSteps) {
      attempt.signal.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index]!);
      done += 1;
      attempt.report({ stage: 'import', step: done, totalSteps, fraction: 0.99 * (done / totalSteps) });
    }
  };
  // After a fault there is nothing left to do for the others.
  const stopAll = () => (next = totalSteps);
  await allOrFirstError(Array.from({ length: concurrency }, () => workThrough().catch(rethrowAfter(stopAll))));
  return results;
}

/** Waits for all, so that none still runs when the first error is passed on. */
async function allOrFirstError(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function rethrowAfter(act: () => void): (error: unknown) => never {
  return (error) => {
    act();
    throw error;
  };
}
