import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brushedSteel } from '../../../src/cli/sample-data/brushedSteel.js';
import { pit, scratch, stain } from '../../../src/cli/sample-data/surfaceDefects.js';
import { writeSampleDataset, type SampleDataset } from '../../../src/cli/sample-data/writeSampleDataset.js';
import { RandomSource } from '../../../src/shared/random.js';

const size = { normalTrain: 2, normalTest: 1, defectsPerType: 3, imageSize: 64 };
let folder: string;
let sample: SampleDataset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-sample-'));
  sample = await writeSampleDataset(join(folder, 'a'), 7, size);
});
afterAll(() => rm(folder, { recursive: true }));

const filesOf = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

describe('the sample data set', () => {
  test('has the MVTec-AD layout', async () => {
    const files = await filesOf(sample.category);
    expect(files).toContain('train/good/001.png');
    expect(files).toContain('test/good/000.png');
    expect(files).toContain('test/scratch/002.png');
    expect(files).toContain('ground_truth/scratch/002_mask.png');
    expect(files).toHaveLength(2 + 1 + 3 * 3 * 2);
  });

  test('is the same for the same seed and another for another', async () => {
    const again = await writeSampleDataset(join(folder, 'b'), 7, size);
    const other = await writeSampleDataset(join(folder, 'c'), 8, size);
    for (const file of await filesOf(sample.category)) {
      const bytes = await readFile(join(sample.category, file));
      expect(await readFile(join(again.category, file)), file).toEqual(bytes);
      if (!file.startsWith('ground_truth')) expect(await readFile(join(other.category, file)), file).not.toEqual(bytes);
    }
  });

  test('masks are binary, as large as their image, and inside the box the settings give', async () => {
    const settings = JSON.parse(await readFile(sample.settings, 'utf8')) as {
      semi_supervised: {
        train_anomalies: string[];
        boxes: { file: string; x: number; y: number; width: number; height: number }[];
      };
    };
    expect(settings.semi_supervised.train_anomalies).toHaveLength(3);
    for (const box of settings.semi_supervised.boxes) {
      const mask = join(folder, 'a', box.file.replace('/test/', '/ground_truth/').replace('.png', '_mask.png'));
      const { data, info } = await sharp(mask).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([64, 64]);
      expect([...new Set(data)].sort((a, b) => a - b)).toEqual([0, 255]);
      data.forEach((value, index) => {
        if (value === 0) return;
        const [x, y] = [Math.floor(index / info.channels) % 64, Math.floor(index / info.channels / 64)];
        expect(x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height).toBe(true);
      });
    }
  });
});

describe.each([
  ['scratch', scratch],
  ['pit', pit],
  ['stain', stain],
])('%s', (_, defect) => {
  test('changes the surface most where its mask is, and hardly elsewhere', () => {
    for (let seed = 0; seed < 12; seed++) {
      const clean = brushedSteel(96, RandomSource.fromSeed(seed));
      const damaged = brushedSteel(96, RandomSource.fromSeed(seed));
      const mask = { width: 96, height: 96, data: new Uint8Array(96 * 96) };
      defect(damaged, mask, 0.8, RandomSource.fromSeed(seed + 100));
      let [inside, outside, marked, farthest] = [0, 0, 0, 0];
      mask.data.forEach((value, index) => {
        const change = Math.abs(damaged.brightness[index]! - clean.brightness[index]!);
        if (value) [inside, marked] = [inside + change, marked + 1];
        else [outside, farthest] = [outside + change, Math.max(farthest, change)];
      });
      expect(marked, `seed ${seed}`).toBeGreaterThan(8);
      expect(inside).toBeGreaterThan(3 * outside);
      expect(farthest).toBeLessThan(0.1);
    }
  });

  test('a stronger one changes more', () => {
    const change = (strength: number) => {
      const clean = brushedSteel(96, RandomSource.fromSeed(3));
      const damaged = brushedSteel(96, RandomSource.fromSeed(3));
      const mask = { width: 96, height: 96, data: new Uint8Array(96 * 96) };
      defect(damaged, mask, strength, RandomSource.fromSeed(4));
      return damaged.brightness.reduce((sum, value, i) => sum + Math.abs(value - clean.brightness[i]!), 0);
    };
    expect(change(1)).toBeGreaterThan(1.5 * change(0.1));
  });
});
