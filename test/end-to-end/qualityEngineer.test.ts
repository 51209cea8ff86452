import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodePng } from '../../src/files/index.js';
import { typed } from '../integration/cli/typedCommands.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { tinySemirest, tinySettings } from '../support/tinySettings.js';
import { residua as spawned, ResiduaProcesses, writeSurfaces } from '../support/residuaProcesses.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const database = useDatabase();
let folder: string;
let processes: ResiduaProcesses;
const url = () => processes.client.address.url;

/** Types a command. @returns what it printed. */
async function residua(...args: string[]): Promise<string> {
  const { printed, error } = await typed(url(), args);
  expect(error, args.join(' ')).toBeUndefined();
  return printed;
}
const failure = async (...args: string[]) => (await typed(url(), args)).error;

/** Every part of the detector, small. */
const options = (flag: string, values: object) =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${String(value)}`]);
const small = [...options('--set', tinySettings), ...options('--param', tinySemirest)];

/** The commands of README's section, for the images of this test. */
async function commandsOfReadme(): Promise<string[][]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const section = /^## Without writing code\n([^]*?)^## /m.exec(readme)![1]!;
  const commands = [...section.matchAll(/^npm run residua -- (.*)$/gm)].map(([, command]) => command!.split(' '));
  const here: Record<string, string> = {
    '/path/to/tiles': join(folder, 'tiles'),
    'test/scratch/7.png': 'test/dark/0.png',
    'comparison.html': join(folder, 'comparison.html'),
  };
  return commands.map((args) => args.map((arg) => here[arg] ?? arg)).filter(([name]) => name !== 'serve');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-quality-'));
  await writeSurfaces(join(folder, 'tiles'));
  await rm(join(folder, 'tiles', 'ground_truth'), { recursive: true });
  await writeFile(join(folder, 'tiles/test/dark/1.png'), await encodePng(surface(12, true)));
  processes = new ResiduaProcesses({ RESIDUA_HOME: join(folder, 'home'), DATABASE_URL: database.url });
  await processes.ready();
});
afterAll(async () => {
  await processes?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('somebody with good and bad parts and no masks', () => {
  it('goes the whole way as README tells it', async () => {
    const commands = await commandsOfReadme();
    expect(commands).toHaveLength(14);
    const printed: string[] = [];
    for (const [name = '', ...args] of commands) {
      const more = name === 'train' ? small : name === 'report' && !args.includes('-o') ? ['-o', folder] : [];
      printed.push(await residua(name, ...args, ...more));
    }
    const [imported, images, trained, measured, , , , again] = printed;
    expect(imported).toContain('2 defective images have no mask');
    expect(images).toMatch(/^test\/dark\/0\.png +TEST +ANOMALOUS +dark +64x64$/m);
    expect([trained, again]).toEqual([
      expect.stringContaining('tiles@1 is trained'),
      expect.stringContaining('tiles@2 is trained'),
    ]);
    expect(measured).toMatch(/^tiles +[01]\.\d{4} +[01]\.\d{4} +[01]\.\d{4} +– +– +– +–$/m);
    expect(measured).toContain('no pixel metrics: no defective image has a mask (2)');
    expect(printed.at(-1)).toMatch(/^tiles@2 +champion +semirest +semi-supervised +tiles/m);
  });

  it('has read a report of one version, and one that compares both', async () => {
    const page = (await readFile(join(folder, 'report.html'), 'utf8')).replaceAll(/\s+/g, ' ');
    expect(page).toContain('<h1>tiles@1 on tiles</h1>');
    expect(page).toContain('trained on 5 images, measured on 1 normal and 2 defective ones');
    expect(page).toContain('No pixel metrics: no defective image has a mask (2).');
    expect(page).toContain('>no mask<');
    const comparison = (await readFile(join(folder, 'comparison.html'), 'utf8')).replaceAll(/\s+/g, ' ');
    expect(comparison).toContain('<h1>tiles@1 and tiles@2 on tiles</h1>');
    expect(comparison).toContain('measured on 1 normal and 1 defective ones');
  });

  it('finds the server by its port', async () => {
    const { code, out } = await spawned(['list', 'datasets'], { RESIDUA_PORT: new URL(url()).port });
    expect([code, out]).toEqual([0, expect.stringMatching(/^tiles +8 /m)]);
  });

  it('finds runs, evaluations and presets, and gets the report of an evaluation by its id', async () => {
    expect(await residua('list', 'runs')).toMatch(
      /COMPLETED +semirest +tiles +tiles@2 [^]*COMPLETED +semirest +tiles +tiles@1 /,
    );
    expect(await residua('presets')).toMatch(/^semirest +cpu-small +semi-supervised /m);
    const evaluations = (await residua('list', 'evaluations', 'tiles@1', '--json')).trim().split('\n');
    const [newest, first] = evaluations.map((line) => (JSON.parse(line) as { id: string }).id);
    await residua('report', first!, '-o', join(folder, 'other.html'));
    expect(await readFile(join(folder, 'other.html'), 'utf8')).toContain('<h1>tiles@1 on tiles</h1>');
    expect(await failure('report', first!, newest!, '-o', folder)).toMatchObject({ code: 'CONFLICT' });
    expect(await failure('report', 'nothing', '-o', folder)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('trains on from a version, and is told to measure before a report', async () => {
    const args = ['train', 'tiles', '--model', 'tiles', ...small];
    expect(await residua(...args, '--supervision', 'semi-supervised', '--from', 'tiles@1')).toContain(
      'tiles@3 is trained',
    );
    expect(await failure('report', 'tiles@3', '-o', folder)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('residua evaluate tiles@3') as string,
    });
    expect(await failure(...args, '--from', 'tiles@9')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('chooses thresholds in each way, and rolls a version back', async () => {
    expect(await residua('threshold', 'tiles@2')).toMatch(/chosen above 0.99 of the normal images.*TRAIN/);
    expect(await residua('threshold', 'tiles@1', '--image', '0.5', '--author', 'Ada')).toMatch(
      /an image is anomalous from 0\.5000 on.*\nchosen by hand, by Ada/,
    );
    expect(await residua('threshold', 'tiles@1', '--best-f1')).toContain('test images decided');
    await residua('alias', 'tiles@1', 'champion', '--author', 'Grace');
    expect(await residua('alias', 'tiles')).toMatch(/^tiles@champion is version 1\n[^]*2 -> 1 +Grace\n/);
    await residua('alias', 'tiles', 'champion', '--remove');
    expect(await failure('threshold', 'tiles@champion')).toMatchObject({ code: 'NOT_FOUND' });
  });
});
