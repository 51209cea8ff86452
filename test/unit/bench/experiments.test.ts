import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packChoices, readPack, type PackChoice } from '../../../bench/experiments/packs.js';
import { ResultStore } from '../../../bench/experiments/resultStore.js';
import { ablation, comparison, type Row } from '../../../bench/experiments/rows.js';
import type { RowResult } from '../../../bench/experiments/runRow.js';
import { settingsTable } from '../../../bench/experiments/settingsTable.js';
import { tableRows } from '../../../bench/experiments/tableRows.js';
import { titleOf } from '../../../bench/experiments/writeResults.js';
import { builtInPlugins } from '../../../plugins/index.js';
import { encodePng } from '../../../src/files/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { planTraining, type TrainingPlan } from '../../../src/services/training/trainingPlan.js';

const registry = new PluginRegistry(builtInPlugins);
const planOf = (choice: (typeof comparison)[number]['choice']) => planTraining(registry, choice, []);

let packs: string;
const choice: PackChoice = { name: 'small', folder: 'small', category: 'part', exclude: [] };

/** A pack of images of 40x20 pixels; `scratch/0.png` and `pit/0.png` train with labels. */
beforeAll(async () => {
  packs = await mkdtemp(join(tmpdir(), 'residua-packs-'));
  const image = { width: 40, height: 20, data: new Uint8Array(2400).fill(90) };
  const mask = { width: 40, height: 20, data: Uint8Array.from({ length: 2400 }, (_, i) => (i < 30 ? 255 : 0)) };
  const write = async (path: string, content: Buffer | string) => {
    await mkdir(dirname(join(packs, path)), { recursive: true });
    await writeFile(join(packs, path), content);
  };
  for (let i = 0; i < 3; i++) {
    for (const good of ['train/good', 'test/good']) await write(`small/part/${good}/${i}.png`, await encodePng(image));
    for (const type of ['scratch', 'pit']) {
      await write(`small/part/test/${type}/${i}.png`, await encodePng(image));
      await write(`small/part/ground_truth/${type}/${i}_mask.png`, await encodePng(mask));
    }
  }
  const trained = ['part/test/scratch/0.png', 'part/test/pit/0.png'];
  const boxes = trained.map((file) => ({ file, x: 0, y: 0, width: 10, height: 1 }));
  const settings = { supervised: { train_anomalies: trained }, semi_supervised: { train_anomalies: trained, boxes } };
  await write('small/settings.json', JSON.stringify(settings));
});
afterAll(() => rm(packs, { recursive: true }));

