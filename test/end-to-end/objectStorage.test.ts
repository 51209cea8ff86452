import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { followJob, type Metrics } from '../../src/client/index.js';
import { inspectImage } from '../../src/files/index.js';
import { useDatabase } from '../support/database.js';
import { networkFile, networkLayers } from '../support/onnxFiles.js';
import { tinyBank, tinySettings } from '../support/tinySettings.js';
import { residua, ResiduaProcesses, writeSurfaces } from '../support/residuaProcesses.js';
import { useS3Server } from '../support/s3Server.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const database = useDatabase();
const bucket = useS3Server();
let folder: string;
let processes: ResiduaProcesses;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-s3-'));
  await writeSurfaces(join(folder, 'tiles'));
  processes = new ResiduaProcesses(machine('api'), machine('worker'));
  await processes.ready();
});
afterAll(async () => {
  await processes?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a process is told on a machine that shares nothing but database and bucket with the others. */
function machine(name: string): Record<string, string> {
  const shared = { DATABASE_URL: database.url, ...bucket.environment };
  return { ...shared, RESIDUA_HOME: join(folder, name), RESIDUA_IMPORT_ROOTS: folder };
}

/** A command of a person elsewhere. @returns the one JSON value it printed. */
async function typed<Answer>(...args: string[]): Promise<Answer> {
  const environment = { ...machine('laptop'), RESIDUA_URL: processes.client.address.url };
  const { code, out, err } = await residua([...args, '--json'], environment);
  expect(code, `${args.join(' ')}: ${out}${err}`).toBe(0);
  return JSON.parse(out) as Answer;
}

/** Each value of an object as an option. */
const options = (flag: string, values: object) =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${String(value)}`]);

it('an API, a worker and a person on three machines share a bucket: import, train, evaluate, predict, export, verify', async () => {
  const settings = [...options('--set', tinySettings), ...options('--param', tinyBank)];
  expect(await typed('import', join(folder, 'tiles'), '--dataset', 'tiles')).toMatchObject({
    imagesImported: 7,
    annotationsImported: 1,
  });
  expect(await typed('train', 'tiles', '--model', 'tiles', '--detector', 'patchcore', ...settings)).toMatchObject({
    modelVersion: { version: 1 },
  });
  const { metrics } = await typed<{ metrics: Metrics }>('evaluate', 'tiles');
  expect(metrics.imageAuroc).toBe(1);
  const image = join(folder, 'tiles', 'test', 'dark', '0.png');
  const prediction = await typed<{ anomalyScore: number }>('predict', 'tiles', image, '--out', join(folder, 'maps'));
  expect(prediction).toMatchObject({ image, anomalyScore: expect.any(Number) as number });
  const map = await inspectImage(await readFile(join(folder, 'maps', '0_map.png')));
  expect(map).toMatchObject({ width: 64, height: 64 });
  const onnx = join(folder, 'tiles.onnx');
  await typed('export', 'model', 'tiles', '1', '-o', onnx);
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/onnx/predict.mjs', onnx, image]);
  expect(Math.abs(Number(stdout) - prediction.anomalyScore)).toBeLessThan(1e-4);
  const bundle = join(folder, 'tiles.zip');
  await typed('export', 'model', 'tiles', '1', '--format', 'bundle', '-o', bundle);
  expect(await typed('import', 'model', bundle, '--name', 'plates')).toMatchObject({
    modelVersion: { version: 1, model: { name: 'plates' } },
  });
  const report = await typed<{ checked: number }>('verify');
  expect(report).toMatchObject({ missing: [], corrupt: [] });
  // Seven images, a model, its exports, two maps; an overlay without regions may be the image itself.
  expect(report.checked).toBeGreaterThanOrEqual(7 + 1 + 2);
  expect(await readdir(join(folder, 'worker'))).not.toContain('blobs');
});

it('a file of the models folder of the API is all that a worker elsewhere needs, and nobody needs the folder afterwards', async () => {
  const folderOf = (name: string) => join(folder, name, 'models');
  await mkdir(folderOf('api'), { recursive: true });
  await writeFile(join(folderOf('api'), 'network.onnx'), networkFile());
  const features = { 'model.file': 'network.onnx', layers: JSON.stringify(networkLayers) };
  const settings = [
    ...['--feature-extractor', 'onnx', ...options('--feature-param', features)],
    ...[...options('--set', tinySettings), ...options('--param', { ...tinyBank, featureDimension: 40 })],
  ];
  const { run } = await typed<{ run: string }>(
    'train',
    'tiles',
    '--model',
    'foreign',
    '--detector',
    'patchcore',
    ...settings,
  );
  const lines: string[] = [];
  for await (const event of followJob(processes.client, run)) {
    if (event.__typename === 'LogWritten') lines.push(event.message);
  }
  expect(lines.join('\n')).toContain('fetching network.onnx');
  expect(await readdir(folderOf('worker'))).toHaveLength(1);

  await rm(folderOf('api'), { recursive: true });
  await rm(folderOf('worker'), { recursive: true });
  const image = join(folder, 'tiles', 'test', 'dark', '0.png');
  await typed('predict', 'foreign', image, '--out', join(folder, 'maps'));
  expect(await typed('verify')).toMatchObject({ missing: [], corrupt: [] });
});
