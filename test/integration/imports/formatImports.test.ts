import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { importFormats } from '../../../src/formats/index.js';
import { importFormatIds } from '../../../src/shared/importFormats.js';
import { greyPng, picture } from '../../unit/files/imageBytes.js';
import { image, imported, json, refused } from './annotationFiles.js';
import { mask, useImports, zipped } from './importSetting.js';

const setting = useImports();

const normal = (split: string) => ({ split, label: 'NORMAL', defectType: null });
const anomalous = (split: string, defectType: string) => ({ split, label: 'ANOMALOUS', defectType });

/** A mask with one value inside a rectangle of 4x3 pixels at 10, 5. */
function maskWith(value: number): Buffer {
  const inside = (at: number) => at % 32 >= 10 && at % 32 < 14 && at >= 5 * 32 && at < 8 * 32;
  return greyPng(
    32,
    24,
    Array.from({ length: 32 * 24 }, (_, at) => (inside(at) ? value : 0)),
  );
}
const rectangle = { count: 12, around: [10, 5, 4, 3] };

describe('every format', () => {
  it('is listed, and described in docs/formats.md', async () => {
    expect(importFormats.map(({ id }) => id)).toEqual([...importFormatIds]);
    const documentation = await readFile(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
    for (const { id, description } of importFormats) {
      expect(documentation).toContain(`| \`${id}\``);
      expect(description).not.toBe('');
    }
  });

  it.each(importFormatIds)('%s tells what it expects of a folder that is nothing of the kind', async (format) => {
    const { problems } = await refused(setting, format, { 'notes/readme.md': Buffer.from('hello') });
    expect(problems[0]).toMatchObject({ code: 'DATASET_LAYOUT_INVALID' });
  });
});

describe('the public data sets', () => {
  it('VisA: splits of 1cls.csv, any mask value, several categories', async () => {
    const files = {
      'VisA/split_csv/1cls.csv': Buffer.from(
        'object,split,label,image,mask\n' +
          'candle,train,normal,candle/Data/Images/Normal/0000.JPG,\n' +
          'candle,test,normal,candle/Data/Images/Normal/0001.JPG,\n' +
          'candle,test,anomaly,candle/Data/Images/Anomaly/000.JPG,candle/Data/Masks/Anomaly/000.png\n',
      ),
      'VisA/candle/image_anno.csv': Buffer.from(
        'image,label,mask\n' +
          'candle/Data/Images/Normal/0000.JPG,normal,\ncandle/Data/Images/Normal/0001.JPG,normal,\n' +
          'candle/Data/Images/Anomaly/000.JPG,"melded wax,foreign particles",candle/Data/Masks/Anomaly/000.png\n',
      ),
      'VisA/candle/Data/Images/Normal/0000.JPG': await picture(32, 24, 1).jpeg().toBuffer(),
      'VisA/candle/Data/Images/Normal/0001.JPG': await picture(32, 24, 2).jpeg().toBuffer(),
      'VisA/candle/Data/Images/Anomaly/000.JPG': await picture(32, 24, 3).jpeg().toBuffer(),
      'VisA/candle/Data/Masks/Anomaly/000.png': maskWith(3),
    };
    const { images } = await imported(setting, 'visa', files);
    expect(images).toEqual({
      'candle/Data/Images/Normal/0000.JPG': normal('TRAIN'),
      'candle/Data/Images/Normal/0001.JPG': normal('TEST'),
      'candle/Data/Images/Anomaly/000.JPG': {
        ...anomalous('TEST', 'melded wax,foreign particles'),
        pixels: rectangle,
      },
    });
  });

  it('VisA: one category alone, without split file', async () => {
    const files = {
      'image_anno.csv': Buffer.from(
        'image,label,mask\npcb1/Data/Images/Normal/0.JPG,normal,\npcb1/Data/Images/Anomaly/0.JPG,bent,pcb1/Data/Masks/Anomaly/0.png\n',
      ),
      'Data/Images/Normal/0.JPG': await image(1),
      'Data/Images/Anomaly/0.JPG': await image(2),
      'Data/Masks/Anomaly/0.png': maskWith(1),
    };
    const { images, logs } = await imported(setting, 'visa', files);
    expect(images['pcb1/Data/Images/Normal/0.JPG']).toEqual(normal('TRAIN'));
    expect(images['pcb1/Data/Images/Anomaly/0.JPG']).toEqual({ ...anomalous('TEST', 'bent'), pixels: rectangle });
    expect(logs.join()).toContain('there is no split_csv/1cls.csv');
  });

  it('VisA: names the line of an image that is not there, or has no mask', async () => {
    const list = 'image,label,mask\npcb1/a.png,normal,\npcb1/b.png,bent,\n';
    const { problems } = await refused(setting, 'visa', {
      'pcb1/image_anno.csv': Buffer.from(list),
      'pcb1/b.png': await image(1),
    });
    expect(
      problems.map(({ code, message }) => [code, message.includes('line 2') || message.includes('line 3')]),
    ).toEqual([
      ['DATASET_LAYOUT_INVALID', true],
      ['DATASET_LAYOUT_INVALID', true],
    ]);
  });

  it('BTAD: masks named as their images, greys at the edge', async () => {
    const { images } = await imported(setting, 'btad', {
      '01/train/ok/0000.bmp': await image(1),
      '01/test/ok/0000.bmp': await image(2),
      '01/test/ko/0001.bmp': await image(3),
      '01/ground_truth/ko/0001.png': maskWith(250),
    });
    expect(images).toEqual({
      'train/ok/0000.bmp': normal('TRAIN'),
      'test/ok/0000.bmp': normal('TEST'),
      'test/ko/0001.bmp': { ...anomalous('TEST', 'ko'), pixels: rectangle },
    });
  });

  it('BTAD: lists stray masks; a defective image may have none', async () => {
    const { problems } = await refused(setting, 'btad', {
      'train/ok/0.png': await image(1),
      'test/ko/1.png': await image(2),
      'ground_truth/ko/2.png': maskWith(255),
    });
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['DATASET_LAYOUT_INVALID', 'ground_truth/ko/2.png'],
    ]);
  });

  it('KolektorSDD2: an empty mask means normal', async () => {
    const { images } = await imported(setting, 'kolektorsdd2', {
      'train/10000.png': await image(1),
      'train/10000_GT.png': mask(32, 24, 0),
      'test/20000.png': await image(2),
      'test/20000_GT.png': maskWith(255),
    });
    expect(images).toEqual({
      'train/10000.png': normal('TRAIN'),
      'test/20000.png': { ...anomalous('TEST', 'defect'), pixels: rectangle },
    });
  });
});