const short = (name: string) => name.replace(/^.*part\//, '');

describe('a pack', () => {
  it('keeps the images that train with labels out of the test', async () => {
    const { normal, anomalous, test } = await readPack(packs, choice);
    expect(normal.map(({ name }) => short(name))).toEqual(['train/good/0.png', 'train/good/1.png', 'train/good/2.png']);
    expect(anomalous.map(({ name }) => short(name)).sort()).toEqual(['test/pit/0.png', 'test/scratch/0.png']);
    expect(anomalous[0]!.boxes).toEqual([{ x: 0, y: 0, width: 10, height: 1 }]);
    const tested = test.map(({ name }) => short(name));
    expect(tested.filter((name) => name.includes('good'))).toHaveLength(3);
    expect(tested.filter((name) => !name.includes('good'))).toEqual([
      ...['test/pit/1.png', 'test/pit/2.png', 'test/scratch/1.png', 'test/scratch/2.png'],
    ]);
  });

  it('in tiles tests no part of them either, and calls a tile without a defect normal', async () => {
    const { anomalous, test } = await readPack(packs, { ...choice, tile: 20 });
    expect(anomalous.map(({ name }) => short(name)).sort()).toEqual(['test/pit/0.png 0,0', 'test/scratch/0.png 0,0']);
    expect(anomalous[0]!.boxes).toEqual([{ x: 0, y: 0, width: 10, height: 1 }]);
    expect(test.filter(({ name }) => /(pit|scratch)\/0/.test(name))).toEqual([]);
    expect(test.filter(({ defectType }) => defectType !== null)).toHaveLength(4);
    expect(test).toHaveLength(2 * (3 + 4));
  });

  it('leaves out a defect type by wish', async () => {
    const { anomalous, test } = await readPack(packs, { ...choice, exclude: ['pit'] });
    expect([...anomalous, ...test].some(({ defectType }) => defectType === 'pit')).toBe(false);
  });
});

describe('stored results', () => {
  const result = (seed: number): RowResult => ({
    seed,
    metrics: {} as RowResult['metrics'],
    byDefectType: [],
    trainingSeconds: 1,
    secondsPerImage: 1,
  });

  it('are those of a plan on a pack, whatever the row and the table', async () => {
    const plan = planOf({ supervision: 'UNSUPERVISED' });
    const store = await ResultStore.open(packs, 'small', choice);
    for (const seed of [1, 0, 1]) await store.add('preset', plan, result(seed));
    const seedsOf = async (pack: PackChoice, other?: string, asked = plan) =>
      (await ResultStore.open(packs, other ? 'small-ablation' : 'small', pack, other))
        .of(asked)
        .results.map(({ seed }) => seed);
    expect(await seedsOf(choice)).toEqual([0, 1]);
    expect(await seedsOf(choice, 'small')).toEqual([0, 1]);
    expect(await seedsOf({ ...choice, tile: 20 })).toEqual([]);
    expect(
      await seedsOf(
        choice,
        undefined,
        planOf({ supervision: 'UNSUPERVISED', settings: { imageSize: 128 }, detector: { id: 'patchcore' } }),
      ),
    ).toEqual([]);
  });

  const changedIn = (plan: TrainingPlan, detector: Partial<TrainingPlan['detector']>): TrainingPlan => ({
    ...plan,
    detector: { ...plan.detector, ...detector },
  });
  const stored = async (name: string, plan: TrainingPlan) => {
    const store = await ResultStore.open(packs, name, choice);
    await store.add('preset', plan, result(0));
    return ResultStore.open(packs, name, choice);
  };

  it('are found when digests of plugins or the order of parameters change', async () => {
    const plan = planOf({ supervision: 'UNSUPERVISED' });
    const store = await stored('digests', plan);
    const params = Object.fromEntries(Object.entries(plan.detector.params).reverse());
    const { results } = store.of(changedIn(plan, { digest: 'another', params }));
    expect(results.map(({ seed }) => seed)).toEqual([0]);
  });

  it('say which version of a plugin measured them, and are measured again by wish only', async () => {
    const plan = planOf({ supervision: 'UNSUPERVISED' });
    const store = await stored('versions', plan);
    const newer = changedIn(plan, { version: '99.0.0' });
    expect(store.of(newer).plans.map(({ detector }) => detector.version)).toEqual([plan.detector.version]);
    expect(store.has(newer, 0, { sameVersions: false })).toBe(true);
    expect(store.has(newer, 0, { sameVersions: true })).toBe(false);
    expect(await store.add('preset', newer, result(1))).toBe(0);
    const rows = [{ name: 'preset', plans: store.of(newer).plans }];
    expect(settingsTable(rows)).toContain(`semirest ${plan.detector.version}, semirest 99.0.0`);
  });

  it('stay in the table, marked, when no row asks for their values any more', async () => {
    const row = { name: 'preset', choice: { supervision: 'UNSUPERVISED' } } as const;
    const plan = planOf(row.choice);
    const store = await stored('former', plan);
    const titles = (rows: readonly Row[], changed: TrainingPlan) =>
      tableRows(store, rows, () => changed).map((each) => titleOf(each));
    const other = changedIn(plan, { params: { ...plan.detector.params, steps: 7 } });
    expect(titles([row], plan)).toEqual(['preset']);
    expect(titles([row], other)).toEqual(['preset \\*']);
    expect(titles([{ ...row, name: 'another row' }], other)).toEqual(['preset \\*']);
    expect(titles([], plan)).toEqual(['preset \\*']);
    expect(await store.add('preset', other, result(0))).toBe(1);
    expect(titles([row], other)).toEqual(['preset']);
  });
});

describe('the tables of docs/results', () => {
  it.each(packChoices.map((pack) => [pack.name, pack] as const))('find what is stored of %s', async (name, pack) => {
    const store = await ResultStore.open('docs/results', name, pack);
    const rows = tableRows(store, comparison, ({ choice: of }) => planOf(of));
    const methods = new Set(rows.filter(({ isFormer }) => !isFormer).map((row) => row.name));
    expect(methods).toContain('PatchCore');
    expect(methods).toContain('SemiREST, supervised');
  });
});

describe('rows', () => {
  it.each([...comparison, ...ablation].map((row) => [row.name, row] as const))('%s can be trained', (_, row) => {
    expect(planOf(row.choice).detector.id).toBe(row.choice.detector?.id ?? 'semirest');
  });

  it('have names and plans of their own', () => {
    for (const rows of [comparison, ablation]) {
      expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
      expect(new Set(rows.map(({ choice }) => JSON.stringify(planOf(choice)))).size).toBe(rows.length);
    }
  });
});
