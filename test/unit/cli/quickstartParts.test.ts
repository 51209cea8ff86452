import { mkdtemp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobEvent } from '../../../src/client/index.js';
import { readLabelledImages } from '../../../src/cli/quickstart/labelledImages.js';
import { stageSeconds } from '../../../src/cli/quickstart/stageSeconds.js';
import { stageCategory } from '../../../src/cli/quickstart/stageCategory.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-stage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const base = { cursor: '', seq: 0, attempt: 1 };
const state = (seconds: number, to: 'QUEUED' | 'RUNNING' | 'RETRYING' | 'COMPLETED'): JobEvent => ({
  ...base,
  __typename: 'StateChanged',
  at: at(seconds),
  state: to,
});
const step = (seconds: number, stage: string): JobEvent => ({
  ...base,
  __typename: 'MetricsReported',
  at: at(seconds),
  stage,
  step: 1,
  totalSteps: 1,
  metrics: [],
  secondsPerStep: null,
  etaSeconds: null,
});

describe('seconds per stage', () => {
  test('a stage runs from the one before it to its own last report; the end belongs to the last', () => {
    const events = [
      state(0, 'QUEUED'),
      state(5, 'RUNNING'),
      step(6, 'feature-extraction'),
      step(8, 'feature-extraction'),
      step(9, 'memory-bank'),
      step(19, 'training'),
      step(29, 'training'),
      state(31, 'COMPLETED'),
    ];
    expect(Object.fromEntries(stageSeconds(events))).toEqual({
      'feature-extraction': 3,
      'memory-bank': 1,
      training: 22,
    });
  });

  test('only the last attempt counts', () => {
    const events = [
      state(0, 'RUNNING'),
      step(50, 'training'),
      state(60, 'RETRYING'),
      state(61, 'RUNNING'),
      step(63, 'training'),
      state(63, 'COMPLETED'),
    ];
    expect(Object.fromEntries(stageSeconds(events))).toEqual({ training: 2 });
  });
});

describe('staging a category', () => {
  const make = async (name: string) => {
    const category = join(folder, name);
    for (const path of [
      'train/good',
      'test/good',
      'test/crack',
      'test/uneven',
      'ground_truth/crack',
      'ground_truth/uneven',
    ]) {
      await mkdir(join(category, path), { recursive: true });
      await writeFile(join(category, path, '1.png'), path);
    }
    return category;
  };

  test('with nothing to leave out it is the folder itself', async () => {
    const category = await make('plain');
    expect(await stageCategory(category, [], join(folder, 'unused'))).toBe(category);
  });

  test('an excluded type is gone from test and ground truth, all else is there', async () => {
    const category = await make('tile');
    await symlink('/etc/passwd', join(category, 'test/crack/escape.png'));
    const staged = await stageCategory(category, ['uneven'], join(folder, 'staging'));
    expect(staged).toBe(join(folder, 'staging', 'tile'));
    expect((await readdir(join(staged, 'test'))).sort()).toEqual(['crack', 'good']);
    expect(await readdir(join(staged, 'ground_truth'))).toEqual(['crack']);
    expect(await readdir(join(staged, 'test/crack'))).toEqual(['1.png']);
    expect(await readdir(join(staged, 'train/good'))).toEqual(['1.png']);
  });

  test('a path that cannot be written in a list of roots is staged', async () => {
    const category = await make('a:b');
    expect(await stageCategory(category, [], join(folder, 'staging'))).toBe(join(folder, 'staging', 'a_b'));
  });

  test('unknown types are all named, with those there are', async () => {
    const category = await make('other');
    await expect(stageCategory(category, ['dent', 'rust'], join(folder, 'x'))).rejects.toMatchObject({
      problems: [
        { code: 'NOT_FOUND', item: 'dent', message: '--exclude dent: no such defect type; there are crack, uneven' },
        { code: 'NOT_FOUND', item: 'rust' },
      ],
    });
  });

  test('a folder that does not exist is named', async () => {
    await expect(stageCategory(join(folder, 'nowhere'), [], folder)).rejects.toMatchObject({
      problems: [{ code: 'NOT_FOUND', item: join(folder, 'nowhere') }],
    });
  });
});

describe('the settings of a pack', () => {
  const write = async (content: string) => {
    const file = join(folder, 'settings.json');
    await writeFile(file, content);
    return file;
  };
  const pack = {
    supervised: { train_anomalies: ['tile/test/crack/1.jpg', 'tile/test/uneven/2.jpg'] },
    semi_supervised: {
      train_anomalies: ['tile/test/crack/1.jpg'],
      boxes: [
        { file: 'tile/test/crack/1.jpg', x: 1, y: 2, width: 3, height: 4 },
        { file: 'tile/test/crack/1.jpg', x: 5, y: 6, width: 7, height: 8 },
      ],
    },
  };

  test('supervised: paths inside the category, without excluded types', async () => {
    const file = await write(`\ufeff${JSON.stringify(pack)}`);
    expect((await readLabelledImages(file, 'SUPERVISED', ['uneven'])).files).toEqual(['test/crack/1.jpg']);
  });

  test('semi-supervised: with the boxes of each image', async () => {
    const { files, boxes } = await readLabelledImages(await write(JSON.stringify(pack)), 'SEMI_SUPERVISED', []);
    expect(files).toEqual(['test/crack/1.jpg']);
    expect(boxes.get('test/crack/1.jpg')).toEqual([
      { x: 1, y: 2, width: 3, height: 4 },
      { x: 5, y: 6, width: 7, height: 8 },
    ]);
  });

  test('unsupervised: what any setting trains with is out of the test, and nothing of it is read', async () => {
    const { files, boxes } = await readLabelledImages(await write(JSON.stringify(pack)), 'UNSUPERVISED', []);
    expect(files).toEqual(['test/crack/1.jpg', 'test/uneven/2.jpg']);
    expect(boxes.size).toBe(0);
  });

  test.each([
    ['not JSON', '{,}', 'JSON_INVALID'],
    ['another type', '{"supervised": {"train_anomalies": "all"}}', 'CONFIG_INVALID'],
    [
      'a box without width',
      '{"supervised": {"boxes": [{"file": "a", "x": 0, "y": 0, "height": 1}]}}',
      'CONFIG_INVALID',
    ],
    ['no images for the setting', '{}', 'CONFIG_INVALID'],
  ])('%s is refused', async (_, content, code) => {
    await expect(readLabelledImages(await write(content), 'SUPERVISED', [])).rejects.toMatchObject({ code });
  });
});
