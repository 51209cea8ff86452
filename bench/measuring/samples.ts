import { performance } from 'node:perf_hooks';

/** Milliseconds of each measured run, by the clock and (all threads together) of the processor. */
export interface Samples {
  clock: number[];
  processor: number[];
}

export interface Repetitions {
  /** Not measured. */
  warmUp: number;
  measured: number;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Measures a run again and again. @param run is told its number, from 0, the runs that are not measured included. */
export async function samples(
  { warmUp, measured }: Repetitions,
  run: (round: number) => Promise<unknown>,
): Promise<Samples> {
  const taken: Samples = { clock: [], processor: [] };
  for (let round = 0; round < warmUp + measured; round++) {
    const start = performance.now();
    const used = process.cpuUsage();
    await run(round);
    if (round < warmUp) continue;
    taken.clock.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    taken.processor.push((user + system) / 1000);
  }
  return taken;
}

export function joined(parts: readonly Samples[]): Samples {
  return { clock: parts.flatMap(({ clock }) => clock), processor: parts.flatMap(({ processor }) => processor) };
}
