import { describe, expect, it } from 'vitest';
import { greyPng } from '../../files/imageBytes.js';
import { readLayout, type Sketch } from './readLayout.js';

const marking = greyPng(64, 48, new Array(64 * 48).fill(0).fill(255, 0, 5));

describe('folders and classes that mean normal', () => {
  it.each<[string, Sketch, Record<string, string>, string[]]>([
    [
      'mvtec',
      { 'train/OK/0.png': true, 'test/ok/1.png': true, 'test/good/2.png': true, 'test/dent/3.png': true },
      {
        'train/OK/0.png': 'TRAIN NORMAL',
        'test/ok/1.png': 'TEST NORMAL',
        'test/good/2.png': 'TEST NORMAL',
        'test/dent/3.png': 'TEST ANOMALOUS dent',
      },
      ['OK', 'ok'],
    ],
    [
      'btad',
      { 'train/good/0.png': true, 'test/good/1.png': true, 'test/ok/2.png': true, 'test/ko/3.png': true },
      {
        'train/good/0.png': 'TRAIN NORMAL',
        'test/good/1.png': 'TEST NORMAL',
        'test/ok/2.png': 'TEST NORMAL',
        'test/ko/3.png': 'TEST ANOMALOUS ko',
      },
      ['good'],
    ],
    [
      'visa',
      { 'a/image_anno.csv': 'image,label,mask\na/0.png,normal,\na/1.png,good,\n', 'a/0.png': true, 'a/1.png': true },
      { 'a/0.png': 'TRAIN NORMAL', 'a/1.png': 'TRAIN NORMAL' },
      ['good'],
    ],
    [
      'manifest',
      {
        'manifest.csv': 'file,label,defectType\n0.png,,ok\n1.png,,dent\n2.png,normal,ok\n3.png,bad,ok\n',
        ...{ '0.png': true, '1.png': true, '2.png': true, '3.png': true },
      },
      {
        ...{ '0.png': 'TRAIN NORMAL', '1.png': 'TRAIN ANOMALOUS dent' },
        ...{ '2.png': 'TRAIN NORMAL', '3.png': 'TRAIN ANOMALOUS ok' },
      },
      ['ok'],
    ],
  ])('are so in %s, and told where they are not the own word of the layout', async (format, sketch, images, met) => {
    const read = await readLayout(format, sketch);
    expect(read.problems).toEqual([]);
    expect(is(read)).toEqual(images);
    expect(read.met).toEqual(met);
  });

  it('do not hide what a mask marks', async () => {
    const { problems } = await readLayout('mvtec', {
      ...{ 'train/good/0.png': true, 'test/ok rim/1.png': true, 'ground_truth/ok rim/1_mask.png': marking },
    });
    expect(problems).toEqual(['LABEL_CONTRADICTION ground_truth/ok rim/1_mask.png']);
  });
});

