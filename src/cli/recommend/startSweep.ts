import {
  accepted,
  present,
  RefusedError,
  StartSweepDocument,
  type Problem,
  type ResiduaClient,
  type StartSweepInput,
} from '../../client/index.js';
import type { Terminal } from '../terminal/terminal.js';
import { methodName, usualMethods, type Method } from './methods.js';

/** A sweep to start, but for what it tries. */
export type SweepRequest = Omit<StartSweepInput, 'detectors' | 'supervision'>;

/** Starts a sweep over methods. @returns its id. @throws RefusedError. */
export async function startSweep(
  client: ResiduaClient,
  input: SweepRequest,
  detectors: readonly Method[],
): Promise<string> {
  const request = { input: { ...input, supervision: 'UNSUPERVISED' as const, detectors: [...detectors] } };
  return present(accepted((await client.request(StartSweepDocument, request)).startSweep).sweep, 'sweep').id;
}

/**
 * Starts a sweep over the usual methods, without those that the server refuses on this snapshot, e.g. for want of labels, and says why.
 * @returns its id. @throws RefusedError when something else is wrong, or less than two are left.
 */
export async function startUsualSweep(client: ResiduaClient, terminal: Terminal, input: SweepRequest): Promise<string> {
  try {
    return await startSweep(client, input, usualMethods);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const refused = new Map(error.problems.map((problem) => [placeOf(problem), problem.message]));
    const left = usualMethods.filter((_, place) => !refused.has(place));
    if (refused.has(undefined) || left.length < 2) throw error;
    const id = await startSweep(client, input, left);
    for (const [place, message] of refused) {
      const { name, supervision } = usualMethods[place!]!;
      terminal.say(`without ${methodName({ detector: name, supervision: supervision! })}: ${message}`);
    }
    return id;
  }
}

/** Which of the methods a problem is about; undefined for what is about none. */
function placeOf({ field }: Problem): number | undefined {
  const [, list, place] = field ?? [];
  return list === 'detectors' && place !== undefined ? Number(place) : undefined;
}