describe('folders', () => {
  it('say split, label and defect type', async () => {
    const { images, row } = await imported(setting, 'folders', {
      'parts/train/good/a.png': await image(1),
      'parts/val/ok/a.png': await image(2),
      'parts/test/deep scratch/a.png': await image(3),
      'parts/b.png': await image(4),
      'parts/notes.txt': Buffer.from('x'),
    });
    expect(images).toEqual({
      'train/good/a.png': normal('TRAIN'),
      'val/ok/a.png': normal('VALIDATION'),
      'test/deep scratch/a.png': anomalous('TEST', 'deep scratch'),
      'b.png': { split: 'TRAIN', label: 'UNLABELLED', defectType: null },
    });
    expect(row.summary).toEqual({
      counts: { images: 4, normal: 2, anomalous: 1, unlabelled: 1, train: 2, validation: 1, test: 1 },
      annotations: [],
      defectTypes: [{ defectType: 'deep scratch', images: 1 }],
      normalNames: ['good', 'ok'],
      leftOut: [{ reason: 'files of another kind', files: 1, examples: ['parts/notes.txt'] }],
    });
  });
});

describe('annotation programs', () => {
  it('Pascal VOC: edges, splits of ImageSets, an image without XML', async () => {
    const xml = (name: string, objects: string) =>
      Buffer.from(
        `<?xml version="1.0"?><annotation><filename>${name}</filename><size><width>32</width><height>24</height><depth>3</depth></size>${objects}</annotation>`,
      );
    const object =
      '<object><name>scratch</name><bndbox><xmin>10.5</xmin><ymin>5</ymin><xmax>14</xmax><ymax>8</ymax></bndbox></object>';
    const { images } = await imported(setting, 'voc', {
      'VOC/JPEGImages/a.png': await image(1),
      'VOC/JPEGImages/b.png': await image(2),
      'VOC/JPEGImages/c.png': await image(3),
      'VOC/SegmentationClass/a.png': maskWith(1),
      'VOC/Annotations/a.xml': xml('a.png', object),
      'VOC/Annotations/b.xml': xml('b.png', ''),
      'VOC/ImageSets/Main/val.txt': Buffer.from('b\n'),
      'VOC/ImageSets/Main/test.txt': Buffer.from('a  1\n'),
    });
    expect(images).toEqual({
      'a.png': {
        ...anomalous('TEST', 'scratch'),
        boxes: [{ x: 10.5, y: 5, width: 3.5, height: 3, defectType: 'scratch' }],
      },
      'b.png': normal('VALIDATION'),
      'c.png': { split: 'TRAIN', label: 'UNLABELLED', defectType: null },
    });
  });

  it('YOLO: fractions become pixels, polygons become masks', async () => {
    const { images } = await imported(setting, 'yolo', {
      'set/data.yaml': Buffer.from('names:\n  0: scratch\n  1: dent\n'),
      'set/images/train/a.png': await image(1),
      'set/images/val/b.png': await image(2),
      'set/images/test/c.png': await image(3),
      'set/images/test/d.png': await image(4),
      'set/labels/train/a.txt': Buffer.from('0 0.375 0.270833 0.125 0.125\n1 0.984375 0.5 0.031252 0.5\n'),
      'set/labels/val/b.txt': Buffer.from(''),
      'set/labels/test/c.txt': Buffer.from('1 0.3125 0.208333 0.4375 0.208333 0.4375 0.333333 0.3125 0.333333'),
    });
    expect(images).toEqual({
      'train/a.png': {
        ...anomalous('TRAIN', 'combined'),
        boxes: [
          { x: 10, y: 5, width: 4, height: 3, defectType: 'scratch' },
          { x: 31, y: 6, width: 1, height: 12, defectType: 'dent' },
        ],
      },
      'val/b.png': normal('VALIDATION'),
      'test/c.png': { ...anomalous('TEST', 'dent'), pixels: rectangle },
      'test/d.png': { split: 'TEST', label: 'UNLABELLED', defectType: null },
    });
  });

  it('YOLO: unknown classes, wrong counts and pixels for fractions are told by line', async () => {
    const { problems } = await refused(setting, 'yolo', {
      'classes.txt': Buffer.from('scratch\n'),
      'images/a.png': await image(1),
      'labels/a.txt': Buffer.from('7 0.5 0.5 0.1 0.1\n0 0.5 0.5\n'),
      'images/b.png': await image(2),
      'labels/b.txt': Buffer.from('0 10 5 4 3\n'),
      'labels/stray.txt': Buffer.from(''),
    });
    const places = ['labels/stray.txt', "'labels/a.txt', line 1", "'labels/a.txt', line 2", "line 1 of 'labels/b.txt'"];
    expect(problems.map(({ code }) => code)).toEqual([
      'DATASET_LAYOUT_INVALID',
      'DATASET_LAYOUT_INVALID',
      'DATASET_LAYOUT_INVALID',
      'BOX_OUT_OF_BOUNDS',
    ]);
    problems.forEach(({ message }, index) => expect(message).toContain(places[index]));
  });

  it('LabelMe: polygons become pixels; with a rectangle among them, all become boxes', async () => {
    const square = [
      [10, 5],
      [14, 5],
      [14, 8],
      [10, 8],
    ];
    const file = (name: string, shapes: unknown[]) =>
      json({ version: '5.4', flags: {}, shapes, imagePath: name, imageData: null, imageWidth: 32, imageHeight: 24 });
    const polygon = { label: 'scratch', points: square, shape_type: 'polygon', group_id: null };
    const { images } = await imported(setting, 'labelme', {
      'test/a.png': await image(1),
      'test/a.json': file('a.png', [polygon]),
      'test/b.png': await image(2),
      'test/b.json': file('b.png', [
        polygon,
        {
          label: 'dent',
          points: [
            [9, 9],
            [2, 3],
          ],
          shape_type: 'rectangle',
        },
      ]),
      'test/c.png': await image(3),
      'test/c.json': file('c.png', []),
      'test/d.png': await image(4),
    });
    expect(images).toEqual({
      'a.png': { ...anomalous('TEST', 'scratch'), pixels: rectangle },
      'b.png': {
        ...anomalous('TEST', 'combined'),
        boxes: [
          { x: 10, y: 5, width: 4, height: 3, defectType: 'scratch' },
          { x: 2, y: 3, width: 7, height: 6, defectType: 'dent' },
        ],
      },
      'c.png': normal('TEST'),
      'd.png': { split: 'TEST', label: 'UNLABELLED', defectType: null },
    });
  });

  it('Label Studio: rectangles, polygons, brushes, choices, skipped tasks', async () => {
    const size = { original_width: 32, original_height: 24 };
    const done = (...result: unknown[]) => [
      { was_cancelled: true, result: [] },
      { was_cancelled: false, result },
    ];
    const percent = { x: 31.25, y: 20.8333333, width: 12.5, height: 12.5 };
    const points = [
      [31.25, 20.8333],
      [43.75, 20.8333],
      [43.75, 33.3333],
      [31.25, 33.3333],
    ];
    const { images } = await imported(setting, 'labelstudio', {
      'export.json': json([
        {
          data: { image: '/data/upload/1/a.png' },
          annotations: done({ type: 'rectanglelabels', ...size, value: { ...percent, rectanglelabels: ['dent'] } }),
        },
        {
          data: { image: '/data/local-files/?d=images/b.png' },
          annotations: done({ type: 'polygonlabels', ...size, value: { points, polygonlabels: ['scratch'] } }),
        },
        { data: { picture: 'c.png' }, annotations: done({ type: 'choices', value: { choices: ['Normal'] } }) },
        { data: { image: 'd.png' }, annotations: [{ was_cancelled: true, result: [] }] },
        {
          data: { image: 'e.png' },
          annotations: done({
            type: 'brushlabels',
            ...size,
            value: { format: 'rle', rle: brushOf(rectangleMask()), brushlabels: ['stain'] },
          }),
        },
      ]),
      ...{ 'images/a.png': await image(1), 'images/b.png': await image(2), 'images/c.png': await image(3) },
      ...{ 'images/d.png': await image(4), 'images/e.png': await image(5) },
    });
    expect(images).toEqual({
      'a.png': { ...anomalous('TRAIN', 'dent'), boxes: [{ x: 10, y: 5, width: 4, height: 3, defectType: 'dent' }] },
      'b.png': { ...anomalous('TRAIN', 'scratch'), pixels: rectangle },
      'c.png': normal('TRAIN'),
      'd.png': { split: 'TRAIN', label: 'UNLABELLED', defectType: null },
      'e.png': { ...anomalous('TRAIN', 'stain'), pixels: rectangle },
    });
  });

  it('CVAT: boxes, polygons, masks, tags and subsets', async () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><meta><task><name>x</name></task></meta>
      <image id="0" name="a.png" subset="Train" width="32" height="24"><box label="dent" xtl="10" ytl="5" xbr="14" ybr="8" occluded="0" z_order="0"/></image>
      <image id="1" name="b.png" subset="Validation" width="32" height="24"><polygon label="scratch" points="10.00,5.00;14.00,5.00;14.00,8.00;10.00,8.00" z_order="0"/></image>
      <image id="2" name="c.png" subset="Test" width="32" height="24"><mask label="stain" rle="0, 12" left="10" top="5" width="4" height="3"/></image>
      <image id="3" name="d.png" width="32" height="24"/>
      <image id="4" name="e.png" width="32" height="24"><tag label="bent"/></image></annotations>`;
    const { images } = await imported(setting, 'cvat', {
      'annotations.xml': Buffer.from(xml),
      ...{ 'images/a.png': await image(1), 'images/b.png': await image(2), 'images/c.png': await image(3) },
      ...{ 'images/d.png': await image(4), 'images/e.png': await image(5) },
    });
    expect(images).toEqual({
      'a.png': { ...anomalous('TRAIN', 'dent'), boxes: [{ x: 10, y: 5, width: 4, height: 3, defectType: 'dent' }] },
      'b.png': { ...anomalous('VALIDATION', 'scratch'), pixels: rectangle },
      'c.png': { ...anomalous('TEST', 'stain'), pixels: rectangle },
      'd.png': normal('TRAIN'),
      'e.png': anomalous('TRAIN', 'bent'),
    });
  });

  it('CVAT: shapes that would get lost are problems, all of them', async () => {
    const xml = `<annotations>
<image name="a.png" width="32" height="24"><star label="x" points="1,1;2,2"/><box xtl="1" ytl="1" xbr="9" ybr="9"/></image>
<image name="b.png" width="32" height="24"><mask label="x" rle="3, 4" left="30" top="5" width="4" height="3"/></image></annotations>`;
    const { problems } = await refused(setting, 'cvat', {
      'annotations.xml': Buffer.from(xml),
      'a.png': await image(1),
      'b.png': await image(2),
    });
    expect(problems.map(({ code }) => code)).toEqual([
      'DATASET_LAYOUT_INVALID',
      'DATASET_LAYOUT_INVALID',
      'MASK_RLE_INVALID',
    ]);
    expect(problems[0]!.message).toContain('line 2');
  });

  it('all of them from a zip as well', async () => {
    const dataset = await setting.dataset();
    const xml = '<annotations><image name="a.png" width="32" height="24"/></annotations>';
    const upload = await setting.upload(
      'cvat.zip',
      zipped({ 'annotations.xml': Buffer.from(xml), 'images/a.png': await image(1) }),
    );
    const { row } = await setting.import({ datasetId: dataset.id, format: 'cvat', uploadId: upload.id });
    expect(row).toMatchObject({ imagesImported: 1, problems: [] });
  });
});

function rectangleMask(): Uint8Array {
  return Uint8Array.from({ length: 32 * 24 }, (_, at) => {
    const [x, y] = [at % 32, Math.floor(at / 32)];
    return x >= 10 && x < 14 && y >= 5 && y < 8 ? 255 : 0;
  });
}

/** What Label Studio writes: each pixel four times, in runs of one value. */
function brushOf(alpha: Uint8Array): number[] {
  let bits = '';
  const write = (value: number, count: number) => (bits += value.toString(2).padStart(count, '0'));
  write(alpha.length * 4, 32);
  write(7, 5);
  for (const size of [3, 7, 11, 15]) write(size, 4);
  for (let at = 0; at < alpha.length;) {
    let end = at;
    while (end < alpha.length && alpha[end] === alpha[at]) end += 1;
    write(1, 1);
    write(3, 2);
    write((end - at) * 4 - 1, 16);
    write(alpha[at]!, 8);
    at = end;
  }
  return bits
    .padEnd(Math.ceil(bits.length / 8) * 8, '0')
    .match(/.{8}/g)!
    .map((byte) => Number.parseInt(byte, 2));
}
