import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { typed } from '../integration/cli/typedCommands.js';
import { useDatabase } from '../support/database.js';
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

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-quality-'));
  await writeSurfaces(join(folder, 'tiles'));
  await rm(join(folder, 'tiles', 'ground_truth'), { recursive: true });
  processes = new ResiduaProcesses({ RESIDUA_HOME: join(folder, 'home'), DATABASE_URL: database.url });
  await processes.ready();
});
afterAll(async () => {
  await processes?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('somebody with good and bad parts and no masks', () => {
  const small = ['--detector', 'semirest', '--steps', '2'].concat(
    ...['imageSize=64', 'featureDimension=64', 'windowSize=4', 'windowStep=2', 'swinBlocks=2', 'swinWindow=4'].map(
      (each) => ['--set', each],
    ),
    ...['swinHeads=2', 'swinDimension=16'].map((each) => ['--set', each]),
  );

  it('imports a folder of their own, and finds the server by its port', async () => {
    expect(await residua('import', join(folder, 'tiles'), '--dataset', 'tiles')).toContain(
      '1 defective images have no mask',
    );
    const { code, out } = await spawned(['list', 'datasets'], { RESIDUA_PORT: new URL(url()).port });
    expect([code, out]).toEqual([0, expect.stringMatching(/^tiles +7 /m)]);
  });

  it('trains, and is told that a model was not measured yet', async () => {
    expect(await residua('presets')).toMatch(/^cpu-small +semi-supervised /m);
    expect(await residua('train', 'tiles', '--model', 'tiles', ...small)).toContain('tiles@1 is trained');
    expect(await residua('list', 'runs')).toMatch(/COMPLETED +semirest +tiles +tiles@1/);
    expect(await failure('report', 'tiles', '-o', folder)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('residua evaluate tiles') as string,
    });
  });

  it('measures images, and reads that pixels could not be', async () => {
    const printed = await residua('evaluate', 'tiles');
    expect(printed).toMatch(/^tiles +[01]\.\d{4} +[01]\.\d{4} +[01]\.\d{4} +– +– +– +–$/m);
    expect(printed).toContain('no pixel metrics: 1 defective image has no mask');
    expect(await residua('list', 'evaluations', 'tiles')).toMatch(/COMPLETED +TEST +tiles +[01]\.\d{4} +–/);
  });

  it('looks at a report of the model, or of the evaluation', async () => {
    await residua('report', 'tiles', '-o', folder);
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('<h1>tiles@1 on tiles</h1>');
    expect(page.replaceAll(/\s+/g, ' ')).toContain('measured on 1 normal and 1 defective ones');
    expect(page).toContain('no pixel metrics: 1 defective image has no mask');
    expect(page).toContain('nobody marked it');
    const [evaluation] = (await residua('list', 'evaluations', 'tiles', '--json')).trim().split('\n');
    const { id } = JSON.parse(evaluation!) as { id: string };
    const file = join(folder, 'other.html');
    await residua('report', id, '-o', file);
    expect(await readFile(file, 'utf8')).toContain('<h1>tiles@1 on tiles</h1>');
    expect(await failure('report', 'nothing', '-o', file)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('draws a box, and trains on from the first version with it', async () => {
    const images = ['test/dark/0.png'];
    await residua('label', 'box', 'tiles', images[0]!, '24,24,16,16', '--author', 'Ada', '--seconds', '5');
    await residua('label', 'image', 'tiles', ...images, '--split', 'TRAIN');
    const choice = ['--supervision', 'semi-supervised', '--from', 'tiles@1'];
    expect(await residua('train', 'tiles', '--model', 'tiles', ...choice, ...small)).toContain('tiles@2 is trained');
    expect(await failure('train', 'tiles', '--model', 'tiles', '--from', 'tiles@9')).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('chooses thresholds and rolls the second version out, and back', async () => {
    expect(await residua('threshold', 'tiles@1')).toMatch(/chosen above 0.98 of the normal images.*TRAIN/);
    expect(await residua('threshold', 'tiles@1', '--image', '0.5', '--author', 'Ada')).toMatch(
      /an image is anomalous from 0\.5000 on.*\nchosen by hand, by Ada/,
    );
    expect(await residua('threshold', 'tiles@1', '--best-f1')).toContain('test images decided');
    await residua('alias', 'tiles@2', 'champion');
    await residua('alias', 'tiles@1', 'champion', '--author', 'Ada');
    expect(await residua('alias', 'tiles')).toMatch(/^tiles@champion is version 1\n[^]*2 -> 1 +Ada\n/);
    expect(await residua('list', 'models')).toMatch(/^tiles@1 +champion +semirest/m);
    await residua('alias', 'tiles', 'champion', '--remove');
    expect(await failure('threshold', 'tiles@champion')).toMatchObject({ code: 'NOT_FOUND' });
  });
});
