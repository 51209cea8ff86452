/**
 * One reading for all metrics that ask for it in the same collection: a registry asks all of them at once, so that one which is
 * filled by another would tell the numbers of the collection before.
 * @returns what was read, undefined when that failed.
 */
export function readOnce<T>(read: () => Promise<T>): () => Promise<T | undefined> {
  let reading: Promise<T | undefined> | undefined;
  return () =>
    (reading ??= read()
      .catch(() => undefined)
      .finally(() => (reading = undefined)));
}
