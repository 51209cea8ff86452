import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { runDatasetImportJob } from '../../../src/worker/import/datasetImportJob.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { category } from '../imports/importSetting.js';
import { typed } from './typedCommands.js';

const database = useDatabase();
let server: TestServer;
let folder: string;
const residua = (...args: string[]) => typed(server.url, args);
const scratched = 'test/scratch/000.png';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-cli-labels-'));
  server = await startTestServer(database.dataSource, { importRoots: [join(folder, 'readable')] });
  await server.queue.work(['DATASET_IMPORT'], (attempt) => runDatasetImportJob(server, attempt));
  for (const [name, bytes] of Object.entries(await category())) {
    if (name.startsWith('ground_truth/')) continue;
    await mkdir(dirname(join(folder, 'tiles', name)), { recursive: true });
    await writeFile(join(folder, 'tiles', name), bytes);
  }
  await writeFile(join(folder, 'elsewhere.png'), 'not of the tiles');
  const imported = await residua('import', join(folder, 'tiles'), '--dataset', 'tiles');
  expect(imported).toMatchObject({ error: undefined });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** A file in the folder of this test. */
async function written(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

/** The lines of JSON a command printed. */
async function lines<T>(...args: string[]): Promise<T[]> {
  const { printed, error } = await residua(...args, '--json');
  expect(error).toBeUndefined();
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

interface Listed {
  filename: string;
  split: string;
  label: string;
  defectType: string | null;
  annotations: { kind: string; revision: number; boxes?: object[] }[];
}

const listed = async (name: string) =>
  (await lines<Listed>('list', 'images', 'tiles')).find(({ filename }) => filename === name)!;

describe('a folder that no import root holds', () => {
  it('is packed and sent', async () => {
    const again = await residua('import', join(folder, 'tiles'), '--dataset', 'again');
    expect(again.error).toBeUndefined();
    expect(again.printed).toMatch(/^packing and sending .*tiles \(7 files, /);
    expect(again.printed).toContain('7 images and 0 annotations are now in again');
  });

  it('is read where the server may, and sent all the same where that is asked for', async () => {
    await cp(join(folder, 'tiles'), join(folder, 'readable', 'tiles'), { recursive: true });
    const source = join(folder, 'readable', 'tiles');
    const read = await residua('import', source, '--dataset', 'read');
    expect(read.error).toBeUndefined();
    expect(read.printed).not.toContain('packing');
    expect((await residua('import', source, '--dataset', 'sent', '--send')).printed).toContain('packing and sending');
    const gone = await residua('import', '/nowhere/tiles', '--dataset', 'gone', '--send');
    expect(gone.error).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('with links to elsewhere is refused, as where the server reads it', async () => {
    await cp(join(folder, 'tiles'), join(folder, 'linked'), { recursive: true });
    await symlink(join(folder, 'elsewhere.png'), join(folder, 'linked', 'test', 'good', 'link.png'));
    await symlink(join(folder, 'nowhere.png'), join(folder, 'linked', 'test', 'good', 'broken.png'));
    await symlink(join(folder, 'linked', 'test', 'good', '000.png'), join(folder, 'linked', 'test', 'good', 'own.png'));
    await symlink(join(folder, 'linked', 'train'), join(folder, 'linked', 'again'));
    const { error } = await residua('import', join(folder, 'linked'), '--dataset', 'linked');
    const items = (error as { problems: { item: string }[] }).problems.map(({ item }) => item);
    expect(items.sort()).toEqual(['again', 'test/good/broken.png', 'test/good/link.png']);
  });

  it('without files is refused', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    const { error } = await residua('import', join(folder, 'empty'), '--dataset', 'empty');
    expect(error).toMatchObject({ problems: [{ code: 'ARCHIVE_EMPTY' }] });
    expect(await server.services.datasets.byName(everything, 'empty')).toBeNull();
  });
});

describe('residua list', () => {
  it('shows data sets and images as tables, and nothing as nothing', async () => {
    expect((await residua('list', 'datasets')).printed).toMatch(/^tiles +7 +5 +2 +3 +0 +4$/m);
    const { printed } = await residua('list', 'images', 'tiles', '--label', 'ANOMALOUS', '--defect-type', 'scratch');
    expect(printed.split('\n')).toHaveLength(4);
    expect(printed).toMatch(/^test\/scratch\/000\.png +TEST +ANOMALOUS +scratch +32x24$/m);
    for (const what of ['models', 'runs']) expect((await residua('list', what)).printed).toBe('there are none\n');
  });

  it('says that there is no such data set', async () => {
    const { error } = await residua('list', 'images', 'nowhere');
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('nowhere') as string });
  });
});

describe('residua label', () => {
  it('box stores boxes, adds to them, and replaces them', async () => {
    const first = await residua('label', 'box', 'tiles', scratched, '1,2,3,4', '10,10,5,5', '--defect-type', 'cut');
    expect(first.printed).toBe(`boxes of ${scratched}: 2, revision 1\n`);
    await residua('label', 'box', 'tiles', scratched, '20,10,5.5,5', '--add', '--author', 'Ada', '--seconds', '4.5');
    const [annotation] = (await listed(scratched)).annotations;
    expect(annotation!.boxes).toEqual([
      { x: 1, y: 2, width: 3, height: 4, defectType: 'cut' },
      { x: 10, y: 10, width: 5, height: 5, defectType: 'cut' },
      { x: 20, y: 10, width: 5.5, height: 5, defectType: null },
    ]);
    await residua('label', 'box', 'tiles', scratched, '1,1,2,2');
    expect((await listed(scratched)).annotations).toMatchObject([{ revision: 3, boxes: [{ x: 1 }] }]);
  });

  it.each([
    [['test/scratch/7.png', '1,2,3,4'], 'NOT_FOUND'],
    [[scratched, '1,2,300,4'], 'BOX_OUT_OF_BOUNDS'],
    [['train/good/000.png', '1,2,3,4'], 'LABEL_CONTRADICTION'],
  ])('box %s is refused as %s', async (args, code) => {
    expect((await residua('label', 'box', 'tiles', ...args)).error).toMatchObject({ code });
  });

  it.each(['1,2,3', '1,2,3,', '1,2,3,4,5', 'a,b,c,d'])('box %s is no box', async (text) => {
    expect(String((await residua('label', 'box', 'tiles', scratched, text)).error)).toContain('x,y,width,height');
  });

  it('image changes split, label and defect type of several, or of none', async () => {
    const missing = await residua('label', 'image', 'tiles', scratched, 'a.png', 'b.png', '--split', 'TRAIN');
    expect(missing.error).toMatchObject({ problems: [{ item: 'a.png' }, { item: 'b.png' }] });
    expect(await listed(scratched)).toMatchObject({ split: 'TEST' });
    const done = await residua('label', 'image', 'tiles', scratched, '--split', 'TRAIN', '--defect-type', 'cut');
    expect(done).toMatchObject({ error: undefined, printed: '1 images of tiles are changed\n' });
    expect(await listed(scratched)).toMatchObject({ split: 'TRAIN', defectType: 'cut', label: 'ANOMALOUS' });
    expect(String((await residua('label', 'image', 'tiles', scratched)).error)).toContain('say what to set');
  });

  it.each([
    ['with commas', 'file,x,y,width,height,defectType\ntest/scratch/000.png,1,2,3,4,\n'],
    ['of a spreadsheet', '\ufefffile;x;y;width;height\r\ntest/scratch/000.png;1;2;3;4\r\n'],
    ['as a list', '[{"file": "test/scratch/000.png", "x": 1, "y": 2, "width": 3, "height": 4}]'],
    ['as an object', '{"boxes": [{"file": "test/scratch/000.png", "x": 1, "y": 2, "width": 3, "height": 4}]}'],
  ])('import reads boxes %s', async (_, text) => {
    const file = await written('boxes', text);
    const before = (await listed(scratched)).annotations[0]?.revision;
    expect((await residua('label', 'import', 'tiles', file, '--dry-run')).printed).toBe(
      '1 boxes of 1 images can be stored; nothing was kept\n',
    );
    expect((await listed(scratched)).annotations[0]?.revision).toBe(before);
    expect((await residua('label', 'import', 'tiles', file)).error).toBeUndefined();
    expect((await listed(scratched)).annotations).toMatchObject([{ boxes: [{ x: 1, y: 2, width: 3, height: 4 }] }]);
  });

  it('import names every row and image that is wrong, and stores nothing', async () => {
    const before = (await listed(scratched)).annotations[0]?.revision;
    const row = (text: string) => `file,x,y,width,height\n${scratched},1,2,3,4\n${text}`;
    const problems = async (text: string) =>
      ((await residua('label', 'import', 'tiles', await written('wrong.csv', text))).error as { problems: object[] })
        .problems;
    expect(await problems(row(`${scratched},,2,3,4\n${scratched},1,2,0,x`))).toMatchObject([
      { message: expect.stringContaining('box 2: x') as string },
      { message: expect.stringContaining('box 3: width') as string },
      { message: expect.stringContaining('box 3: height') as string },
    ]);
    expect(await problems(row('tile/a.png,1,2,3,4\nb.png,1,2,3,4'))).toMatchObject([
      { code: 'NOT_FOUND', item: 'tile/a.png' },
      { code: 'NOT_FOUND', item: 'b.png' },
    ]);
    expect(await problems(row(`${scratched},30,2,3,4`))).toMatchObject([{ code: 'BOX_OUT_OF_BOUNDS' }]);
    // Rows, names and edges at once.
    expect(await problems(row(`${scratched},,2,3,4\nb.png,1,2,3,4\n${scratched},30,2,3,4`))).toMatchObject([
      { code: 'TEXT_INVALID', message: expect.stringContaining('box 2: x') as string },
      { code: 'BOX_OUT_OF_BOUNDS', item: scratched },
      { code: 'NOT_FOUND', item: 'b.png' },
    ]);
    const many = await problems(row(Array.from({ length: 250 }, (_, i) => `${i}.png,1,2,3,4`).join('\n')));
    expect(many).toHaveLength(101);
    expect(many[100]).toMatchObject({ message: expect.stringContaining('250 problems; the first 100') as string });
    expect(await problems('file,x,y,width,height\n')).toMatchObject([{ code: 'TEXT_INVALID' }]);
    expect(await problems('{"rows": []}')).toMatchObject([{ code: 'JSON_INVALID' }]);
    expect((await listed(scratched)).annotations[0]?.revision).toBe(before);
  });

  it('import tells columns that it does not read: one may be a name of what it does', async () => {
    const file = await written('more.csv', `file,x,y,width,height,defect_type,note\n${scratched},1,2,3,4,pit,x\n`);
    const { printed, error } = await residua('label', 'import', 'tiles', file, '--dry-run');
    expect(error).toBeUndefined();
    expect(printed).toContain('than is read (file, x, y, width, height, defectType): defect_type, note\n');
  });

  it('import says how large a file of more boxes is than one request holds, before it sends them', async () => {
    const rows = Array.from({ length: 25_000 }, () => `${scratched},1.25,2.25,3.25,4.25`);
    const file = await written('many.csv', `file,x,y,width,height\n${rows.join('\n')}\n`);
    const { error } = await residua('label', 'import', 'tiles', file);
    const told = /boxes of 1 images, a request of \d{7} bytes; this server takes at most 1048576 .*; divide the file$/;
    expect(error).toMatchObject({
      problems: [{ code: 'PAYLOAD_TOO_LARGE', message: expect.stringMatching(told) as string, item: file }],
    });
  });

  it('import stores all or nothing: what the server refuses of one image keeps the boxes of the others out, and is told before', async () => {
    const before = (await listed(scratched)).annotations;
    const row = (name: string) => `${name},1,2,3,4\n`;
    const file = await written('half.csv', `file,x,y,width,height\n${row(scratched)}${row('train/good/000.png')}`);
    for (const options of [['--dry-run'], []]) {
      const { error } = await residua('label', 'import', 'tiles', file, ...options);
      expect(error).toMatchObject({ problems: [{ code: 'LABEL_CONTRADICTION', item: 'train/good/000.png' }] });
      expect((await listed(scratched)).annotations).toEqual(before);
    }
  });
});

describe('boxes of many images in one call', () => {
  const boxes = [{ x: 1, y: 2, width: 3, height: 4 }];
  const idOf = async (filename: string) => {
    const dataset = (await server.services.datasets.byName(everything, 'tiles'))!;
    return (await server.services.images.page(everything, dataset.id, { filenames: [filename] }, {})).nodes[0]!.id;
  };
  const save = (given: { imageId: string; expectedRevision: number }[]) =>
    server.services.annotations.saveBoxesOfMany(
      everything,
      given.map((each) => ({ ...each, boxes })),
    );

  it('are stored each over the revision it was drawn over, or none is', async () => {
    const [one, other] = [await idOf(scratched), await idOf('test/scratch/exp1 num 1.jpg')];
    const seen = (await listed(scratched)).annotations.find(({ kind }) => kind === 'BOX')!.revision;
    const stale = [
      { imageId: other, expectedRevision: 0 },
      { imageId: one, expectedRevision: seen - 1 },
    ];
    await expect(save(stale)).rejects.toMatchObject({
      problems: [{ code: 'CONFLICT', field: ['input', 'annotations', '1', 'expectedRevision'], item: scratched }],
    });
    expect((await listed('test/scratch/exp1 num 1.jpg')).annotations).toEqual([]);
    expect(await save([stale[0]!, { imageId: one, expectedRevision: seen }])).toEqual({ saved: 2, warnings: [] });
    expect((await listed(scratched)).annotations).toMatchObject([{ revision: seen + 1, boxes }]);
    expect((await listed('test/scratch/exp1 num 1.jpg')).annotations).toMatchObject([{ revision: 1, boxes }]);
  });

  it('are refused without any, with more than fit, and for an image that is there twice or not at all', async () => {
    const given = { imageId: await idOf(scratched), expectedRevision: 0 };
    const gone = { imageId: '01890000-0000-7000-8000-000000000000', expectedRevision: 0 };
    const codes = async (list: (typeof given)[]) =>
      save(list).then(
        () => [],
        (error: { problems: { code: string }[] }) => error.problems.map(({ code }) => code),
      );
    expect(await codes([])).toEqual(['BAD_USER_INPUT']);
    expect(await codes(Array.from({ length: 5_001 }, () => given))).toEqual(['BAD_USER_INPUT']);
    expect(await codes([given, given])).toEqual(['BAD_USER_INPUT']);
    expect(await codes([gone])).toEqual(['NOT_FOUND']);
  });
});
