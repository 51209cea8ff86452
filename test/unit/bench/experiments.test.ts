import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packChoices, readPack, type PackChoice, type PackImage } from '../../../bench/experiments/packs.js';
import { writeMaps, writeTruth } from '../../../bench/experiments/mapStrips.js';
import { ResultStore, type Trained } from '../../../bench/experiments/resultStore.js';
import {
  ablation,
  beyond,
  bound,
  boxes,
  comparison,
  kinds,
  methods,
  sizes,
  type Row,
} from '../../../bench/experiments/rows.js';
import type { RowResult } from '../../../bench/experiments/runRow.js';
import { runRowApart } from '../../../bench/experiments/runRowApart.js';
import { settingsTable } from '../../../bench/experiments/settingsTable.js';
import { tableRows } from '../../../bench/experiments/tableRows.js';
import { methodsName, writeMethods } from '../../../bench/experiments/writeMethods.js';
import { titleOf } from '../../../bench/experiments/writeResults.js';
import { builtInPlugins } from '../../../plugins/index.js';
import { encodePng } from '../../../src/files/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { planTraining } from '../../../src/services/training/trainingPlan.js';

const registry = new PluginRegistry(builtInPlugins);
const trainedOf = (chosen: Row['choice']): Trained => ({
  plan: planTraining(registry, chosen, []),
  supervision: chosen.supervision,
});

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

const result = (seed: number): RowResult => ({
  seed,
  metrics: {} as RowResult['metrics'],
  byDefectType: [],
  trainingSeconds: 1,
  secondsPerImage: 1,
});

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

  it('with many labels trains with half of the test images and tests the other half, which another seed turns round', async () => {
    const halves = await Promise.all([0, 1].map((seed) => readPack(packs, { ...choice, manyLabels: true }, seed)));
    const [first, second] = halves.map(({ test }) => test.map(({ name }) => name)) as [string[], string[]];
    const { test, anomalous } = await readPack(packs, choice);
    expect([...first, ...second].sort()).toEqual(test.map(({ name }) => name).sort());
    for (const half of halves) {
      const labelled = half.anomalous.map(({ name }) => name);
      expect(labelled).toEqual(expect.arrayContaining(anomalous.map(({ name }) => name)));
      expect(half.test.filter(({ name }) => labelled.includes(name))).toEqual([]);
      expect(half.anomalous).toHaveLength(anomalous.length + 2);
    }
  });

  it('leaves out a defect type by wish', async () => {
    const { anomalous, test } = await readPack(packs, { ...choice, exclude: ['pit'] });
    expect([...anomalous, ...test].some(({ defectType }) => defectType === 'pit')).toBe(false);
  });
});

