import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { builtInPlugins } from '../../plugins/index.js';
import type { AnyPlugin } from '../../src/plugin-api/index.js';
import type { PluginRecord } from '../../src/plugin-host/index.js';
import { inputDigest } from '../../src/services/inputDigest.js';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import { supervisions, type Supervision } from '../../src/shared/training.js';
import type { PackChoice } from './packs.js';
import type { RowResult } from './runRow.js';

/** Raised when rows are trained or measured in another way, so that older results are not taken for new ones. */
const measurement = 2;

type MeasuredPlugin = Pick<PluginRecord, 'id' | 'version' | 'params'>;

/** What a result was measured with: a plan's settings and its plugins, each with its version and parameters. */
export interface MeasuredPlan {
  settings: TrainingPlan['settings'];
  detector: MeasuredPlugin;
  featureExtractor: MeasuredPlugin | null;
  augmentations: MeasuredPlugin[];
  loss: MeasuredPlugin | null;
}

/** Results of a row, and the plans they were measured with: several where versions of plugins differ. */
export interface Measured {
  results: RowResult[];
  plans: MeasuredPlan[];
}

/** A plan and the labels it trains with: what tells one experiment on a pack from another. */
export interface Trained {
  plan: TrainingPlan;
  supervision: Supervision;
}

type StoredResult = RowResult & { key: string; supervision: Supervision };
type Rows = Record<string, StoredResult[]>;
interface Stored {
  plans: Record<string, MeasuredPlan>;
  rows: Rows;
}

const stored = z.strictObject({
  plans: z.record(z.string(), z.looseObject({ detector: z.looseObject({ id: z.string(), version: z.string() }) })),
  rows: z.record(
    z.string(),
    z.array(z.looseObject({ seed: z.int(), key: z.string(), supervision: z.enum(supervisions) })),
  ),
});

/** Results of one table in a JSON file, so that an experiment of hours can be stopped and go on. */
export class ResultStore {
  private constructor(
    private readonly file: string,
    private readonly pack: PackChoice,
    private readonly own: Stored,
    private readonly others: Stored,
  ) {}

