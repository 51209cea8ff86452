import { availableParallelism, cpus } from 'node:os';
import type { RowResult } from './runRow.js';

/** What this machine computes with, e.g. `2 cores of AMD EPYC`. */
export function processor(): string {
  const cores = availableParallelism();
  return `${cores} ${cores === 1 ? 'core' : 'cores'} of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}`;
}

/** On what the seconds among these results were taken, as a sentence; nothing where there are none. */
export function secondsOn(results: readonly RowResult[]): string {
  const timed = results.filter(({ trainingSeconds }) => trainingSeconds !== undefined);
  const names = new Set(timed.map((result) => result.processor ?? 'an unknown processor'));
  return names.size === 0 ? '' : ` Seconds are of ${[...names].sort().join(' and of ')}.`;
}