describe('stored results', () => {
  it('are those of a plan on a pack, whatever the row and the table', async () => {
    const preset = trainedOf({ supervision: 'UNSUPERVISED' });
    const store = await ResultStore.open(packs, 'small', choice);
    for (const seed of [1, 0, 1]) await store.add('preset', preset, result(seed));
    const seedsOf = async (pack: PackChoice, other?: string, asked = preset) =>
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
        trainedOf({ supervision: 'UNSUPERVISED', settings: { imageSize: 128 }, detector: { id: 'patchcore' } }),
      ),
    ).toEqual([]);
  });

  const changedIn = ({ plan, supervision }: Trained, detector: Partial<Trained['plan']['detector']>): Trained => ({
    plan: { ...plan, detector: { ...plan.detector, ...detector } },
    supervision,
  });
  const stored = async (name: string, trained: Trained) => {
    const store = await ResultStore.open(packs, name, choice);
    await store.add('preset', trained, result(0));
    return ResultStore.open(packs, name, choice);
  };

  it('are found when digests of plugins or the order of parameters change', async () => {
    const preset = trainedOf({ supervision: 'UNSUPERVISED' });
    const store = await stored('digests', preset);
    const params = Object.fromEntries(Object.entries(preset.plan.detector.params).reverse());
    const { results } = store.of(changedIn(preset, { digest: 'another', params }));
    expect(results.map(({ seed }) => seed)).toEqual([0]);
  });

  it('say which version of a plugin measured them, and are measured again by wish only', async () => {
    const preset = trainedOf({ supervision: 'UNSUPERVISED' });
    const { version } = preset.plan.detector;
    const store = await stored('versions', preset);
    const newer = changedIn(preset, { version: '99.0.0' });
    expect(store.of(newer).plans.map(({ detector }) => detector.version)).toEqual([version]);
    expect(store.has(newer, 0, { sameVersions: false })).toBe(true);
    expect(store.has(newer, 0, { sameVersions: true })).toBe(false);
    expect(await store.add('preset', newer, result(1))).toBe(0);
    const rows = [{ name: 'preset', plans: store.of(newer).plans }];
    expect(settingsTable(rows)).toContain(`semirest ${version}, semirest 99.0.0`);
  });

  it('stay in the table, marked, when no row asks for their values any more', async () => {
    const row = { name: 'preset', choice: { supervision: 'UNSUPERVISED' } } as const;
    const preset = trainedOf(row.choice);
    const store = await stored('former', preset);
    const titles = (rows: readonly Row[], changed: Trained) =>
      tableRows(store, rows, () => changed).map((each) => titleOf(each));
    const other = changedIn(preset, { params: { ...preset.plan.detector.params, steps: 7 } });
    expect(titles([row], preset)).toEqual(['preset']);
    expect(titles([row], other)).toEqual(['preset \\*']);
    expect(titles([{ ...row, name: 'another row' }], other)).toEqual(['preset \\*']);
    expect(titles([], preset)).toEqual(['preset \\*']);
    expect(await store.add('preset', other, result(0))).toBe(1);
    expect(titles([row], other)).toEqual(['preset']);
  });

  describe('of a detector that trains with and without labels', () => {
    const [without, withMasks] = (['UNSUPERVISED', 'SUPERVISED'] as const).map((supervision): Row => ({
      name: `bgad, ${supervision}`,
      choice: { supervision, detector: { id: 'bgad' } },
    })) as [Row, Row];
    const ofRow = (row: Row) => trainedOf(row.choice);
    const rowsWith = (store: ResultStore, rows: readonly Row[]) => tableRows(store, rows, ofRow).map(titleOf);

    it('are those of their supervision, though the plan has the same values', async () => {
      const [unlabelled, labelled] = [ofRow(without), ofRow(withMasks)];
      expect(labelled.plan).toEqual(unlabelled.plan);
      const store = await ResultStore.open(packs, 'supervisions', choice);
      await store.add(withMasks.name, labelled, result(0));
      expect(store.has(unlabelled, 0, { sameVersions: false })).toBe(false);
      expect(store.has(unlabelled, 0, { sameVersions: true })).toBe(false);
      expect(rowsWith(store, [without, withMasks])).toEqual(['bgad, SUPERVISED']);
      expect(rowsWith(store, [without])).toEqual(['bgad, SUPERVISED \\*']);
      await store.add(without.name, unlabelled, result(0));
      const again = await ResultStore.open(packs, 'supervisions', choice);
      expect(rowsWith(again, [without, withMasks])).toEqual(['bgad, UNSUPERVISED', 'bgad, SUPERVISED']);
    });

    it('are refused where they do not name their supervision', async () => {
      const store = await ResultStore.open(packs, 'unnamed', choice);
      await store.add(withMasks.name, ofRow(withMasks), result(0));
      const file = join(packs, 'unnamed.json');
      const written = await readFile(file, 'utf8');
      await writeFile(file, written.replace(/,\s*"supervision": "SUPERVISED"/, ''));
      await expect(ResultStore.open(packs, 'unnamed', choice)).rejects.toThrow(/"supervision"/);
      await writeFile(file, written);
      expect(rowsWith(await ResultStore.open(packs, 'unnamed', choice), [withMasks])).toEqual(['bgad, SUPERVISED']);
    });
  });
});