  /**
   * Opens `<folder>/<name>.json`, or begins it.
   * @param pack what rows are trained and measured on.
   * @param other name of another table of the pack: its results of the same plans are not measured again.
   */
  static async open(folder: string, name: string, pack: PackChoice, other?: string): Promise<ResultStore> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${name}.json`);
    const others = other === undefined ? { plans: {}, rows: {} } : await readStored(join(folder, `${other}.json`));
    return new ResultStore(file, pack, await readStored(file), others);
  }

  /** Results of a plan of these values, whatever its row is called and whichever versions its plugins had, in the order of seeds. */
  of({ plan, supervision }: Trained): Measured {
    const wanted = this.valuesOf(measuredPlan(plan), supervision);
    return gather([this.others, this.own], (result, measured) => {
      // A key of another pack, or measured in another way, is not that of its plan here.
      return result.key === this.digestOf(measured) && this.valuesOf(measured, result.supervision) === wanted;
    });
  }

  /** Whether a plan is measured with a seed, by plugins of any version or of those of today. */
  has(trained: Trained, seed: number, { sameVersions }: { sameVersions: boolean }): boolean {
    const key = this.digestOf(measuredPlan(trained.plan));
    const ofVersions = gather(
      [this.others, this.own],
      (each) => each.key === key && each.supervision === trained.supervision,
    );
    return (sameVersions ? ofVersions : this.of(trained)).results.some((result) => result.seed === seed);
  }

  /** Rows that are stored here though none of these plans has their values: by name, with what they were measured with. */
  former(known: readonly Trained[]): (Measured & { name: string })[] {
    const asked = new Set(known.map(({ plan, supervision }) => this.valuesOf(measuredPlan(plan), supervision)));
    return Object.entries(this.own.rows)
      .map(([name, results]) => {
        const rows = { [name]: results };
        const isFormer = ({ key, supervision }: StoredResult, measured: MeasuredPlan) =>
          key !== this.digestOf(measured) || !asked.has(this.valuesOf(measured, supervision));
        return { name, ...gather([{ plans: this.own.plans, rows }], isFormer) };
      })
      .filter(({ results }) => results.length > 0);
  }

  /** Keeps a result, instead of the row's of the same seed and those of plans with other values. @returns how many went. */
  async add(row: string, { plan, supervision }: Trained, result: RowResult): Promise<number> {
    const measured = measuredPlan(plan);
    const key = this.digestOf(measured);
    const values = this.valuesOf(measured, supervision);
    const before = this.own.rows[row] ?? [];
    const kept = before.filter((each) => {
      const by = this.own.plans[each.key];
      return by && this.valuesOf(by, each.supervision) === values && each.seed !== result.seed;
    });
    this.own.plans[key] = measured;
    this.own.rows[row] = [...kept, { ...result, key, supervision }].sort((a, b) => a.seed - b.seed);
    await this.write();
    return before.length - kept.length;
  }

  private async write(): Promise<void> {
    const used = new Set(Object.values(this.own.rows).flatMap((results) => results.map(({ key }) => key)));
    const plans = Object.fromEntries(Object.entries(this.own.plans).filter(([key]) => used.has(key)));
    await writeFile(this.file, `${JSON.stringify({ plans, rows: this.own.rows }, undefined, 1)}\n`);
  }

  /** Of everything but the versions of plugins. */
  private valuesOf(plan: MeasuredPlan, supervision: Supervision): string {
    return `${supervision} ${this.digestOf(withoutVersions(plan))}`;
  }

  /** Another value, or another pack, is another experiment. */
  private digestOf(plan: object): string {
    return inputDigest({ measurement, pack: this.pack, plan }).slice(0, 16);
  }
}

/** Without digests, which change with every word of a description, and without the preset's name. */
function measuredPlan({ settings, detector, featureExtractor, augmentations, loss }: TrainingPlan): MeasuredPlan {
  const plugin = ({ id, version, params }: PluginRecord): MeasuredPlugin => ({ id, version, params });
  return {
    settings,
    detector: plugin(detector),
    featureExtractor: featureExtractor && plugin(featureExtractor),
    augmentations: augmentations.map(plugin),
    loss: loss && plugin(loss),
  };
}

/** Parameters that are younger than a result have their defaults in it. */
function withoutVersions({ settings, detector, featureExtractor, augmentations, loss }: MeasuredPlan): object {
  const values = (kind: AnyPlugin['kind']) => (plugin: MeasuredPlugin) => {
    const { id, params } = plugin;
    const known = builtInPlugins.find((each) => each.kind === kind && each.id === id)?.params.safeParse(params);
    return { id, params: known?.success ? known.data : params };
  };
  return {
    settings,
    detector: values('detector')(detector),
    featureExtractor: featureExtractor && values('feature-extractor')(featureExtractor),
    augmentations: augmentations.map(values('augmentation')),
    loss: loss && values('loss')(loss),
  };
}

/** One result a seed, the last one that is wanted. */
function gather(stores: readonly Stored[], isWanted: (result: StoredResult, plan: MeasuredPlan) => boolean): Measured {
  const bySeed = new Map<number, { result: StoredResult; plan: MeasuredPlan }>();
  for (const { plans, rows } of stores) {
    for (const result of Object.values(rows).flat()) {
      const plan = plans[result.key]!;
      if (isWanted(result, plan)) bySeed.set(result.seed, { result, plan });
    }
  }
  const found = [...bySeed.values()].sort((a, b) => a.result.seed - b.result.seed);
  return { results: found.map(({ result }) => result), plans: [...new Set(found.map(({ plan }) => plan))] };
}

async function readStored(file: string): Promise<Stored> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"plans":{},"rows":{}}';
    throw error;
  });
  const { plans, rows } = stored.parse(JSON.parse(text)) as unknown as Stored;
  const lost = Object.entries(rows).find(([, results]) => results.some(({ key }) => !(key in plans)));
  if (lost) throw new Error(`${file}: row "${lost[0]}" has a result without its plan`);
  return { plans, rows };
}
