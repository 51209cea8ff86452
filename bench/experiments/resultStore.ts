import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { PackChoice } from './packs.js';
import type { RowResult } from './runRow.js';

/** Raised when rows are trained or measured in another way, so that older results are not taken for new ones. */
const measurement = 2;

const stored = z.record(z.string(), z.array(z.looseObject({ seed: z.int(), key: z.string() })));
type Rows = Record<string, (RowResult & { key: string })[]>;

/** Results of one table in a JSON file, so that an experiment of hours can be stopped and go on. */
export class ResultStore {
  private constructor(
    private readonly file: string,
    private readonly pack: PackChoice,
    private readonly rows: Rows,
    private readonly others: Rows,
  ) {}

  /**
   * Opens `<folder>/<name>.json`, or begins it.
   * @param pack what rows are trained and measured on.
   * @param other name of another table of the pack: its results of the same plans are not measured again.
   */
  static async open(folder: string, name: string, pack: PackChoice, other?: string): Promise<ResultStore> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${name}.json`);
    const others = other === undefined ? {} : await readRows(join(folder, `${other}.json`));
    return new ResultStore(file, pack, await readRows(file), others);
  }

  /** Results of this very plan, whatever its row is called, in the order of seeds. */
  of(plan: TrainingPlan): RowResult[] {
    const key = this.keyOf(plan);
    const bySeed = new Map<number, RowResult>();
    for (const result of [this.others, this.rows].flatMap((rows) => Object.values(rows).flat())) {
      if (result.key === key) bySeed.set(result.seed, result);
    }
    return [...bySeed.values()].sort((a, b) => a.seed - b.seed);
  }

  /** Keeps a result; those of the row by another plan, and of the same seed, go. */
  async add(row: string, plan: TrainingPlan, result: RowResult): Promise<void> {
    const key = this.keyOf(plan);
    const kept = (this.rows[row] ?? []).filter((each) => each.key === key && each.seed !== result.seed);
    this.rows[row] = [...kept, { ...result, key }].sort((a, b) => a.seed - b.seed);
    await writeFile(this.file, `${JSON.stringify(this.rows, undefined, 1)}\n`);
  }

  /** Settings, plugins with versions and parameters, and what they are measured on: another key is another experiment. */
  private keyOf(plan: TrainingPlan): string {
    const { pack } = this;
    return createHash('sha256').update(JSON.stringify({ measurement, pack, plan })).digest('hex').slice(0, 16);
  }
}

async function readRows(file: string): Promise<Rows> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return stored.parse(JSON.parse(text)) as unknown as Rows;
}
