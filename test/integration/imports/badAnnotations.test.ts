import { createServer, type Server } from 'node:http';
import { open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRle } from '../../../src/files/index.js';
import { image, imported, json, refused } from './annotationFiles.js';
import { useImports, zipped, type Files } from './importSetting.js';

const setting = useImports();

/** A COCO file of one image of 32x24 pixels, `a.png`, changed by the caller. */
function coco(change: (file: CocoText) => void = () => undefined): CocoText {
  const file: CocoText = {
    images: [{ id: 1, file_name: 'a.png', width: 32, height: 24 }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 5, 4, 3], area: 12, iscrowd: 0 }],
    categories: [{ id: 1, name: 'scratch' }],
  };
  change(file);
  return file;
}

interface CocoText {
  images: Record<string, unknown>[];
  annotations: Record<string, unknown>[];
  categories: Record<string, unknown>[];
}

async function withImage(text: Uint8Array | string): Promise<Files> {
  return { 'a.png': await image(1), 'annotations.json': Buffer.from(text) };
}

/** Codes and messages of a COCO file that must be refused. */
async function refusedCoco(text: Uint8Array | string | object) {
  const bytes = typeof text === 'string' || text instanceof Uint8Array ? text : JSON.stringify(text);
  return (await refused(setting, 'coco', await withImage(bytes))).problems;
}

