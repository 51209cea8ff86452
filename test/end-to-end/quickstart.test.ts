import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QuickstartResult } from '../../src/cli/quickstart/result.js';
import { writeSampleDataset, type SampleDataset } from '../../src/cli/sample-data/writeSampleDataset.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const minutes = 60_000;

let folder: string;
let sample: SampleDataset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-'));
  sample = await writeSampleDataset(join(folder, 'data'), 1, {
    normalTrain: 12,
    normalTest: 4,
    defectsPerType: 4,
    imageSize: 256,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  output: string;
  /** What is left of the state and the processes it started. */
  leftovers: string[];
}

/** Runs the command as a person would; `interruptAt`: send Ctrl-C once this is printed. */
async function quickstart(name: string, args: readonly string[], interruptAt?: RegExp): Promise<Ended> {
  const temporary = join(folder, name, 'tmp');
  await mkdir(temporary, { recursive: true });
  const child = spawn(
    process.execPath,
    [
      '--conditions=residua-source',
      '--import',
      'tsx',
      'src/cli/residua.ts',
      'quickstart',
      '--out',
      join(folder, name, 'out'),
      ...args,
    ],
    // A database named in the environment must not be touched.
    {
      cwd: root,
      env: { ...process.env, TMPDIR: temporary, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (interruptAt?.test(output) && !interrupted) interrupted = child.kill('SIGINT');
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output, leftovers: [...(await leftIn(temporary)), ...(await processesNaming(temporary))] };
}

async function leftIn(temporary: string): Promise<string[]> {
  return (await readdir(temporary)).filter((name) => name.startsWith('residua-'));
}

/** Command lines and environments of running processes that name the folder (Linux only). */
async function processesNaming(text: string): Promise<string[]> {
  if (!existsSync('/proc/self/cmdline')) return [];
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (command.includes(text) || environment.includes(text)) found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
}

const metricNames = [
  ...(['imageAp', 'imageAuroc', 'imageF1Max', 'imageF1MaxThreshold', 'pixelAp', 'pixelAuroc'] as const),
  ...(['pixelF1Max', 'pixelF1MaxThreshold', 'pro', 'proFprLimit'] as const),
];

describe('npm run quickstart', () => {
  let ended: Ended;
  let result: QuickstartResult;
  let page: string;
  const out = () => join(folder, 'whole', 'out');

  beforeAll(async () => {
    const args = [
      '--data',
      sample.category,
      '--exclude',
      'pit',
      '--detector',
      'patchcore',
      '--detector',
      'semirest',
      '--steps',
      '6',
      '--seed',
      '3',
    ];
    ended = await quickstart('whole', args);
    expect(ended.code, ended.output).toBe(0);
    result = JSON.parse(await readFile(join(out(), 'result.json'), 'utf8')) as QuickstartResult;
    page = await readFile(join(out(), 'report.html'), 'utf8');
  }, 8 * minutes);

  test('writes one row per detector with exactly the promised names', () => {
    expect(result.runs.map(({ detector }) => detector)).toEqual(['patchcore', 'semirest']);
    for (const run of result.runs) {
      expect(Object.keys(run)).toEqual([
        'detector',
        'supervision',
        'preset',
        'seed',
        'metrics',
        'byDefectType',
        'seconds',
        'peakRssBytes',
      ]);
      expect(run).toMatchObject({ supervision: 'unsupervised', preset: 'cpu-small', seed: 3 });
      expect(Object.keys(run.metrics).sort()).toEqual([...metricNames].sort());
      expect(Object.keys(run.byDefectType).sort()).toEqual(['scratch', 'stain']);
      expect(Object.keys(run.seconds)).toEqual(['import', 'features', 'memoryBank', 'training', 'evaluation', 'total']);
    }
  });

  test('measures sane values', () => {
    for (const { detector, metrics, seconds, peakRssBytes } of result.runs) {
      expect(metrics.pixelAuroc, detector).toBeGreaterThan(0.6);
      expect(metrics.imageAuroc, detector).toBeGreaterThan(0.6);
      for (const name of metricNames) expect(metrics[name], name).toBeGreaterThanOrEqual(0);
      expect(seconds.total).toBeGreaterThan(
        seconds.features + seconds.memoryBank + seconds.training + seconds.evaluation,
      );
      expect(seconds.features).toBeGreaterThan(0);
      expect(seconds.evaluation).toBeGreaterThan(0);
      expect(peakRssBytes.worker).toBeGreaterThan(50 * 2 ** 20);
      expect(peakRssBytes.api).toBeGreaterThan(50 * 2 ** 20);
    }
    expect(result.runs[1]!.seconds.training).toBeGreaterThan(0);
  });

  test('tells every stage and prints the metrics', () => {
    for (const stage of ['feature-extraction', 'memory-bank', 'training', 'evaluation'])
      expect(ended.output).toContain(stage);
    expect(ended.output).toMatch(/semirest training {2}\d+\/6 {2}loss /);
    expect(ended.output).toMatch(/^patchcore( +\d\.\d{4}){7}$/m);
    expect(ended.output).toContain('report.html');
  });

  test('stops all it started and removes its state', () => {
    expect(ended.leftovers).toEqual([]);
  });

  test('writes a report that refers to nothing outside itself and stays small', async () => {
    expect(page).not.toMatch(/<script|<link|<iframe|@import|\burl\((?!#)/i);
    const references = [...page.matchAll(/\b(?:src|href|xlink:href)="([^"]*)"/g)].map(([, value]) => value!);
    expect(references.length).toBeGreaterThan(8);
    expect(references.filter((value) => !value.startsWith('data:'))).toEqual([]);
    expect((await stat(join(out(), 'report.html'))).size).toBeLessThan(5_000_000);
  });

  test('the report shows the curves, the extremes and why a region was flagged', () => {
    for (const chart of [
      'ROC curve over pixels',
      'precision-recall curve',
      'per-region overlap curve',
      'training loss',
    ]) {
      expect(page).toContain(`aria-label="${chart}`);
    }
    for (const group of ['Clearest defects', 'Hardest defects', 'Most suspicious normal images'])
      expect(page).toContain(group);
    expect(page).toContain('Why flagged');
    expect(page).toMatch(/train\/good\/[^<]+\.png/);
    for (const type of ['scratch', 'stain']) expect(page).toContain(type);
  });

  test.skipIf(!browser)('the report renders in a browser, on a desktop and on a phone (needs Chromium)', async () => {
    const chrome = await chromium.launch({ executablePath: browser!, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      for (const width of [1280, 390]) {
        const tab = await chrome.newPage({ viewport: { width, height: 900 } });
        const problems: string[] = [];
        tab.on('console', (message) => problems.push(message.text()));
        tab.on('request', (request) => {
          if (!/^(data|file):/.test(request.url())) problems.push(request.url());
        });
        await tab.goto(`file://${join(out(), 'report.html')}`);
        for (const picture of await tab.locator('img').all()) await picture.scrollIntoViewIfNeeded();
        const seen = await tab.evaluate(
          `({
            broken: [...document.images].filter((image) => !(image.complete && image.naturalWidth > 0)).length,
            pictures: document.images.length,
            charts: document.querySelectorAll('svg').length,
            overflow: document.documentElement.scrollWidth - innerWidth,
          })`,
        );
        expect(seen).toEqual({ broken: 0, pictures: expect.any(Number) as number, charts: 4, overflow: 0 });
        expect((seen as { pictures: number }).pictures).toBeGreaterThan(12);
        expect(problems).toEqual([]);
        await tab.close();
      }
    } finally {
      await chrome.close();
    }
  });
});

describe('a quickstart that cannot finish', () => {
  test(
    'names what is wrong with a folder of another layout, and leaves nothing behind',
    async () => {
      const empty = join(folder, 'not-mvtec');
      await mkdir(join(empty, 'pictures'), { recursive: true });
      const { code, output, leftovers } = await quickstart('layout', ['--data', empty]);
      expect(code, output).toBe(1);
      expect(output).toContain('error DATASET_LAYOUT_INVALID');
      expect(leftovers).toEqual([]);
      expect(existsSync(join(folder, 'layout', 'out', 'result.json'))).toBe(false);
    },
    3 * minutes,
  );

  test(
    'stops everything on Ctrl-C',
    async () => {
      const args = ['--data', sample.category, '--detector', 'semirest', '--steps', '100000'];
      const { code, output, leftovers } = await quickstart('interrupted', args, /semirest feature-extraction/);
      expect(code, output).toBe(130);
      expect(leftovers).toEqual([]);
    },
    3 * minutes,
  );

  test(
    'names a detector and a preset it does not know before it imports anything',
    async () => {
      const args = ['--data', sample.category, '--detector', 'tarot', '--detector', 'padim', '--preset', 'huge'];
      const { code, output, leftovers } = await quickstart('unknown', args);
      expect(code, output).toBe(1);
      expect(output).toContain('there is no detector "tarot"; known: semirest');
      expect(output).toContain('there is no preset "huge" of detector padim; known: paper, cpu-small');
      expect(output).not.toContain('import import');
      expect(leftovers).toEqual([]);
    },
    3 * minutes,
  );

  test('a data folder that does not exist is named', async () => {
    const { code, output, leftovers } = await quickstart('nowhere', ['--data', join(folder, 'nowhere-at-all')]);
    expect(code).toBe(1);
    expect(output).toContain(`error NOT_FOUND: there is no folder ${join(folder, 'nowhere-at-all')}`);
    expect(leftovers).toEqual([]);
  });
});