describe('a row in a process of its own', () => {
  const order = (row: Row) => runRowApart({ packs, pack: choice, preset: 'cpu-small', row, seed: 0 }, () => undefined);

  it('is measured with what it costs', { timeout: 300_000 }, async () => {
    const row: Row = { name: 'padim', choice: { supervision: 'UNSUPERVISED', detector: { id: 'padim' } } };
    const outcome = await order(row);
    if (!('result' in outcome)) throw new Error(JSON.stringify(outcome));
    const { result, maps } = outcome;
    expect(maps.map(({ width, height }) => [width, height])).toEqual([
      [256, 256],
      [256, 256],
    ]);
    expect(result.byDefectType.map(({ defectType }) => defectType)).toEqual(['pit', 'scratch']);
    // What three images say of 100 channels at 32 x 32 places, twice.
    expect(result.modelBytes).toBeGreaterThan(8 * 3 * 100 * 32 ** 2);
    expect(result.peakBytes).toBeGreaterThan(result.modelBytes!);
    // Left out on a busy machine.
    expect(result.secondsPerPrediction ?? 0).toBeLessThan(result.secondsPerImage ?? 1);
  });

  it('says why it cannot be trained', { timeout: 120_000 }, async () => {
    const detector = { id: 'padim', params: { channels: 100_000 } };
    const outcome = await order({ name: 'padim', choice: { supervision: 'UNSUPERVISED', detector } });
    expect(outcome).toEqual({ problem: expect.stringContaining('channels') as string });
  });
});

describe('the page of methods', () => {
  const [padim, rd] = ['padim', 'rd'].map((id): Row => ({
    name: `${id}, UNSUPERVISED`,
    choice: { supervision: 'UNSUPERVISED', detector: { id } },
  })) as [Row, Row];
  const ofRow = (row: Row) => trainedOf(row.choice);
  const map = { width: 8, height: 8, data: Float32Array.from({ length: 64 }, (_, i) => i) };

  it('has what methods reach and cost, their maps as one picture, and published rows marked as such', async () => {
    const folder = join(packs, 'page');
    const [pack] = packChoices;
    const name = methodsName(pack!.name);
    const truth: PackImage = {
      ...{ name: 'image', file: 'image', defectType: 'pit', bytes: Buffer.alloc(0), boxes: [] },
      mask: { width: 8, height: 8, data: new Uint8Array(64).fill(1) },
    };
    const store = await ResultStore.open(folder, name, pack!);
    const costs = { secondsPerPrediction: 0.012, modelBytes: 1.5e6, peakBytes: 4.2e8 };
    await store.add(padim.name, ofRow(padim), { ...result(0), ...costs });
    await writeTruth(join(folder, name), [truth, truth]);
    await writeMaps(join(folder, name), padim.name, [map, map]);
    const page = await readFile(
      await writeMethods(folder, { preset: 'cpu-small', rows: [padim, rd], trainedOf: ofRow }),
      'utf8',
    );
    expect(page).toContain('| padim, UNSUPERVISED | 0 | – | – | – | – | 1 | 12 | 1.50 | 420 |');
    expect(page).toContain('Not measured: rd, UNSUPERVISED.');
    expect(page).toContain('| PatchCore, UNSUPERVISED (published) | 0.571 / 0.931 / 0.981 | 0.361 / 0.971 / 0.995 |');
    const { width, height } = await sharp(join(folder, name, 'all.png')).metadata();
    const strip = await sharp(join(folder, name, 'padim-UNSUPERVISED.png')).metadata();
    expect([width - 270, height]).toEqual([strip.width / 2, 2 * 64 + 4]);
  });
});

describe('the tables of docs/results', () => {
  it.each(packChoices.map((pack) => [pack.name, pack] as const))('find what is stored of %s', async (name, pack) => {
    const store = await ResultStore.open('docs/results', name, pack);
    const rows = tableRows(store, comparison, ({ choice: of }) => trainedOf(of));
    const methods = new Set(rows.filter(({ isFormer }) => !isFormer).map((row) => row.name));
    expect(methods).toContain('PatchCore');
    expect(methods).toContain('SemiREST, supervised');
  });
});

describe('rows', () => {
  it.each(
    [...comparison, ...ablation, ...beyond, ...kinds, ...boxes, ...sizes, ...bound, ...methods(builtInPlugins)].map(
      (row) => [row.name, row] as const,
    ),
  )('%s can be trained', (_, row) => {
    expect(trainedOf(row.choice).plan.detector.id).toBe(row.choice.detector?.id ?? 'semirest');
  });

  it('have names and plans of their own', () => {
    for (const rows of [comparison, ablation, beyond, kinds, boxes, sizes, bound, methods(builtInPlugins)]) {
      expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
      expect(new Set(rows.map(({ choice }) => JSON.stringify(trainedOf(choice)))).size).toBe(rows.length);
    }
  });
});
