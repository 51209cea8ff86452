import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SweepProgressDocument, type RefusedError } from '../../src/client/index.js';
import { encodePng } from '../../src/files/index.js';

import { runChild } from '../support/childProcess.js';
import { typed } from '../integration/cli/typedCommands.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { ResiduaProcesses } from '../support/residuaProcesses.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const database = useDatabase();
let folder: string;
let processes: ResiduaProcesses;
const residua = (...args: string[]) => typed(processes.client.address.url, args);
const small = ['--set', 'imageSize=64'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-e2e-recommend-'));
  for (const [kind, count] of [
    ['good', 10],
    ['dark', 4],
  ] as const) {
    await mkdir(path.join(folder, 'tiles', kind), { recursive: true });
    for (let i = 0; i < count; i++) {
      const image = surface(kind === 'good' ? i : 50 + i, kind === 'dark');
      await writeFile(path.join(folder, 'tiles', kind, `${i}.png`), await encodePng(image));
    }
  }
  processes = new ResiduaProcesses({ RESIDUA_HOME: path.join(folder, 'home'), DATABASE_URL: database.url });
  await processes.ready();
  const imported = await residua('import', path.join(folder, 'tiles'), '--dataset', 'tiles', '--format', 'folders');
  expect(imported.error).toBeUndefined();
});
afterAll(async () => {
  await processes?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('residua recommend', () => {
  it('says how to get a validation split where there is none', async () => {
    const { error } = await residua('recommend', 'tiles');
    expect(error).toMatchObject({ code: 'TRAINING_DATA_INSUFFICIENT' });
    expect((error as Error).message).toContain('residua split <dataset> 60/20/20');
    expect((await residua('split', 'tiles', '60/30/10')).error).toBeUndefined();
  });

  it('tries methods and tells which to take, and how', async () => {
    const args = ['recommend', 'tiles', ...small, '--methods', 'patchcore,padim', '--seeds', '0,1', '--minutes', '9'];
    const { printed, error } = await residua(...args);
    expect(error).toBeUndefined();
    expect(printed).toMatch(/^patchcore, unsupervised, seed 0: training$/m);
    expect(printed).toMatch(/^padim, unsupervised, seed 1: image AUROC [01]\.\d{4}$/m);
    expect(printed).toMatch(/^patchcore +unsupervised +2 +[01]\.\d{4} +baseline +\d+\.\d +\d+$/m);
    expect(printed).toMatch(/^padim +unsupervised +2 +[01]\.\d{4} +[+-]0\.\d{4} \(.* to .*\) +\d+\.\d +\d+$/m);
    expect(printed).toContain('judged on 4 validation images\nTake patchcore, unsupervised: no other has a better');
    expect(printed).toContain('residua alias tiles-methods@');
    expect((await residua('list', 'models')).printed).not.toContain('challenger');
    const train = /residua (train .*)$/m.exec(printed)![1]!.split(' ');
    const trained = await residua(...train);
    expect(trained.printed).toContain('tiles@1 is trained');
  });

  it('names what cannot be tried of the methods that were named', async () => {
    const { error } = await residua('recommend', 'tiles', '--methods', 'patchcore,nothing,padim:supervised');
    const { problems } = error as RefusedError;
    expect(problems.map(({ item }) => item)).toEqual(
      expect.arrayContaining(['nothing, UNSUPERVISED', 'padim, SUPERVISED']),
    );
  });

  it('left to itself leaves out what the labels do not allow, and with Ctrl-C ends the sweep and shows what was found', async () => {
    const args = ['recommend', 'tiles', ...small, '--seeds', '3', '--url', processes.client.address.url];
    const command = runChild('../../src/cli/residua.ts', args);
    const lines: string[] = [];
    do lines.push(await command.line());
    while (!lines.at(-1)!.includes('image AUROC'));
    command.kill('SIGINT');
    expect(await command.ended).toBe(130);
    expect(lines).toContainEqual(expect.stringMatching(/^without bgad, supervised: .* no anomalous .* PIXEL labels/));
    let line = '';
    while (!line.startsWith('Take')) line = await command.line();
    expect(line).toContain('Take patchcore');
    const id = /sweep (\S+),/.exec(lines.join('\n'))![1]!;
    const { node } = await processes.client.request(SweepProgressDocument, { id });
    expect(node).toMatchObject({ state: 'CANCELLED' });
  });
});