describe('what somebody marked never ends as normal', () => {
  const box = '<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>';
  const voc = (inside: string) => ({ 'a.png': true, 'a.xml': `<annotation>${inside}</annotation>` }) as const;

  it('VOC: elements in capitals', async () => {
    const read = await readLayout('voc', voc(`<Object><Name>dent</Name>${box.toUpperCase()}</Object>`));
    expect(read.images).toEqual({ 'a.png': { is: 'TRAIN ANOMALOUS dent', boxes: [[1, 1, 8, 8]] } });
  });

  it.each([`<objects><object><name>dent</name>${box}</object></objects>`, `<item><name>dent</name>${box}</item>`])(
    'VOC: %s is told by its line',
    async (inside) => {
      const { images, messages } = await readLayout('voc', voc(inside));
      expect(images).toEqual({});
      expect(messages[0]).toMatch(/'a\.xml', line 1: has <(object|bndbox)> outside <object>/);
    },
  );

  const masks = { 'JPEGImages/a.jpg': true, 'SegmentationClass/a.png': marking } as const;

  it('VOC: masks beside annotations without boxes', async () => {
    const unmarked = { 'JPEGImages/b.jpg': true, 'Annotations/b.xml': '<annotation></annotation>' } as const;
    const { images, warnings } = await readLayout('voc', {
      ...{ ...masks, ...unmarked, 'Annotations/a.xml': '<annotation></annotation>' },
    });
    expect(images).toEqual({ 'a.jpg': { is: 'TRAIN UNLABELLED' }, 'b.jpg': { is: 'TRAIN NORMAL' } });
    const told =
      /^FILE_LEFT_OUT: the format voc reads boxes, and none of the 1 masks in SegmentationClass\/; the format folders/;
    expect(warnings).toEqual([expect.stringMatching(told)]);
  });

  it('VOC: masks alone are refused with the format that reads them', async () => {
    expect((await readLayout('voc', masks)).messages).toEqual([
      expect.stringContaining('the format folders reads masks'),
    ]);
    const { images } = await readLayout('folders', masks);
    expect(images).toMatchObject({ 'JPEGImages/a.jpg': { is: 'TRAIN ANOMALOUS', pixels: { count: 5 } } });
  });

  it('COCO: segments of a panoptic picture', async () => {
    const image = { id: 1, file_name: 'a.png', segments_info: [{ id: 7, category_id: 1 }] };
    for (const more of [{}, { annotations: [] }]) {
      const read = await readLayout('coco', { 'a.png': true, 'c.json': { images: [image], ...more } });
      expect(is(read)).toEqual({ 'a.png': 'TRAIN ANOMALOUS' });
      expect(read.warnings).toEqual([expect.stringMatching(/^SHAPE_LEFT_OUT: image 1 of 'c\.json' has segments_info/)]);
    }
  });

  it('folders named after pictures are no kind of defect', async () => {
    const { images } = await readLayout('folders', {
      ...{ 'images/0.png': true, 'images/1.png': true, 'labels/1.png': marking, 'images/dent/2.png': true },
    });
    expect(Object.values(images).map((one) => one.is)).toEqual([
      ...['TRAIN UNLABELLED', 'TRAIN ANOMALOUS', 'TRAIN ANOMALOUS dent'],
    ]);
  });
});

describe('masks', () => {
  it.each<[string, Sketch]>([
    ['mvtec', { 'train/good/0.png': true, 'test/good/1.png': true, 'test/good/1_mask.png': marking }],
    ['btad', { 'train/ok/0.png': true, 'test/ok/1.png': true, 'test/ok/1_mask.png': marking }],
  ])('%s: beside their image are problems, and no images', async (format, sketch) => {
    const { images, problems, ofLayout, messages } = await readLayout(format, sketch);
    const mask = Object.keys(sketch).at(-1);
    expect(Object.keys(images).sort()).toEqual(Object.keys(sketch).slice(0, 2).sort());
    expect([problems, ofLayout]).toEqual([[`DATASET_LAYOUT_INVALID ${mask}`], []]);
    expect(messages[0]).toContain('masks belong in ground_truth/');
  });

  it('that mark more than they leave are told, as they may be inverted', async () => {
    const marks = (count: number) => greyPng(64, 48, new Array(64 * 48).fill(0).fill(255, 0, count));
    const { warnings } = await readLayout('mvtec', {
      ...{ 'train/good/0.png': true, 'test/dent/1.png': true, 'test/dent/2.png': true },
      ...{ 'ground_truth/dent/1_mask.png': marks(64 * 24), 'ground_truth/dent/2_mask.png': marks(64 * 45) },
    });
    expect(warnings).toEqual([
      "MASK_AMBIGUOUS: the mask 'ground_truth/dent/2_mask.png' marks 94 % of the image as defective; where black marks the defect, option maskValue takes 0",
    ]);
  });
});

/** Split, label and kind of defect of each image. */
function is({ images }: Awaited<ReturnType<typeof readLayout>>): Record<string, string> {
  return Object.fromEntries(Object.entries(images).map(([name, one]) => [name, one.is]));
}
