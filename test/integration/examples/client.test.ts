import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleDataset } from '../../../src/cli/sample-data/writeSampleDataset.js';
import { startApi, type Api } from '../../../src/main/api.js';
import { readConfig } from '../../../src/main/config.js';
import { useDatabase } from '../../support/database.js';
import { startWorkerProcess, type WorkerProcess } from '../../support/workerProcess.js';
import { zipOf } from '../../unit/files/zipBytes.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const timeout = 180_000;
const token = 'a-token-without-which-nobody-gets-in';

const database = useDatabase();
let home: string;
let images: string;
let api: Api;
let worker: WorkerProcess;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'residua-client-'));
  const size = { normalTrain: 6, normalTest: 2, defectsPerType: 1, imageSize: 256 };
  images = (await writeSampleDataset(path.join(home, 'data'), 1, size)).category;
  const environment = {
    ...{ RESIDUA_HOME: home, RESIDUA_PORT: '0', RESIDUA_IMPORT_ROOTS: home },
    ...{ DATABASE_URL: database.url, RESIDUA_API_TOKEN: token },
  };
  api = await startApi({ ...readConfig(environment), databaseUrl: database.url });
  worker = startWorkerProcess(environment);
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await rm(home, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  /** What it wrote to standard output and standard error. */
  out: string;
  err: string;
}

/** The client as its README says to run it. */
async function client(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const flags = ['--import', 'tsx', 'examples/client/main.ts'];
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: repository,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NO_COLOR: '1',
      RESIDUA_API_TOKEN: token,
      RESIDUA_URL: api.url,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (ended.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (ended.err += text.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, ...ended };
}

/** The cells of a printed table, row by row without the head. */
function cellsOf(table: string): string[][] {
  const lines = table.split('\n').filter((line) => line.startsWith('│'));
  return lines.slice(1).map((line) =>
    line
      .split('│')
      .map((cell) => cell.trim().replaceAll("'", ''))
      .filter(Boolean),
  );
}

async function zipOfFolder(folder: string): Promise<Buffer> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => path.join(parentPath, name));
  return zipOf(
    await Promise.all(
      paths.map(async (file) => ({ name: path.relative(folder, file), data: await readFile(file), method: 0 })),
    ),
  );
}

describe('examples/client', () => {
  it('imports a folder, trains, shows every job while it runs, and prints the leaderboard', { timeout }, async () => {
    const { code, out, err } = await client([images, '--dataset', 'steel', '--model', 'steel', '--steps', '2']);
    expect(err).toMatch(/^import: running\n/m);
    expect(err).toMatch(/^training: \S+ 2\/2\n/m);
    expect(err).toMatch(/^evaluation: completed\n$/m);
    expect([code, cellsOf(out)]).toEqual([
      0,
      [['0', 'steel v1', 'UNSUPERVISED', ...Array<unknown>(4).fill(expect.stringMatching(/^[01]\.\d{4}$/)), 'none']],
    ]);
  });

  it('sends a zip, and takes another detector', { timeout }, async () => {
    const zip = path.join(home, 'steel.zip');
    await writeFile(zip, await zipOfFolder(images));
    const choice = ['--dataset', 'zipped', '--model', 'zipped', '--detector', 'patchcore'];
    const { code, out, err } = await client([zip, ...choice]);
    expect([code, err, cellsOf(out).map((row) => row[1])]).toEqual([0, expect.any(String), ['zipped v1']]);
  });

  it('says all that is wrong with an import, and ends with 1', { timeout }, async () => {
    const { code, out, err } = await client([images, '--dataset', 'steel', '--model', 'steel']);
    expect([code, out]).toEqual([1, '']);
    expect(err.match(/^NAME_TAKEN \(.+\): .+$/gm)).toHaveLength(11);
  });

  it('says what a mutation refuses', { timeout }, async () => {
    const zip = path.join(home, 'other.zip');
    await writeFile(zip, await zipOfFolder(images));
    const { code, err } = await client([zip, '--dataset', 'other', '--model', 'other', '--detector', 'nothing']);
    expect(code).toBe(1);
    expect(err).toMatch(/\nCONFIG_INVALID.*'?nothing/);
  });

  it('says that a token is missing, and that nobody is there', { timeout }, async () => {
    const wish = [images, '--dataset', 'steel', '--model', 'steel'];
    const stranger = await client(wish, { RESIDUA_API_TOKEN: '' });
    expect(stranger.code).toBe(1);
    expect(stranger.err).toMatch(/token/i);
    const nobody = { code: 1, err: 'no Residua server answers at http://127.0.0.1:1 (bad port)\n' };
    expect(await client([...wish, '--url', 'http://127.0.0.1:1'])).toMatchObject(nobody);
    expect(await client(wish, { RESIDUA_URL: '', RESIDUA_PORT: '1' })).toMatchObject(nobody);
  });

  it('tells how it is used', async () => {
    const { code, err } = await client([]);
    expect(code).toBe(2);
    expect(err).toContain('<folder or zip>');
  });
});
