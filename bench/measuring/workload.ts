import { joined, median, type Samples } from './samples.js';

export interface WorkloadOptions {
  /** Less of everything, for a first look. */
  quick: boolean;
}

/** Something to measure: ours and its peers on the same work. */
export interface Workload {
  name: string;
  /** One line for `--help`. */
  description: string;
  run(options: WorkloadOptions): Promise<Comparison[]>;
}

/** Medians of an engine on one work. */
export interface Row {
  engine: string;
  milliseconds: number;
  processorMilliseconds: number;
  /** Times the milliseconds of the first row. */
  ratio: number;
  goal?: { text: string; met: boolean };
}

/** Whether two engines found the same: what is fast by being wrong must show. */
export interface Agreement {
  text: string;
  ok: boolean;
}

export interface Comparison {
  title: string;
  /** Ours first. */
  rows: readonly Row[];
  /** What one run handles, for a rate in the table. */
  per?: { what: string; count: number };
  agreements: readonly Agreement[];
  /** Goals on something else than time. */
  others?: readonly { text: string; goal: string; met: boolean }[];
  /** What else was measured, without a goal. */
  notes?: readonly string[];
}

export interface Goal {
  text: string;
  met(row: Omit<Row, 'goal'>): boolean;
}

export interface Engine {
  name: string;
  /** Called once a turn. */
  measure(): Promise<Samples> | Samples;
  goal?: Goal;
  /** Default: every one. */
  turns?: number;
}

/** Measures engines in turns, so that what else the machine does falls on all of them. @param engines ours first. */
export async function takeTurns(turns: number, engines: readonly Engine[]): Promise<Row[]> {
  const taken = engines.map((): Samples[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [i, engine] of engines.entries()) {
      if (turn < (engine.turns ?? turns)) taken[i]!.push(await engine.measure());
    }
  }
  return rowsOf(engines.map(({ name, goal }, i) => ({ name, goal, samples: taken[i]! })));
}

/** What engines took, each in all of its turns. @param engines ours first. */
export function rowsOf(
  engines: readonly (Pick<Engine, 'name'> & { goal?: Goal | undefined; samples: readonly Samples[] })[],
): Row[] {
  const ours = median(joined(engines[0]!.samples).clock);
  return engines.map(({ name, goal, samples }) => {
    const { clock, processor } = joined(samples);
    const milliseconds = median(clock);
    const processorMilliseconds = median(processor);
    const row = { engine: name, milliseconds, processorMilliseconds, ratio: milliseconds / ours };
    return goal ? { ...row, goal: { text: goal.text, met: goal.met(row) } } : row;
  });
}

/** Goal of ours. */
export function atMost(milliseconds: number, text: string): Goal {
  return { text, met: (row) => row.milliseconds <= milliseconds };
}

/** Goal beside a peer: it takes so many times our time, or more. */
export function timesOurs(factor: number): Goal {
  return { text: `>= ${factor.toFixed(1)}x`, met: ({ ratio }) => ratio >= factor };
}
