import type { DeliveredOutcome } from '../deliveries/logDispatcher.js';

/** Tries something. @returns what came of it; never throws. */
export async function outcomeOf(attempt: () => Promise<void>): Promise<DeliveredOutcome> {
  const started = performance.now();
  const failure = await attempt().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message || error.name : String(error)),
  );
  return { status: null, failure, seconds: (performance.now() - started) / 1000 };
}
