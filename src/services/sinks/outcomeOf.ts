import { ProblemError } from '../../shared/errors.js';
import type { DeliveredOutcome } from '../deliveries/logDispatcher.js';

/** An address that this server lets no sink lead to: trying again changes nothing. */
export class AddressRefused extends ProblemError {}

/** Tries something. @returns what came of it; never throws. */
export async function outcomeOf(attempt: () => Promise<void>): Promise<DeliveredOutcome> {
  const started = performance.now();
  const outcome = await attempt().then(
    () => ({ failure: null }),
    (error: unknown) => {
      const failure = error instanceof Error ? error.message || error.name : String(error);
      return error instanceof AddressRefused ? { failure, gone: failure } : { failure };
    },
  );
  return { status: null, ...outcome, seconds: (performance.now() - started) / 1000 };
}
