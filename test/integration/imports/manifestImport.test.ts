import { describe, expect, it } from 'vitest';
import { AnnotationEntity } from '../../../src/database/entities/index.js';
import { encodeRle } from '../../../src/files/index.js';
import { image, imported, refused } from './annotationFiles.js';
import { mask, useImports } from './importSetting.js';

const setting = useImports();

const pixels = () => {
  const data = new Uint8Array(32 * 24);
  data.fill(1, 100, 120);
  return { width: 32, height: 24, counts: encodeRle({ width: 32, height: 24, data }) };
};
const blocks = { blockSize: 8, rows: 3, columns: 4, labels: [...'NAINNNUNNNNN'].map(labelOf) };

function labelOf(letter: string): string {
  return { N: 'NORMAL', A: 'ANOMALOUS', I: 'IGNORED' }[letter] ?? 'UNKNOWN';
}

function lines(...entries: unknown[]): Buffer {
  return Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\r\n`).join('\n'));
}

async function annotationsOf(datasetId: string) {
  const rows = await setting.dataSource
    .getRepository(AnnotationEntity)
    .find({ relations: { image: true }, where: { image: { datasetId } }, order: { kind: 'ASC' } });
  return rows.map(({ kind, payload, image: of }) => [of!.filename, kind, payload]);
}

describe('a manifest', () => {
  it('carries everything a data set holds', async () => {
    const boxes = [
      { x: 1.5, y: 2, width: 3, height: 4, defectType: 'dent' },
      { x: 0, y: 0, width: 5, height: 5, defectType: null },
    ];
    const files = {
      'images/0.png': await image(1),
      'images/1.png': await image(2),
      'images/2.png': await image(3),
      'manifest.jsonl': lines(
        {
          file: 'images/0.png',
          filename: 'test/scratch/0.png',
          split: 'TEST',
          label: 'ANOMALOUS',
          defectType: 'scratch',
          pixels: pixels(),
          boxes,
          blocks,
        },
        {
          file: 'images/1.png',
          split: 'VALIDATION',
          label: 'NORMAL',
          defectType: null,
          pixels: null,
          boxes: null,
          blocks: null,
        },
        { file: 'images/2.png' },
      ),
    };
    const { images, dataset, row } = await imported(setting, 'manifest', files);
    expect(images).toMatchObject({
      'test/scratch/0.png': { split: 'TEST', label: 'ANOMALOUS', defectType: 'scratch' },
      'images/1.png': { split: 'VALIDATION', label: 'NORMAL', defectType: null },
      'images/2.png': { split: 'TRAIN', label: 'UNLABELLED', defectType: null },
    });
    expect(await annotationsOf(dataset.id)).toEqual([
      ['test/scratch/0.png', 'BLOCK', blocks],
      ['test/scratch/0.png', 'BOX', { boxes: [boxes[0], { x: 0, y: 0, width: 5, height: 5 }] }],
      ['test/scratch/0.png', 'PIXEL', { counts: pixels().counts, anomalousPixels: 20 }],
    ]);
    expect(row).toMatchObject({
      imagesImported: 3,
      annotationsImported: 3,
      summary: {
        counts: { images: 3, normal: 1, anomalous: 1, unlabelled: 1, train: 1, validation: 1, test: 1 },
        annotations: [
          { kind: 'BLOCK', images: 1 },
          { kind: 'BOX', images: 1 },
          { kind: 'PIXEL', images: 1 },
        ],
        defectTypes: [{ defectType: 'scratch', images: 1 }],
      },
    });
  });

  it('says the same as CSV', async () => {
    const boxes = JSON.stringify([{ x: 1.5, y: 2, width: 3, height: 4, defectType: 'dent' }]).replaceAll('"', '""');
    const { counts } = pixels();
    const files = {
      'set/manifest.csv': Buffer.from(
        '\ufefffile,filename,split,label,defectType,pixels,boxes,blockSize,blocks,mask\r\n' +
          `a.png,"x, y.png",TEST,ANOMALOUS,scratch,${counts},"${boxes}",8,NAIN/NNUN/NNNN,\r\n` +
          'b.png,,,,,,,,,b_mask.png\r\n',
      ),
      'set/a.png': await image(1),
      'set/b.png': await image(2),
      'set/b_mask.png': mask(32, 24, 3),
    };
    const { images, dataset } = await imported(setting, 'manifest', files);
    expect(images['b.png']).toEqual({
      split: 'TRAIN',
      label: 'ANOMALOUS',
      defectType: null,
      pixels: { count: 3, around: [0, 0, 1, 3] },
    });
    expect((await annotationsOf(dataset.id)).filter(([name]) => name === 'x, y.png')).toEqual([
      ['x, y.png', 'BLOCK', blocks],
      ['x, y.png', 'BOX', { boxes: [{ x: 1.5, y: 2, width: 3, height: 4, defectType: 'dent' }] }],
      ['x, y.png', 'PIXEL', { counts, anomalousPixels: 20 }],
    ]);
  });

  it('tells every line that is wrong', async () => {
    const good = { file: 'a.png', label: 'ANOMALOUS' };
    const wrong = [
      '{"file": "a.png",}',
      { ...good, lable: 'NORMAL' },
      { label: 'NORMAL' },
      { ...good, file: 'none.png' },
      { ...good, pixels: { ...pixels(), height: 0 } },
      { ...good, mask: 'a.png', pixels: pixels() },
    ].map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    const row = await refused(setting, 'manifest', {
      'manifest.jsonl': Buffer.from(wrong.join('\n')),
      'a.png': await image(1),
    });
    expect(row.problems.map(({ code, message }) => [code, /line (\d)/.exec(message)?.[1]])).toEqual([
      ['JSON_INVALID', '1'],
      ['DATASET_LAYOUT_INVALID', '2'],
      ['DATASET_LAYOUT_INVALID', '3'],
      ['DATASET_LAYOUT_INVALID', '4'],
      ['DATASET_LAYOUT_INVALID', '5'],
      ['DATASET_LAYOUT_INVALID', '6'],
    ]);
    expect(row.problems[0]!.message).toContain('line 1:18');
  });

  it.each([
    ['blocks of another grid', { blocks: { ...blocks, rows: 4, columns: 3 } }, 'BLOCK_GRID_MISMATCH'],
    ['too few blocks', { blocks: { ...blocks, labels: blocks.labels.slice(1) } }, 'BLOCK_GRID_MISMATCH'],
    ['an unknown block', { blocks: { ...blocks, labels: blocks.labels.with(3, 'BAD') } }, 'BLOCK_LABEL_INVALID'],
    ['a mask of another size', { pixels: { ...pixels(), width: 24, height: 32 } }, 'MASK_RLE_INVALID'],
    ['a broken mask', { pixels: { ...pixels(), counts: '\u007f' } }, 'MASK_RLE_INVALID'],
    ['a defect type on a normal image', { label: 'NORMAL', defectType: 'dent' }, 'LABEL_CONTRADICTION'],
    ['marks on a normal image', { label: 'NORMAL', pixels: pixels() }, 'LABEL_CONTRADICTION'],
    [
      'boxes on a normal image',
      { label: 'NORMAL', boxes: [{ x: 1, y: 1, width: 2, height: 2 }] },
      'LABEL_CONTRADICTION',
    ],
    [
      'an empty mask on an anomalous one',
      { pixels: { width: 32, height: 24, counts: encodeRle({ width: 32, height: 24, data: new Uint8Array(768) }) } },
      'MASK_EMPTY',
    ],
    ['a name that leads upwards', { filename: 'a/../b.png' }, 'FILENAME_INVALID'],
    ['a defect type of 101 characters', { defectType: 'x'.repeat(101) }, 'TEXT_INVALID'],
  ])('%s: refused', async (_, change, code) => {
    const entry = { file: 'a.png', label: 'ANOMALOUS', ...change };
    const { problems } = await refused(setting, 'manifest', {
      'manifest.jsonl': lines(entry),
      'a.png': await image(1),
    });
    expect(problems).toMatchObject([{ code }]);
  });

  it.each([
    ['a missing column', 'filename,label\na.png,NORMAL\n', 'DATASET_LAYOUT_INVALID', 'no column file'],
    ['an unknown column', 'file,lable\na.png,NORMAL\n', 'DATASET_LAYOUT_INVALID', 'lable'],
    ['a column twice', 'file,file\na.png,b.png\n', 'DATASET_LAYOUT_INVALID', 'twice'],
    ['a row of another length', 'file,label\na.png,NORMAL\na.png,,x\n', 'DATASET_LAYOUT_INVALID', 'line 3'],
    ['an open quote', 'file,label\n"a.png,NORMAL\n', 'DATASET_LAYOUT_INVALID', 'not valid CSV'],
    ['ragged blocks', 'file,blockSize,blocks\na.png,8,NN/N\n', 'BLOCK_GRID_MISMATCH', 'line 2'],
    ['an unknown letter', 'file,blockSize,blocks\na.png,8,NX/NN\n', 'BLOCK_LABEL_INVALID', "'X'"],
    ['boxes that are no JSON', 'file,boxes\na.png,[1\n', 'JSON_INVALID', 'line 2'],
    ['a label nobody knows', 'file,label\na.png,FINE\n', 'DATASET_LAYOUT_INVALID', '/label'],
  ])('CSV with %s: refused', async (_, text, code, message) => {
    const { problems } = await refused(setting, 'manifest', {
      'manifest.csv': Buffer.from(text),
      'a.png': await image(1),
    });
    expect(problems[0]).toMatchObject({ code });
    expect(problems[0]!.message).toContain(message);
  });

  it('needs to be the only one', async () => {
    const list = lines({ file: 'a.png' });
    const { problems } = await refused(setting, 'manifest', {
      'manifest.jsonl': list,
      'old/manifest.jsonl': list,
      'a.png': await image(1),
    });
    expect(problems[0]!.message).toContain('which list is meant?');
  });
});