describe('COCO', () => {
  const labelled = { split: 'TRAIN', label: 'ANOMALOUS', defectType: 'scratch' };
  const boxes = [{ x: 10, y: 5, width: 4, height: 3, defectType: 'scratch' }];
  const pixels = { count: 12, around: [10, 5, 4, 3] };
  const mask = { width: 32, height: 24, data: new Uint8Array(32 * 24) };
  for (let row = 5; row < 8; row += 1) mask.data.fill(1, row * 32 + 10, row * 32 + 14);
  const compressed = { size: [24, 32], counts: encodeRle(mask) };
  /** Column by column: 10 columns and 5 pixels, then 3 marked in each of 4 columns. */
  const runs = [10 * 24 + 5, 3, 21, 3, 21, 3, 21, 3, 17 * 24 + 16 + 24];
  const uncompressed = { size: [24, 32], counts: runs };

  it.each([
    ['boxes alone', undefined, undefined],
    ['polygons', [[10, 5, 14, 5, 14, 8, 10, 8]], pixels],
    [
      'several polygons of one annotation',
      [
        [10, 5, 12, 5, 12, 8, 10, 8],
        [12, 5, 14, 5, 14, 8, 12, 8],
      ],
      pixels,
    ],
    ['compressed run lengths', compressed, pixels],
    ['uncompressed run lengths', uncompressed, pixels],
  ])('reads %s', async (_, segmentation, expected) => {
    const file = coco(({ annotations }) => Object.assign(annotations[0]!, { segmentation }));
    const { images } = await imported(setting, 'coco', await withImage(JSON.stringify(file)));
    expect(images).toEqual({ 'a.png': { ...labelled, boxes, ...(expected && { pixels: expected }) } });
  });

  it('reads a crowd beside a polygon', async () => {
    const file = coco(({ annotations }) => {
      annotations[0]!['segmentation'] = [[0, 0, 2, 0, 2, 2, 0, 2]];
      annotations[0]!['bbox'] = [0, 0, 2, 2];
      annotations.push({ ...annotations[0], id: 2, iscrowd: 1, segmentation: uncompressed, bbox: [10, 5, 4, 3] });
    });
    const { images } = await imported(setting, 'coco', await withImage(JSON.stringify(file)));
    expect(images['a.png']!.pixels).toEqual({ count: 16, around: [0, 0, 14, 8] });
    expect(images['a.png']!.boxes).toHaveLength(2);
  });

  it('makes no pixels when one defect of the image is only a box', async () => {
    const file = coco(({ annotations }) => {
      annotations.push({ ...annotations[0], id: 2, bbox: [0, 0, 2, 2], segmentation: [[0, 0, 2, 0, 2, 2, 0, 2]] });
    });
    const { images } = await imported(setting, 'coco', await withImage(JSON.stringify(file)));
    expect(images['a.png']!.pixels).toBeUndefined();
    expect(images['a.png']!.boxes).toHaveLength(2);
  });

  it('accepts a byte order mark, a self-intersecting polygon and keeps a duplicate box once, with a warning', async () => {
    const bow = { segmentation: [[0, 0, 8, 8, 8, 0, 0, 8]], bbox: [0, 0, 8, 8] };
    const file = coco(({ annotations }) => {
      Object.assign(annotations[0]!, bow);
      annotations.push({ ...annotations[0], id: 2 });
    });
    const { images, logs } = await imported(setting, 'coco', await withImage(`\ufeff${JSON.stringify(file)}`));
    expect(images['a.png']!.boxes).toHaveLength(1);
    expect(images['a.png']!.pixels!.count).toBe(32);
    expect(logs.slice(-1)).toEqual([expect.stringMatching(/^WARN DUPLICATE_ANNOTATION: annotation 2 of 'a.png'/)]);
  });

  it('takes the split of a file name, and images without annotations as normal', async () => {
    const files = {
      'annotations/instances_val2017.json': json(coco(({ annotations }) => annotations.pop())),
      'val2017/a.png': await image(1),
    };
    const { images } = await imported(setting, 'coco', files);
    expect(images).toEqual({ 'a.png': { split: 'VALIDATION', label: 'NORMAL', defectType: null } });
  });

  it('keys such as __proto__ pollute nothing', async () => {
    const text = JSON.stringify(coco()).replace(
      '"images"',
      '"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "images"',
    );
    const inside = text.replaceAll('"id":1,', '"id":1,"__proto__":{"polluted":1},');
    await imported(setting, 'coco', await withImage(inside));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    ['a trailing comma', '{"images": [],\n "categories": [],\n}', 'line 3:1'],
    ['a cut', '{"images": [', 'line 1:13'],
    ['a comment', '{\n  // none\n  "images": []}', 'line 2:3'],
    ['nothing', '', 'line 1:1'],
  ])('JSON with %s is JSON_INVALID with its place', async (_, text, place) => {
    const [problem] = await refusedCoco(text);
    expect(problem).toMatchObject({ code: 'JSON_INVALID', item: 'annotations.json' });
    expect(problem!.message).toContain(`'annotations.json', ${place}:`);
  });

  it.each([
    ['with a mark', Buffer.from(`\ufeff${JSON.stringify(coco())}`, 'utf16le')],
    ['without one', Buffer.from(JSON.stringify(coco()), 'utf16le')],
  ])('UTF-16 %s is JSON_INVALID', async (_, bytes) => {
    const [problem] = await refusedCoco(bytes);
    expect(problem).toMatchObject({ code: 'JSON_INVALID' });
    expect(problem!.message).toContain('UTF-16');
  });

  it('a hundred thousand levels are JSON_INVALID or COCO_SCHEMA_INVALID, and the process lives', async () => {
    const deep = await refusedCoco('['.repeat(100_000));
    expect(deep).toMatchObject([{ code: 'JSON_INVALID' }]);
    const closed = await refusedCoco(`{"images": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(closed[0]).toMatchObject({ code: 'COCO_SCHEMA_INVALID' });
  });

  it.each([
    ['a list', [], '/images'],
    ['no images', { annotations: [], categories: [] }, '/images'],
    ['an id of 2^53 + 1', JSON.stringify(coco()).replace('"id":1', '"id":9007199254740993'), '/images/0/id'],
    ['an id of 1.5', coco(({ images }) => (images[0]!['id'] = 1.5)), '/images/0/id'],
    ['an id of -1', coco(({ annotations }) => (annotations[0]!['id'] = -1)), '/annotations/0/id'],
    ['a category of text', coco(({ categories }) => (categories[0]!['id'] = '1')), '/categories/0/id'],
    ['a box of three numbers', coco(({ annotations }) => (annotations[0]!['bbox'] = [1, 2, 3])), '/annotations/0/bbox'],
    [
      'a segmentation of text',
      coco(({ annotations }) => (annotations[0]!['segmentation'] = 'x')),
      '/annotations/0/segmentation',
    ],
  ])('%s is COCO_SCHEMA_INVALID with a pointer', async (_, content, pointer) => {
    const [problem] = await refusedCoco(content);
    expect(problem).toMatchObject({ code: 'COCO_SCHEMA_INVALID', item: 'annotations.json' });
    expect(problem!.message).toContain(pointer);
  });

  it('references to nothing are COCO_REFERENCE_MISSING naming the annotation, all at once', async () => {
    const problems = await refusedCoco(
      coco(({ annotations }) => {
        const [first] = annotations;
        annotations.push({ ...first, id: 2, image_id: 7 }, { ...first, id: 3, image_id: '1' });
        annotations.push({ ...first, id: 4, category_id: 9 }, { id: 5, bbox: [1, 1, 2, 2], category_id: 1 });
      }),
    );
    expect(problems.map(({ code }) => code)).toEqual(new Array(4).fill('COCO_REFERENCE_MISSING'));
    expect(problems[0]!.message).toContain('annotation 2: the image_id 7');
    expect(problems[1]!.message).toContain(
      'annotation 3: the image_id "1" is the id of no image; there is the number 1',
    );
    expect(problems[2]!.message).toContain('annotation 4: the category_id 9');
    expect(problems[3]!.message).toContain('annotation 5');
  });

  it('ids that occur twice are COCO_DUPLICATE_ID', async () => {
    const problems = await refusedCoco(
      coco(({ images, annotations, categories }) => {
        images.push({ ...images[0]! });
        annotations.push({ ...annotations[0]! });
        categories.push({ id: 1, name: 'dent' });
      }),
    );
    expect(problems.map(({ code, message }) => [code, /the (\w+) id 1/.exec(message)?.[1]])).toEqual([
      ['COCO_DUPLICATE_ID', 'category'],
      ['COCO_DUPLICATE_ID', 'image'],
      ['COCO_DUPLICATE_ID', 'annotation'],
    ]);
  });

  it.each([
    ['two points', [[0, 0, 5, 5]], 'POLYGON_INVALID', 'annotation 1: the polygon has 2 points'],
    ['an odd count', [[0, 0, 5, 5, 9, 9, 3]], 'POLYGON_INVALID', 'has 7 numbers'],
    ['no number', [[0, 0, 5, null, 9, 9]], 'POLYGON_INVALID', 'not a finite number'],
    ['a point outside', [[0, 0, 5, 5, 99, 9]], 'POLYGON_INVALID', '(99, 9); the image has 32x24'],
    ['runs that end early', { size: [24, 32], counts: [700, 60] }, 'MASK_RLE_INVALID', '760 pixels; 32x24 are 768'],
    ['a negative run', { size: [24, 32], counts: [800, -32] }, 'MASK_RLE_INVALID', 'run 1 is -32'],
    ['half a run', { size: [24, 32], counts: [767.5, 0.5] }, 'MASK_RLE_INVALID', 'run 0 is 767.5'],
    ['a cut string', { size: [24, 32], counts: 'o' }, 'MASK_RLE_INVALID', 'ends inside the run'],
    ['a billion pixels', { size: [24, 32], counts: [500_000_000, 500_000_000] }, 'MASK_RLE_INVALID', '1000000000'],
    ['a billion in a string', { size: [24, 32], counts: 'PPPPPP1' }, 'MASK_RLE_INVALID', '768'],
    ['width and height exchanged', { ...compressed, size: [32, 24] }, 'MASK_RLE_INVALID', 'swapped'],
  ])('a segmentation of %s is refused', async (_, segmentation, code, text) => {
    const [problem] = await refusedCoco(coco(({ annotations }) => Object.assign(annotations[0]!, { segmentation })));
    expect(problem).toMatchObject({ code, item: 'a.png' });
    expect(problem!.message).toContain(text);
  });

  it('a crowd whose runs go row by row is MASK_RLE_INVALID: its bbox gives it away', async () => {
    const byRows = [5 * 32 + 10, 4, 28, 4, 28, 4, 32 * 24 - (8 * 32 - 18)];
    const [problem] = await refusedCoco(
      coco(({ annotations }) =>
        Object.assign(annotations[0]!, { iscrowd: 1, segmentation: { size: [24, 32], counts: byRows } }),
      ),
    );
    expect(problem).toMatchObject({ code: 'MASK_RLE_INVALID' });
    expect(problem!.message).toContain('row by row');
  });

  it.each([
    ['corners for sizes', [20, 10, 30, 20], 'BOX_OUT_OF_BOUNDS', 'bottom-right corner'],
    ['a box outside', [30, 5, 7, 3], 'BOX_OUT_OF_BOUNDS', '32x24'],
    ['a negative side', [10, 5, -4, 3], 'BOX_INVERTED', 'annotation 1'],
    ['fractions', [0.1, 0.1, 0.2, 0.2], 'BOX_SUSPECT_NORMALIZED', '32x24'],
    ['no number', [10, null, 4, 3], 'BOX_INVALID_NUMBER', 'annotation 1'],
  ])('a bbox with %s is refused', async (_, bbox, code, text) => {
    const [problem] = await refusedCoco(coco(({ annotations }) => Object.assign(annotations[0]!, { bbox })));
    expect(problem).toMatchObject({ code, item: 'a.png' });
    expect(problem!.message).toContain(text);
  });

  it('1,001 boxes of one image are TOO_MANY_ANNOTATIONS', async () => {
    const problems = await refusedCoco(
      coco(({ annotations }) => {
        for (let id = 2; id <= 1_001; id += 1)
          annotations.push({ ...annotations[0], id, bbox: [0, 0, 1 + id / 100, 5] });
      }),
    );
    expect(problems).toMatchObject([{ code: 'TOO_MANY_ANNOTATIONS', item: 'a.png' }]);
  });

  it('another size than the image has is IMAGE_SIZE_MISMATCH with both', async () => {
    const [problem] = await refusedCoco(coco(({ images }) => Object.assign(images[0]!, { width: 24, height: 32 })));
    expect(problem).toMatchObject({ code: 'IMAGE_SIZE_MISMATCH', item: 'a.png' });
    expect(problem!.message).toContain('32x24 pixels; its annotation says 24x32');
  });

  it('two images of one name, and an image that is not there', async () => {
    const problems = await refusedCoco(
      coco(({ images }) => images.push({ id: 2, file_name: 'a.png' }, { id: 3, file_name: 'b.png' })),
    );
    expect(problems.map(({ code }) => code)).toEqual(['DATASET_LAYOUT_INVALID', 'NAME_TAKEN']);
    expect(problems[0]!.message).toContain("image 3: names 'b.png', which is not in the source");
  });

  it('a thousand problems are counted, and a hundred told', async () => {
    const row = await refused(
      setting,
      'coco',
      await withImage(
        JSON.stringify(
          coco(({ annotations }) => {
            for (let id = 2; id <= 1_001; id += 1) annotations.push({ ...annotations[0], id, image_id: id });
          }),
        ),
      ),
    );
    expect(row.problems).toHaveLength(100);
    expect(row.totalProblems).toBe(1_000);
    expect(row.summary!.counts.images).toBe(1);
  });

  it('600 MB are PAYLOAD_TOO_LARGE without being read', async () => {
    const path = await setting.folder({ 'a.png': await image(1) });
    const file = await open(join(setting.root, path, 'annotations.json'), 'w');
    await file.truncate(600 * 1024 * 1024);
    await file.close();
    const { id } = await setting.dataset();
    const before = process.memoryUsage().rss;
    const { row } = await setting.import({ datasetId: id, format: 'coco', path });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    expect(row.problems).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE', item: 'annotations.json' }]);
    expect(row.problems[0]!.message).toContain('629145600 bytes');
  });
});

describe('names in annotation files', () => {
  let canary: Server;
  let requests = 0;
  beforeAll(async () => {
    canary = createServer((_, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => canary.close());

  const address = () => `http://127.0.0.1:${(canary.address() as AddressInfo).port}/a.png`;

  it.each([
    ['../../etc/passwd'],
    ['/etc/passwd'],
    ['file:///etc/passwd'],
    ['http://169.254.169.254/latest/a.png'],
    ['%2e%2e%2fa.png'],
    ['..%2F..%2Fetc/passwd'],
    ['a#/../b'],
    ['..\\..\\b.png'],
    ['C:\\b.png'],
    ['\\\\server\\share\\b.png'],
    ['a\0.png'],
    [''],
    [`${'x'.repeat(300)}.png`],
    ['CANARY'],
  ])('%j is FILENAME_INVALID in every format, and nothing is opened', async (name) => {
    const given = name === 'CANARY' ? address() : name;
    const text = given.replaceAll('&', '&amp;').replaceAll('\0', '\ufffd');
    const attempts: [string, Files][] = [
      ['coco', await withImage(JSON.stringify(coco(({ images }) => (images[0]!['file_name'] = given))))],
      ['manifest', { 'a.png': await image(1), 'manifest.jsonl': json({ file: given }) }],
      ['labelstudio', await withImage(JSON.stringify([{ data: { image: given }, annotations: [] }]))],
      ['labelme', await withImage(JSON.stringify({ shapes: [], imagePath: given }))],
      ['cvat', { 'a.png': await image(1), 'x.xml': Buffer.from(`<annotations><image name="${text}"/></annotations>`) }],
      [
        'voc',
        { 'a.png': await image(1), 'x.xml': Buffer.from(`<annotation><filename>${text}</filename></annotation>`) },
      ],
    ];
    for (const [format, files] of attempts) {
      const { problems } = await refused(setting, format, files);
      expect([format, problems[0]?.code]).toEqual([format, 'FILENAME_INVALID']);
      expect(JSON.stringify(problems)).not.toContain('root:');
    }
    expect(requests).toBe(0);
  });
});

describe('XML', () => {
  it.each([
    [
      'an entity of a file',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>',
      'document type',
    ],
    [
      'entities that unfold',
      `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><annotation><filename>&b;</filename></annotation>`,
      'document type',
    ],
    ['an unknown entity', '<annotation><filename>&x;</filename></annotation>', 'not valid XML'],
    ['an open element', '<annotation><filename>a.png</filename>', 'not valid XML'],
    ['a wrong end', '<annotation>\n<a></b></annotation>', 'line 2'],
    ['another root', '<annotations/>', 'has the root <annotations>'],
    ['a hundred levels', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'more than 64 levels'],
    ['no element', '  ', 'holds no element'],
    ['no box', '<annotation><filename>a.png</filename><object><name>x</name></object></annotation>', 'no <bndbox>'],
  ])('with %s is refused with its line', async (_, text, message) => {
    const files = { 'a.png': await image(1), 'a.xml': Buffer.from(text) };
    const { problems } = await refused(setting, 'voc', files);
    expect(problems[0]).toMatchObject({ code: 'DATASET_LAYOUT_INVALID', item: 'a.xml' });
    expect(problems[0]!.message).toContain(message);
    expect(problems[0]!.message).not.toContain('root:x');
  });

  it('that is not UTF-8 is refused', async () => {
    const text = Buffer.from('<annotation><filename>\u00e4.png</filename></annotation>', 'latin1');
    const { problems } = await refused(setting, 'voc', { 'a.png': await image(1), 'a.xml': text });
    expect(problems[0]!.message).toContain('not UTF-8');
  });

  it('keeps an attribute that is a megabyte long', async () => {
    const points = Array.from({ length: 60_000 }, (_, i) => `${10 + (i % 7)}.125,${5 + (i % 5)}.5`).join(';');
    const text = `<annotations><image name="a.png" width="32" height="24"><polygon label="x" points="${points}"/></image></annotations>`;
    const { images } = await imported(setting, 'cvat', { 'a.png': await image(1), 'a.xml': Buffer.from(text) });
    expect(images['a.png']!.label).toBe('ANOMALOUS');
  });
});

describe('a region that becomes a box, since a rectangle stands beside it', () => {
  const rectangle = { id: 1, image_id: 1, category_id: 1, bbox: [1, 1, 2, 2] };
  const cocoWith = (segmentation: unknown) =>
    withImage(
      JSON.stringify({ ...coco(), annotations: [rectangle, { id: 2, image_id: 1, category_id: 1, segmentation }] }),
    );
  const labelme = (points: unknown) => {
    const corners = [
      [1, 1],
      [3, 3],
    ];
    const shapes = [
      { label: 'dent', points: corners, shape_type: 'rectangle' },
      { label: 'scratch', points, shape_type: 'polygon' },
    ];
    return withImage(JSON.stringify({ shapes, imagePath: 'a.png' }));
  };
  const labelStudio = (width: number, height: number) => {
    const at = { x: 10, y: 10, width: 10, height: 10 };
    const box = { type: 'rectanglelabels', original_width: 32, original_height: 24, value: at };
    const brush = {
      type: 'brushlabels',
      original_width: width,
      original_height: height,
      value: { rle: [0, 0, 12, 0] },
    };
    return withImage(JSON.stringify([{ data: { image: 'a.png' }, annotations: [{ result: [box, brush] }] }]));
  };
  const cvat = async (shape: string) => ({
    'a.png': await image(1),
    'a.xml': Buffer.from(
      `<annotations><image name="a.png"><box label="x" xtl="1" ytl="1" xbr="3" ybr="3"/>${shape}</image></annotations>`,
    ),
  });

  it.each<[string, string, () => Promise<Files>, string, string]>([
    [
      'a polygon of 2 points',
      'labelme',
      () =>
        labelme([
          [1, 1],
          [9, 9],
        ]),
      'POLYGON_INVALID',
      'shape 1',
    ],
    [
      'a point that is no number',
      'labelme',
      () =>
        labelme([
          [1, 1],
          [9, null],
          [5, 5],
        ]),
      'POLYGON_INVALID',
      'shape 1',
    ],
    ['a polygon outside', 'coco', () => cocoWith([[0, 0, 5, 5, 99, 9]]), 'POLYGON_INVALID', 'annotation 2'],
    [
      'a billion pixels',
      'coco',
      () => cocoWith({ size: [40_000, 40_000], counts: [1.6e9] }),
      'MASK_RLE_INVALID',
      '32x24',
    ],
    ['a brush of ten billion pixels', 'labelstudio', () => labelStudio(1e5, 1e5), 'MASK_RLE_INVALID', '100000x100000'],
    ['a brush cut off', 'labelstudio', () => labelStudio(32, 24), 'MASK_RLE_INVALID', 'ends after 4 bytes'],
    [
      'runs that do not fill their box',
      'cvat',
      () => cvat('<mask label="x" rle="3, 4" left="1" top="1" width="4" height="3"/>'),
      'MASK_RLE_INVALID',
      'add up to 7 pixels',
    ],
  ])('is refused like one that becomes pixels: %s', async (_, format, files, code, text) => {
    const before = process.memoryUsage().arrayBuffers;
    const { problems } = await refused(setting, format, await files());
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
    expect(problems).toMatchObject([{ code, item: 'a.png' }]);
    expect(problems[0]!.message).toContain(text);
  });
});

describe('an annotation file inside an archive', () => {
  it('that says it is small and is not, is ARCHIVE_INVALID', async () => {
    const { zipOf } = await import('../../unit/files/zipBytes.js');
    const data = Buffer.alloc(5_000_000, ' ');
    const zip = zipOf([
      { name: 'annotations.json', data, declaredBytes: 10 },
      { name: 'a.png', data: await image(1) },
    ]);
    const { id: uploadId } = await setting.upload('coco.zip', zip);
    const { id: datasetId } = await setting.dataset();
    const { row } = await setting.import({ datasetId, format: 'coco', uploadId });
    expect(row.problems).toMatchObject([{ code: 'ARCHIVE_INVALID', item: 'annotations.json' }]);
  });

  it('an archive inside an archive is a file like others', async () => {
    const inner = zipped({ 'a.png': await image(1) });
    const { id: uploadId } = await setting.upload(
      'coco.zip',
      zipped({ 'inner.zip': inner, 'annotations.json': json(coco()) }),
    );
    const { id: datasetId } = await setting.dataset();
    const { row } = await setting.import({ datasetId, format: 'coco', uploadId });
    expect(row.problems).toMatchObject([{ code: 'DATASET_LAYOUT_INVALID', item: 'annotations.json' }]);
  });
});
