import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { RowResult } from './runRow.js';

const stored = z.record(z.string(), z.array(z.looseObject({ seed: z.int(), plan: z.string() })));

/** Results of one table in a JSON file, so that an experiment of hours can be stopped and go on. */
export class ResultStore {
  private constructor(
    private readonly file: string,
    private readonly rows: Record<string, (RowResult & { plan: string })[]>,
  ) {}

  /** Opens `<folder>/<name>.json`, or begins it. */
  static async open(folder: string, name: string): Promise<ResultStore> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${name}.json`);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return new ResultStore(file, stored.parse(JSON.parse(text)) as unknown as ResultStore['rows']);
  }

  /** Results of a row that were made by this very plan, in the order of seeds. */
  of(row: string, plan: TrainingPlan): RowResult[] {
    return (this.rows[row] ?? []).filter((result) => result.plan === digest(plan)).sort((a, b) => a.seed - b.seed);
  }

  /** Keeps a result; those of the row by another plan, and of the same seed, go. */
  async add(row: string, plan: TrainingPlan, result: RowResult): Promise<void> {
    const others = this.of(row, plan).filter(({ seed }) => seed !== result.seed);
    this.rows[row] = [...others, result].map((each) => ({ ...each, plan: digest(plan) }));
    await writeFile(this.file, `${JSON.stringify(this.rows, undefined, 1)}\n`);
  }
}

/** Settings, plugins with versions, parameters: another digest is another experiment. */
function digest(plan: TrainingPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
}
