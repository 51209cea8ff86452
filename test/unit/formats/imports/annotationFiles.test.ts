import { describe, expect, it } from 'vitest';
import { greyPng } from '../../files/imageBytes.js';
import { readLayout, type Sketch } from './readLayout.js';

const box = [20, 10, 12, 6];
const scratched = (split: string) => ({ is: `${split} ANOMALOUS scratch`, boxes: [box] });
const normal = (split: string) => ({ is: `${split} NORMAL` });
const rectangle = { count: 72, around: box };

/** A COCO file of one annotation an image. */
function coco(names: readonly string[], annotation: object = { bbox: box }): object {
  return {
    images: names.map((file_name, id) => ({ id, file_name, width: 64, height: 48 })),
    annotations: names.map((_, id) => ({ id, image_id: id, category_id: 1, iscrowd: 0, ...annotation })),
    categories: [{ id: 1, name: 'scratch' }],
  };
}

const edges = '<xmin>20</xmin><ymin>10</ymin><xmax>32</xmax><ymax>16</ymax>';

/** A VOC file. */
function xml(filename: string, objects = `<object><name>scratch</name><bndbox>${edges}</bndbox></object>`): string {
  return `<annotation><filename>${filename}</filename>${objects}</annotation>`;
}

/** A line of YOLO that marks the box. */
const line = '0 0.40625 0.270833 0.1875 0.125';

function labelme(imagePath: string, ...shapes: object[]): object {
  return { shapes, imagePath, imageWidth: 64, imageHeight: 48 };
}

const twoCorners = {
  label: 'scratch',
  shape_type: 'rectangle',
  points: [
    [20, 10],
    [32, 16],
  ],
};
const corners = [
  [20, 10],
  [32, 10],
  [32, 16],
  [20, 16],
];

/** A task of Label Studio. */
function task(image: string, ...result: object[]): object {
  return { data: { image }, annotations: [{ result }] };
}

function percent(value: object, type = 'rectanglelabels', rest: object = {}): object {
  const size = { original_width: 64, original_height: 48 };
  return { type, ...size, ...rest, value: { x: 31.25, y: 20.8333, width: 18.75, height: 12.5, ...value } };
}

function cvat(shape: string, name = 'p.png'): string {
  return `<annotations><image name="${name}" width="64" height="48">${shape}</image></annotations>`;
}

describe('splits are read as folders and lists say', () => {
  const inFolders = { 'train/p0.png': true, 'valid/p1.png': true, 'test/p2.png': true } as const;
  const names = Object.keys(inFolders);

  it('in COCO, by the folders of the names', async () => {
    const { images, problems } = await readLayout('coco', { ...inFolders, 'all.json': coco(names) });
    expect(problems).toEqual([]);
    expect(images).toEqual({
      'train/p0.png': scratched('TRAIN'),
      'valid/p1.png': scratched('VALIDATION'),
      'test/p2.png': scratched('TEST'),
    });
  });

  it('in Label Studio and CVAT', async () => {
    const tasks = names.map((name) => task(`/data/local-files/?d=${name}`));
    const splits = {
      'train/p0.png': normal('TRAIN'),
      'valid/p1.png': normal('VALIDATION'),
      'test/p2.png': normal('TEST'),
    };
    expect((await readLayout('labelstudio', { ...inFolders, 'e.json': tasks })).images).toEqual(splits);
    const list = `<annotations>${names.map((name) => `<image name="${name}" width="64" height="48"/>`).join('')}</annotations>`;
    expect((await readLayout('cvat', { ...inFolders, 'annotations.xml': list })).images).toEqual(splits);
  });

  it('in VOC, with the XML beside the images, and with endings in ImageSets', async () => {
    const beside = await readLayout('voc', {
      ...{ 'train/a.jpg': true, 'valid/b.jpg': true, 'test/c.jpg': true },
      ...{ 'train/a.xml': xml('a.jpg'), 'valid/b.xml': xml('b.jpg'), 'test/c.xml': xml('c.jpg', '') },
    });
    expect(beside.images).toEqual({
      'train/a.jpg': scratched('TRAIN'),
      'valid/b.jpg': scratched('VALIDATION'),
      'test/c.jpg': normal('TEST'),
    });
    const listed = await readLayout('voc', {
      ...{ 'JPEGImages/a.jpg': true, 'JPEGImages/b.jpg': true },
      ...{ 'Annotations/a.xml': xml('a.jpg'), 'Annotations/b.xml': xml('b.jpg') },
      ...{ 'ImageSets/Main/train.txt': 'a.jpg\n', 'ImageSets/Main/test.txt': 'b.jpg 1\n' },
    });
    expect(listed.images).toEqual({ 'a.jpg': scratched('TRAIN'), 'b.jpg': scratched('TEST') });
  });

  it.each(['./images/', '/home/somebody/data/set/images/', 'C:\\data\\images\\', 'images/'])(
    'in YOLO, by lists whose lines begin with %s',
    async (before) => {
      const { images } = await readLayout('yolo', {
        'data.yaml': 'path: .\ntrain: train.txt\nval: lists/val.txt\nnames: [scratch]\n',
        ...{ 'train.txt': `${before}a.png\n`, 'lists/val.txt': `${before}b.png`, 'test.txt': `${before}c.png\n` },
        ...{ 'images/a.png': true, 'images/b.png': true, 'images/c.png': true },
        ...{ 'labels/a.txt': line, 'labels/b.txt': line, 'labels/c.txt': line },
      });
      expect(images).toEqual({
        'a.png': scratched('TRAIN'),
        'b.png': scratched('VALIDATION'),
        'c.png': scratched('TEST'),
      });
    },
  );

  it('in YOLO, by the folders of data.yaml', async () => {
    const { images } = await readLayout('yolo', {
      'data.yaml': 'train: ../set/first/images\nval: [D:\\x\\second\\images]\nnames: {0: scratch}\n',
      ...{ 'first/images/a.png': true, 'second/images/b.png': true },
      ...{ 'first/labels/a.txt': line, 'second/labels/b.txt': line },
    });
    expect(images).toEqual({ 'first/a.png': scratched('TRAIN'), 'second/b.png': scratched('VALIDATION') });
  });

  it('and an image in two lists is a problem, a list of strangers a warning', async () => {
    const set: Sketch = { 'classes.txt': 'scratch', 'images/a.png': true, 'labels/a.txt': line };
    const twice = await readLayout('yolo', { ...set, 'train.txt': 'images/a.png', 'val.txt': 'images/a.png' });
    expect(twice.problems).toEqual(['DATASET_LAYOUT_INVALID images/a.png']);
    const strange = await readLayout('yolo', { ...set, 'test.txt': 'images/z.png\n' });
    expect(strange.warnings).toEqual([
      "SPLIT_NOT_APPLIED: 'test.txt' says nothing: none of its 1 images is in the source",
    ]);
  });

  it('and a list that names some strangers says which, as does a list that is not there', async () => {
    const set: Sketch = { 'images/a.png': true, 'images/b.png': true, 'labels/a.txt': line, 'labels/b.txt': line };
    const listed = { ...set, 'classes.txt': 'scratch', 'val.txt': 'images/b.png\nimages/y.png\nimages/z.png\n' };
    const { images, warnings } = await readLayout('yolo', listed);
    expect(images).toEqual({ 'a.png': scratched('TRAIN'), 'b.png': scratched('VALIDATION') });
    expect(warnings).toEqual([
      "SPLIT_NOT_APPLIED: 'val.txt' names 2 of 3 images that are not in the source, or not by one name: images/y.png, images/z.png",
    ]);
    const many = Array.from({ length: 130 }, (_, at) => `images/n${at}.png`).join('\n');
    const [told] = (await readLayout('yolo', { ...listed, 'val.txt': `images/b.png\n${many}` })).warnings;
    expect(told).toContain('130 of 131');
    expect(told).toMatch(/images\/n99\.png … \(130 in all\)$/);
    const described = { ...set, 'data.yaml': 'train: images\nval: lists/mine.txt\nnames: [scratch]\n' };
    expect((await readLayout('yolo', described)).warnings).toEqual([
      "SPLIT_NOT_APPLIED: 'lists/mine.txt' says nothing: the list is not in the source (data.yaml)",
    ]);
  });

  it('and VisA names what its list of splits has more, without the categories left at home', async () => {
    const { images, warnings } = await readLayout('visa', {
      'pcb1/image_anno.csv': 'image,label,mask\npcb1/a.png,normal,\n',
      'pcb1/a.png': true,
      'split_csv/1cls.csv':
        'object,split,image\npcb1,train,pcb1/a.png\npcb1,test,pcb1/gone.png\npcb2,test,pcb2/x.png\n',
    });
    expect(images).toEqual({ 'pcb1/a.png': normal('TRAIN') });
    expect(warnings).toEqual([
      "SPLIT_NOT_APPLIED: 'split_csv/1cls.csv' names 1 of 3 images that are not in the source, or not by one name: pcb1/gone.png",
    ]);
  });

  it('and a folder around everything says nothing unless that is all its name says', async () => {
    const within = async (folder: string) =>
      Object.values(
        (await readLayout('labelme', { [`${folder}/a.png`]: true, [`${folder}/a.json`]: labelme('a.png') })).images,
      );
    expect(await within('strength test 3')).toEqual([normal('TRAIN')]);
    expect(await within('test')).toEqual([normal('TEST')]);
  });

  it('and COCO files of two splits may name two images alike', async () => {
    const { images, problems } = await readLayout('coco', {
      ...{ 'images/train/000.png': true, 'images/val/000.png': true },
      ...{ 'annotations/instances_train.json': coco(['000.png']), 'annotations/instances_val.json': coco(['000.png']) },
    });
    expect(problems).toEqual([]);
    expect(images).toEqual({ 'train/000.png': scratched('TRAIN'), 'val/000.png': scratched('VALIDATION') });
    const years = await readLayout('coco', {
      ...{ 'train2017/000.png': true, 'val2017/000.png': true },
      ...{
        'annotations/instances_train2017.json': coco(['000.png']),
        'annotations/instances_val2017.json': coco(['000.png']),
      },
    });
    expect(years.images).toEqual({
      'train2017/000.png': scratched('TRAIN'),
      'val2017/000.png': scratched('VALIDATION'),
    });
  });

  it('and so may two subsets of CVAT', async () => {
    const list = ['train', 'test'].map((subset) => `<image name="0.png" subset="${subset}" width="64" height="48"/>`);
    const { images, problems } = await readLayout('cvat', {
      ...{ 'images/train/0.png': true, 'images/test/0.png': true },
      'annotations.xml': `<annotations>${list.join('')}</annotations>`,
    });
    expect(problems).toEqual([]);
    expect(images).toEqual({ 'train/0.png': normal('TRAIN'), 'test/0.png': normal('TEST') });
    const beside = `<annotations><image name="0.png" subset="../train" width="64" height="48"/></annotations>`;
    expect((await readLayout('cvat', { 'images/0.png': true, 'annotations.xml': beside })).problems).toEqual([]);
  });
});

describe('names are found as other programs write them', () => {
  const composed = 'Oberfläche_1'.normalize('NFC');
  const decomposed = composed.normalize('NFD');

  it.each([
    ['coco', { [`images/${decomposed}.png`]: true, 'r.json': coco([`images/${composed}.png`]) }],
    ['yolo', { [`images/${decomposed}.png`]: true, [`labels/${composed}.txt`]: line, 'classes.txt': 'scratch' }],
    ['voc', { [`JPEGImages/${decomposed}.png`]: true, [`Annotations/${composed}.xml`]: xml(`${composed}.png`) }],
    ['labelme', { [`${decomposed}.png`]: true, [`${composed}.json`]: labelme(`${composed}.png`, twoCorners) }],
    [
      'labelstudio',
      { [`${decomposed}.png`]: true, 'e.json': [task(`${composed}.png`, percent({ rectanglelabels: ['scratch'] }))] },
    ],
    [
      'cvat',
      {
        [`${decomposed}.png`]: true,
        'a.xml': cvat('<box label="scratch" xtl="20" ytl="10" xbr="32" ybr="16"/>', `${composed}.png`),
      },
    ],
    [
      'manifest',
      {
        [`${decomposed}.png`]: true,
        'manifest.jsonl': {
          file: `${composed}.png`,
          defectType: 'scratch',
          boxes: [{ x: 20, y: 10, width: 12, height: 6 }],
        },
      },
    ],
  ] as [string, Sketch][])('composed or decomposed, in %s', async (format, files) => {
    const { images, problems } = await readLayout(format, files);
    expect(problems).toEqual([]);
    expect(Object.values(images)).toEqual([scratched('TRAIN')]);
  });

  it('in another case when only one fits, and told when two do', async () => {
    const one = await readLayout('coco', { 'images/img_1.png': true, 'r.json': coco(['IMG_1.PNG']) });
    expect(Object.values(one.images)).toEqual([scratched('TRAIN')]);
    const two = await readLayout('coco', { 'a/img_1.png': true, 'b/Img_1.png': true, 'r.json': coco(['IMG_1.PNG']) });
    expect(two.problems).toEqual(['DATASET_LAYOUT_INVALID r.json']);
    expect(two.messages[0]).toContain("may be 'a/img_1.png' or 'b/Img_1.png'");
  });

  it.each([
    ['/data/local-files/?d=line%203/Platte%2001.png', 'line 3/Platte 01.png'],
    ['/data/upload/2/8c3f1a2b-plate_01.png', 'images/plate_01.png'],
    ['/data/upload/2/8c3f1a2b-plate_01.png', '8c3f1a2b-plate_01.png'],
    ['http://localhost:8080/data/upload/2/8c3f1a2b-plate_01.png', 'plate_01.png'],
    ['/data/local-files/?d=home/me/set/plate_01.png', 'set/plate_01.png'],
    ['/data/upload/1/100%25.png', '100%.png'],
  ])('Label Studio: %s is %s', async (written, path) => {
    const files = { [path]: true, 'e.json': [task(written, percent({ rectanglelabels: ['scratch'] }))] } as Sketch;
    const { images, problems } = await readLayout('labelstudio', files);
    expect(problems).toEqual([]);
    expect(Object.values(images)).toEqual([scratched('TRAIN')]);
  });

  it.each(['..\\label\\12.png', '/home/me/12.png', 'D:\\set\\12.png', '../12.png'])(
    'a path of another machine by its last part: %s',
    async (written) => {
      const found = [
        await readLayout('coco', { 'images/12.png': true, 'r.json': coco([written]) }),
        await readLayout('labelme', { 'images/12.png': true, 'other.json': labelme(written, twoCorners) }),
        await readLayout('voc', { 'images/12.png': true, 'other.xml': xml(written) }),
      ];
      for (const { images, problems } of found) {
        expect(problems).toEqual([]);
        expect(Object.values(images)).toEqual([scratched('TRAIN')]);
      }
    },
  );

  it('JSON-MIN of Label Studio is refused with what to do', async () => {
    const min = [{ image: '/data/upload/2/a.png', id: 1, label: [], annotator: 1, annotation_id: 1 }];
    const { messages } = await readLayout('labelstudio', { 'a.png': true, 'e.json': min });
    expect(messages).toEqual([expect.stringMatching(/JSON-MIN export.*export again as JSON$/)]);
  });
});

describe('labels are paired with their images', () => {
  it('by the name the label file tells, when two images have one stem', async () => {
    const labels = labelme('12.jpg', twoCorners);
    const { images } = await readLayout('labelme', { '12.jpg': true, '12.png': true, '12.json': labels });
    expect(images).toEqual({ '12.jpg': scratched('TRAIN'), '12.png': { is: 'TRAIN UNLABELLED' } });
    const voc = await readLayout('voc', { 'a.jpg': true, 'a.png': true, 'a.xml': xml('a.png') });
    expect(voc.images).toEqual({ 'a.png': scratched('TRAIN'), 'a.jpg': { is: 'TRAIN UNLABELLED' } });
  });

  it('and refused by name when nothing tells', async () => {
    const files: Sketch = {
      'images/a.jpg': true,
      'images/a.png': true,
      'labels/a.txt': line,
      'classes.txt': 'scratch',
    };
    const { images, messages } = await readLayout('yolo', files);
    expect(images).toEqual({});
    expect(messages[0]).toContain("'images/a.jpg' and 'images/a.png'");
    const voc = await readLayout('voc', { 'a.jpg': true, 'a.png': true, 'a.xml': xml('') });
    expect(voc.images).toEqual({});
    expect(voc.problems).toEqual(['DATASET_LAYOUT_INVALID a.xml']);
  });

  it.each([
    ['Images/a.png', 'Labels/a.txt'],
    ['train/scratch/a.png', 'train/scratch/label/a.txt'],
    ['img/train/a.png', 'labels/train/a.txt'],
    ['data/a.png', 'annotations/a.txt'],
    ['images/test.png', 'labels/test.txt'],
    ['images/val.png', 'labels/val.txt'],
    ['images/a.b.c.png', 'labels/a.b.c.txt'],
  ])('YOLO: %s with %s', async (image, label) => {
    const { images, problems } = await readLayout('yolo', { 'classes.txt': 'scratch', [image]: true, [label]: line });
    expect(problems).toEqual([]);
    expect(Object.values(images)).toEqual([scratched('TRAIN')]);
  });

  it('YOLO: class names of the YAML that has some, or of classes.txt among the labels', async () => {
    const set: Sketch = { 'images/a.png': true, 'labels/a.txt': line };
    const args = 'task: detect\nmode: train\n';
    const yaml = await readLayout('yolo', { ...set, 'args.yaml': args, 'set.yaml': 'names: [scratch]\n' });
    expect(yaml.images).toEqual({ 'a.png': scratched('TRAIN') });
    const list = await readLayout('yolo', { ...set, 'labels/classes.txt': 'scratch\n' });
    expect(list.images).toEqual({ 'a.png': scratched('TRAIN') });
  });

  it.each(['img_01', '', 'other name.png'])('VOC: by the stem when <filename> is "%s"', async (filename) => {
    const { images, problems } = await readLayout('voc', {
      'images/img_01.png': true,
      'label/img_01.xml': xml(filename),
    });
    expect(problems).toEqual([]);
    expect(Object.values(images)).toEqual([scratched('TRAIN')]);
  });

  it('and an image whose label file is broken is never one without labels', async () => {
    const { images, problems } = await readLayout('labelme', { 'a.png': true, 'a.json': '{' });
    expect(images).toEqual({});
    expect(problems).toEqual(['JSON_INVALID a.json']);
    const voc = await readLayout('voc', { 'a.png': true, 'a.xml': '<annotation>' });
    expect(voc.images).toEqual({});
    expect(voc.problems).toEqual(['DATASET_LAYOUT_INVALID a.xml']);
  });
});

describe('shapes', () => {
  const file = { 'p.png': true, 'images/p.png': true } as const;
  const only = async (format: string, files: Sketch) => {
    const { images, problems, warnings } = await readLayout(format, files);
    expect(problems).toEqual([]);
    return { ...Object.values(images)[0]!, warnings };
  };
  const drawn = (shape: object) => only('labelme', { 'p.png': true, 'p.json': labelme('p.png', shape) });
  const inCvat = (shape: string) => only('cvat', { 'p.png': true, 'annotations.xml': cvat(shape) });
  const inStudio = (...results: object[]) =>
    only('labelstudio', { 'p.png': true, 'e.json': [task('p.png', ...results)] });
  const inCoco = (annotation: object) =>
    only('coco', { 'images/p.png': file['images/p.png'], 'r.json': coco(['p.png'], annotation) });

  it('of four corners are boxes when they are upright, and polygons when they are turned', async () => {
    expect(await drawn({ label: 'scratch', shape_type: 'rectangle', points: corners })).toMatchObject({ boxes: [box] });
    const turned = {
      label: 'scratch',
      shape_type: 'rectangle',
      points: [
        [26, 4],
        [38, 13],
        [26, 22],
        [14, 13],
      ],
    };
    expect((await drawn(turned)).pixels!.around).toEqual([15, 4, 22, 18]);
    expect(await drawn({ label: 'scratch', shape_type: 'rotation', points: corners })).toMatchObject({
      pixels: rectangle,
    });
  });

  it('that are masks of LabelMe are laid on their corner, whichever value marks', async () => {
    // Marked are the last two columns of four rows; LabelMe writes the last pixel as the second corner.
    const crop = (value: number) =>
      greyPng(
        6,
        4,
        Array.from({ length: 24 }, (_, at) => (at % 6 > 3 ? value : 0)),
      );
    const masked = (value: number, points: number[][]) =>
      drawn({ label: 'scratch', shape_type: 'mask', points, mask: crop(value).toString('base64') });
    const marked = { is: 'TRAIN ANOMALOUS scratch', pixels: { count: 8, around: [24, 10, 2, 4] } };
    const place = [
      [20, 10],
      [25, 13],
    ];
    expect(await masked(1, place)).toEqual({ ...marked, warnings: [] });
    expect(await masked(255, place)).toEqual({ ...marked, warnings: [] });
    const atEdge = await masked(1, [
      [59, 46],
      [64, 49],
    ]);
    expect(atEdge).toMatchObject({ pixels: { count: 2, around: [63, 46, 1, 2] } });
    expect(atEdge.warnings[0]).toContain('SHAPE_CLIPPED');
    // Beside a rectangle it counts by its bounds.
    const beside = labelme('p.png', twoCorners, {
      ...{ label: 'scratch', shape_type: 'mask', points: place, mask: crop(1).toString('base64') },
    });
    expect(await only('labelme', { 'p.png': true, 'p.json': beside })).toMatchObject({ boxes: [box, [24, 10, 2, 4]] });
  });

  it.each([
    [
      'a picture of another size',
      [
        [0, 0],
        [30, 30],
      ],
      greyPng(6, 4, new Array(24).fill(1)),
      'MASK_SIZE_MISMATCH',
      '6x4',
    ],
    [
      'far outside',
      [
        [70, 40],
        [75, 43],
      ],
      greyPng(6, 4, new Array(24).fill(1)),
      'MASK_SIZE_MISMATCH',
      '64x48',
    ],
    [
      'no picture',
      [
        [0, 0],
        [5, 3],
      ],
      Buffer.from('<html></html>'),
      'IMAGE_FORMAT_UNSUPPORTED',
      'shape 0',
    ],
    [
      'three corners',
      [
        [0, 0],
        [5, 3],
        [7, 7],
      ],
      greyPng(6, 4, new Array(24).fill(1)),
      'DATASET_LAYOUT_INVALID',
      '3 points',
    ],
  ])('that are masks with %s are problems of their image', async (_name, points, picture, code, told) => {
    const shape = { label: 'scratch', shape_type: 'mask', points, mask: picture.toString('base64') };
    const { images, problems, messages } = await readLayout('labelme', {
      'p.png': true,
      'p.json': labelme('p.png', shape),
    });
    expect([images, problems]).toEqual([{}, [`${code} p.png`]]);
    expect(messages[0]).toContain(told);
  });

  it('that are more bounds than boxes are allowed are told before any is drawn', async () => {
    const mask = { label: 'scratch', shape_type: 'polygon', points: corners };
    const shapes = [twoCorners, ...new Array<object>(1001).fill(mask)];
    const { problems } = await readLayout('labelme', { 'p.png': true, 'p.json': labelme('p.png', ...shapes) });
    expect(problems).toEqual(['TOO_MANY_ANNOTATIONS p.png']);
  });

  it('that are bitmasks of Label Studio are pixels', async () => {
    const data = Array.from({ length: 64 * 48 }, (_, at) => (at < 5 ? 255 : 0));
    const value = { imageDataURL: `data:image/png;base64,${greyPng(64, 48, data).toString('base64')}` };
    const result = { type: 'bitmasklabels', original_width: 64, original_height: 48 };
    const found = await inStudio({ ...result, value: { ...value, bitmasklabels: ['scratch'] } });
    expect(found).toEqual({ is: 'TRAIN ANOMALOUS scratch', pixels: { count: 5, around: [0, 0, 5, 1] }, warnings: [] });
  });

  it('that are boxes turned clockwise become polygons, around their middle or their corner', async () => {
    const turned = { is: 'TRAIN ANOMALOUS scratch', pixels: { count: 144, around: [30, 4, 4, 36] } };
    expect(await inCoco({ bbox: [14, 20, 36, 4], segmentation: [], attributes: { rotation: 90 } })).toMatchObject(
      turned,
    );
    expect(await inCvat('<box label="scratch" xtl="14" ytl="20" xbr="50" ybr="24" rotation="90"/>')).toMatchObject(
      turned,
    );
    const corner = percent({ rectanglelabels: ['scratch'], rotation: 90 });
    expect(await inStudio(corner)).toMatchObject({ pixels: { count: 72, around: [14, 10, 6, 12] } });
  });

  it('turned by what rounding left of nothing stay boxes', async () => {
    expect(await inStudio(percent({ rectanglelabels: ['scratch'], rotation: 359.99999999 }))).toMatchObject({
      boxes: [box],
    });
    expect(await inCvat('<box label="scratch" xtl="20" ytl="10" xbr="32" ybr="16" rotation="360"/>')).toMatchObject({
      boxes: [box],
    });
    expect(await inCoco({ bbox: box, attributes: { rotation: 0 } })).toMatchObject({ boxes: [box] });
  });

  it('that are circles and ellipses become polygons', async () => {
    const circle = await drawn({
      label: 'pit',
      shape_type: 'circle',
      points: [
        [20, 10],
        [24, 10],
      ],
    });
    expect(circle.pixels!.around).toEqual([16, 6, 8, 8]);
    expect(Math.abs(circle.pixels!.count - Math.PI * 16)).toBeLessThan(3);
    const ellipse = await inCvat('<ellipse label="pit" cx="26" cy="13" rx="6" ry="3"/>');
    expect(ellipse.pixels).toMatchObject({ around: [20, 10, 12, 6] });
    const standing = await inCvat('<ellipse label="pit" cx="26" cy="13" rx="6" ry="3" rotation="90"/>');
    expect(standing.pixels).toMatchObject({ around: [23, 7, 6, 12] });
    const studio = percent(
      { x: 40.625, y: 27.08333, radiusX: 9.375, radiusY: 6.25, ellipselabels: ['pit'] },
      'ellipselabels',
    );
    expect((await inStudio(studio)).pixels).toMatchObject({ around: [20, 10, 12, 6] });
  });

  it('at the edge are cut off there when they are turned', async () => {
    const { pixels } = await inCvat('<ellipse label="pit" cx="1" cy="1" rx="6" ry="6"/>');
    expect(pixels!.around).toEqual([0, 0, 7, 7]);
  });

  it.each([
    ['labelme', { 'p.png': true, 'p.json': labelme('p.png', { ...twoCorners, shape_type: 'line' }) }, 'is a line'],
    [
      'labelme',
      { 'p.png': true, 'p.json': labelme('p.png', { label: 'scratch', shape_type: 'point', points: [[1, 1]] }) },
      'is a point',
    ],
    ['cvat', { 'p.png': true, 'a.xml': cvat('<polyline label="scratch" points="20,10;32,16"/>') }, 'the polyline'],
    ['cvat', { 'p.png': true, 'a.xml': cvat('<points label="scratch" points="20,10"/>') }, 'the points'],
    [
      'labelstudio',
      {
        'p.png': true,
        'e.json': [
          task('p.png', { type: 'keypointlabels', value: { x: 1, y: 1, width: 1, keypointlabels: ['scratch'] } }),
        ],
      },
      "'keypointlabels'",
    ],
    ['coco', { 'images/p.png': true, 'r.json': coco(['p.png'], {}) }, 'neither bbox nor segmentation'],
  ] as [string, Sketch, string][])(
    'without area are left out with a warning, and the image stays anomalous: %s, %#',
    async (format, files, text) => {
      const { is, boxes, pixels, warnings } = await only(format, files);
      expect([is, boxes, pixels]).toEqual(['TRAIN ANOMALOUS scratch', undefined, undefined]);
      expect(warnings).toEqual([expect.stringMatching(/^SHAPE_LEFT_OUT: /)]);
      expect(warnings[0]).toContain(text);
    },
  );

  it('of which a part is odd keep the rest', async () => {
    expect(await inCoco({ bbox: box, segmentation: [[]] })).toEqual({ ...scratched('TRAIN'), warnings: [] });
    expect(await inCoco({ segmentation: [[], corners.flat()] })).toMatchObject({ pixels: rectangle });
    expect(await inCoco({ bbox: [50.4, 10, 13.600000000000009, 6] })).toMatchObject({
      boxes: [[50.4, 10, 13.6, 6]],
      warnings: [],
    });
    const nan = JSON.stringify(coco(['p.png'], { bbox: box, area: 'NAN' })).replace('"NAN"', 'NaN');
    expect(await only('coco', { 'images/p.png': true, 'r.json': nan })).toMatchObject(scratched('TRAIN'));
  });

  it('NaN for a coordinate is told, not taken for 0', async () => {
    const nan = JSON.stringify(coco(['p.png'], { bbox: [20, 10, 'NAN', 6] })).replace('"NAN"', 'NaN');
    const { problems } = await readLayout('coco', { 'images/p.png': true, 'r.json': nan });
    expect(problems).toEqual(['BOX_INVALID_NUMBER p.png']);
  });

  it('without extent are left out with a warning, beside others and alone', async () => {
    const two = { ...(coco(['p.png']) as { annotations: object[] }) };
    two.annotations = [...two.annotations, { id: 9, image_id: 0, category_id: 1, bbox: [5, 5, 0, 0] }];
    const beside = await only('coco', { 'images/p.png': true, 'r.json': two });
    expect(beside).toMatchObject({
      ...scratched('TRAIN'),
      warnings: [expect.stringMatching(/^SHAPE_LEFT_OUT: annotation 9/)],
    });
    const alone = await only('yolo', {
      'classes.txt': 'scratch',
      'images/p.png': true,
      'labels/p.txt': '0 0.5 0.5 0 0',
    });
    expect(alone).toEqual({
      is: 'TRAIN ANOMALOUS scratch',
      warnings: [expect.stringMatching(/^SHAPE_LEFT_OUT: line 1/)],
    });
  });

  it('that reach over the edge a little are cut off with a warning, and refused when it is much', async () => {
    const over = await inStudio(percent({ x: 90, width: 12, rectanglelabels: ['scratch'] }));
    expect(over.boxes).toEqual([[57.6, 10, 6.4, 6]]);
    expect(over.warnings).toEqual([expect.stringMatching(/^SHAPE_CLIPPED: /)]);
    const points = [
      [90, 20],
      [102, 20],
      [102, 40],
      [90, 40],
    ];
    const polygon = await inStudio(percent({ points, polygonlabels: ['scratch'] }, 'polygonlabels'));
    expect(polygon.pixels!.around[0]).toBe(58);
    expect(polygon.warnings).toEqual([expect.stringMatching(/^SHAPE_CLIPPED: /)]);
    const much = [task('p.png', percent({ x: 90, width: 20, rectanglelabels: ['scratch'] }))];
    expect((await readLayout('labelstudio', { 'p.png': true, 'e.json': much })).problems).toEqual([
      'BOX_OUT_OF_BOUNDS p.png',
    ]);
  });

  it('in Label Studio have their class in a result of the same id, and sides in any direction', async () => {
    const id = { id: 'r1' };
    const shape = percent({}, 'rectangle', id);
    expect(await inStudio(shape, percent({ labels: ['scratch'] }, 'labels', id))).toMatchObject(scratched('TRAIN'));
    expect(await inStudio(shape, { type: 'choices', ...id, value: { choices: ['scratch'] } })).toMatchObject(
      scratched('TRAIN'),
    );
    const backwards = percent({ x: 50, y: 33.3333, width: -18.75, height: -12.5, rectanglelabels: ['scratch'] });
    expect(await inStudio(backwards)).toMatchObject(scratched('TRAIN'));
  });

  it('VOC of rotated boxes, as some programs add them', async () => {
    const turned = '<robndbox><cx>32</cx><cy>22</cy><w>36</w><h>4</h><angle>1.5707963</angle></robndbox>';
    const objects = `<object><type>robndbox</type><name>scratch</name>${turned}</object>`;
    expect(await only('voc', { 'p.png': true, 'p.xml': xml('p.png', objects) })).toMatchObject({
      pixels: { around: [30, 4, 4, 36] },
    });
  });
});

describe('classes that mean normal', () => {
  const set: Sketch = {
    'data.yaml': 'names: [good, bad]',
    ...{ 'images/a.png': true, 'images/b.png': true, 'images/c.png': true },
    ...{
      'labels/a.txt': '0 0.5 0.5 0.9 0.9',
      'labels/b.txt': `1${line.slice(1)}\n0 0.5 0.5 0.9 0.9`,
      'labels/c.txt': '',
    },
  };

  it('mark nothing, and are told', async () => {
    const { images, met } = await readLayout('yolo', set);
    expect(images).toEqual({
      'a.png': normal('TRAIN'),
      'b.png': { is: 'TRAIN ANOMALOUS bad', boxes: [box] },
      'c.png': normal('TRAIN'),
    });
    expect(met).toEqual(['good']);
  });

  it('can be given', async () => {
    const { images } = await readLayout('yolo', set, ['Bad']);
    expect(images['a.png']).toMatchObject({ is: 'TRAIN ANOMALOUS good' });
    expect(images['b.png']).toMatchObject({ is: 'TRAIN ANOMALOUS good' });
  });

  it.each(['OK', 'defect-free', 'Defect_Free', 'no defects', 'NORMAL'])('%s is one', async (label) => {
    const shape = { ...twoCorners, label };
    expect((await readLayout('labelme', { 'a.png': true, 'a.json': labelme('a.png', shape) })).images).toEqual({
      'a.png': normal('TRAIN'),
    });
  });

  it.each(['not ok', 'abnormal', 'nok', 'goodyear print', 'ok button missing', 'normal wear'])(
    '%s is none',
    async (label) => {
      const shape = { ...twoCorners, label };
      const { images } = await readLayout('labelme', { 'a.png': true, 'a.json': labelme('a.png', shape) });
      expect(images['a.png']!.is).toBe(`TRAIN ANOMALOUS ${label}`);
    },
  );
});

describe('other JSON files beside COCO', () => {
  it('are left out with a word', async () => {
    const { images, warnings, problems } = await readLayout('coco', {
      'images/000.png': true,
      'annotations/instances_default.json': coco(['000.png']),
      'annotations/person_keypoints_default.json': { ...coco(['000.png']), annotations: [] },
      'settings.json': { version: 3 },
    });
    expect(problems).toEqual([]);
    expect(images).toEqual({ '000.png': scratched('TRAIN') });
    expect(warnings).toEqual([
      expect.stringMatching(/^FILE_LEFT_OUT: 'annotations\/person_keypoints_default.json'/),
      expect.stringMatching(/^FILE_LEFT_OUT: 'settings.json'/),
    ]);
  });
});

describe('lists from spreadsheets', () => {
  const files = { 'images/a b.png': true, 'images/c.png': true } as const;
  const expected = { 'images/a b.png': normal('TRAIN'), 'images/c.png': { is: 'TEST ANOMALOUS' } };

  it.each([
    [
      'empty rows at the end',
      '\ufefffile,split,label\r\nimages/a b.png,TRAIN,NORMAL\r\nimages/c.png,TEST,ANOMALOUS\r\n,,\r\n,,\r\n',
    ],
    ['lower case', 'file,split,label\nimages/a b.png,train,normal\nimages/c.png,test,anomalous\n'],
    ['semicolons', '\ufefffile;split;label\nimages/a b.png;TRAIN;NORMAL\nimages/c.png;TEST;ANOMALOUS\n'],
    ['tabs', 'file\tsplit\tlabel\nimages/a b.png\tTRAIN\tNORMAL\nimages/c.png\tTEST\tANOMALOUS\n'],
    ['blanks around cells', 'File , Split , Label\n images/a b.png , Train , Normal\nimages/c.png, test ,anomalous \n'],
    ['empty columns at the end', 'file,split,label,,\nimages/a b.png,TRAIN,NORMAL,,\nimages/c.png,TEST,ANOMALOUS,,\n'],
    ['everyday words', 'file,split,label\nimages/a b.png,training,good\nimages/c.png,testing,defect\n'],
    ['backslashes', 'file,split,label\nimages\\a b.png,TRAIN,NORMAL\nimages\\c.png,TEST,ANOMALOUS\n'],
  ])('with %s are read', async (_, text) => {
    const { images, problems } = await readLayout('manifest', { ...files, 'manifest.csv': text });
    expect(problems).toEqual([]);
    expect(images).toEqual(expected);
  });

  it('whose masks are not there keep the label, with a warning', async () => {
    const text = 'file,label,mask\nimages/a b.png,NORMAL,\nimages/c.png,ANOMALOUS,masks/c.png\n';
    const { images, warnings } = await readLayout('manifest', { ...files, 'manifest.csv': text });
    expect(images['images/c.png']).toEqual({ is: 'TRAIN ANOMALOUS' });
    expect(warnings).toEqual([
      expect.stringMatching(/^MASK_NOT_FOUND: 'manifest.csv', line 3: the mask 'masks\/c.png'/),
    ]);
    const alone = await readLayout('manifest', { ...files, 'manifest.csv': 'file,mask\nimages/c.png,masks/c.png\n' });
    expect(alone.problems).toEqual(['DATASET_LAYOUT_INVALID manifest.csv']);
  });
});

describe('files that fit together in part', () => {
  it('never give labels of one folder to the image of another', async () => {
    const two = { 'cam2/000.png': true, 'r.json': coco(['cam1/000.png', 'cam2/000.png']) } as const;
    const { images, problems, messages } = await readLayout('coco', two);
    expect(images).toEqual({ 'cam2/000.png': scratched('TRAIN') });
    expect(problems).toEqual(['DATASET_LAYOUT_INVALID r.json']);
    expect(messages[0]).toContain("names 'cam1/000.png', which is not in the source");
  });

  it('find names that begin with folders which are not there', async () => {
    const { images, problems } = await readLayout('coco', {
      'images/a.png': true,
      'r.json': coco(['set/line 3/a.png']),
    });
    expect(problems).toEqual([]);
    expect(Object.values(images)).toEqual([scratched('TRAIN')]);
  });

  it('CVAT: an image without shapes is normal, one whose file is missing a problem of its own', async () => {
    const list =
      '<annotations><image name="a.png" width="64" height="48"/><image name="b.png" width="64" height="48"/></annotations>';
    const { images, problems } = await readLayout('cvat', { 'images/a.png': true, 'annotations.xml': list });
    expect(images).toEqual({ 'a.png': normal('TRAIN') });
    expect(problems).toEqual(['DATASET_LAYOUT_INVALID annotations.xml']);
  });

  it('LabelMe: a ticked flag of an image without shapes is what it shows', async () => {
    const flagged = (flags: object) => ({ ...labelme('p.png'), flags });
    const read = (flags: object) => readLayout('labelme', { 'p.png': true, 'p.json': flagged(flags) });
    const bad = await read({ bad: true, cut: false });
    expect(bad.images).toEqual({ 'p.png': { is: 'TRAIN ANOMALOUS bad' } });
    expect(bad.warnings).toEqual([expect.stringContaining("SHAPE_LEFT_OUT: the flag 'bad' of 'p.json'")]);
    for (const flags of [{ good: true }, { bad: false }]) {
      expect(await read(flags)).toMatchObject({ images: { 'p.png': normal('TRAIN') }, warnings: [] });
    }
  });

  it('YOLO: key points behind a box are no corners', async () => {
    const { images } = await readLayout('yolo', {
      'data.yaml': 'names: [scratch]\nkpt_shape: [3, 2]\n',
      ...{ 'images/p.png': true, 'labels/p.txt': `${line} 0.1 0.1 0.9 0.1 0.9 0.9` },
    });
    expect(images).toEqual({ 'p.png': scratched('TRAIN') });
  });

  it('YOLO: predictions with a sixth value, lines of Windows, a byte order mark, a class by its number in a map', async () => {
    const { images, problems } = await readLayout('yolo', {
      'data.yaml': 'names:\n  3: scratch\n',
      'images/a.png': true,
      'labels/a.txt': `\ufeff3${line.slice(1)} 0.91\r\n\r\n`,
    });
    expect(problems).toEqual([]);
    expect(images).toEqual({ 'a.png': scratched('TRAIN') });
  });

  it('Label Studio: tasks of older releases, skipped ones, and shapes without a class', async () => {
    const old = { data: { image: 'a.png' }, completions: [{ result: [percent({}, 'rectangle')] }] };
    const skipped = { data: { image: 'b.png' }, annotations: [{ was_cancelled: true, result: [] }] };
    const { images, problems } = await readLayout('labelstudio', {
      'a.png': true,
      'b.png': true,
      'e.json': [old, skipped],
    });
    expect(problems).toEqual([]);
    expect(images).toEqual({ 'a.png': { is: 'TRAIN ANOMALOUS', boxes: [box] }, 'b.png': { is: 'TRAIN UNLABELLED' } });
  });
});

describe('masks of public layouts', () => {
  const empty = greyPng(64, 48, new Array(64 * 48).fill(0));
  const marking = greyPng(64, 48, new Array(64 * 48).fill(0).fill(255, 0, 5));
  const pixels = { count: 5, around: [0, 0, 5, 1] };

  it.each<[string, Sketch, string[], string[]]>([
    [
      'mvtec',
      {
        'train/good/0.png': true,
        'test/dent/1.png': true,
        'ground_truth/dent/1_mask.png': marking,
        'ground_truth/dent/2_mask.png': marking,
        'ground_truth/dent/3.png': marking,
        'ground_truth/dent/4.x/0.png': marking,
      },
      ['train/good/0.png', 'test/dent/1.png'],
      ['ground_truth/dent/3.png', 'ground_truth/dent/2_mask.png', 'ground_truth/dent/4.x'],
    ],
    [
      'btad',
      {
        'train/ok/0.png': true,
        'test/ko/1.png': true,
        'ground_truth/ko/1.png': marking,
        'ground_truth/ko/2.png': marking,
      },
      ['train/ok/0.png', 'test/ko/1.png'],
      ['ground_truth/ko/2.png'],
    ],
    [
      'kolektorsdd2',
      { 'train/0.png': true, 'train/0_GT.png': empty, 'train/1.png': true, 'test/2_GT.png': marking },
      ['train/0.png'],
      ['train/1.png', 'test/2_GT.png'],
    ],
  ])('%s: a mask without image is a problem of its own', async (format, sketch, images, wrong) => {
    const read = await readLayout(format, sketch);
    expect(Object.keys(read.images).sort()).toEqual(images.sort());
    expect(read.ofLayout).toEqual([]);
    expect(read.problems.sort()).toEqual(wrong.map((item) => `DATASET_LAYOUT_INVALID ${item}`).sort());
  });

  it.each<[string, Sketch, string]>([
    [
      'mvtec',
      { 'train/good/0.png': true, 'test/good/1.png': true, 'ground_truth/good/1_mask.png': marking },
      'train/good/0.png',
    ],
    ['btad', { 'train/ok/0.png': true, 'test/ok/1.png': true, 'ground_truth/ok/1.png': marking }, 'train/ok/0.png'],
    [
      'visa',
      {
        'a/image_anno.csv': 'image,label,mask\na/0.png,normal,\na/1.png,normal,a/m.png\n',
        'a/0.png': true,
        'a/1.png': true,
        'a/m.png': marking,
      },
      'a/0.png',
    ],
  ])('%s: a mask that marks something in a normal image contradicts it, and no other', async (format, sketch, left) => {
    const read = await readLayout(format, sketch);
    expect(Object.keys(read.images)).toEqual([left]);
    expect(read.ofLayout).toEqual([]);
    expect(read.problems.map((one) => one.split(' ')[0])).toEqual(['LABEL_CONTRADICTION']);
  });

  it.each<[string, Sketch]>([
    [
      'mvtec',
      {
        'train/good/0.png': true,
        'test/dent/1.png': true,
        'ground_truth/dent/1_mask.png': marking,
        'ground_truth/dent/1_mask.bmp': marking,
      },
    ],
    [
      'btad',
      {
        'train/ok/0.png': true,
        'test/ko/1.png': true,
        'ground_truth/ko/1.png': marking,
        'ground_truth/ko/1.bmp': marking,
      },
    ],
    [
      'kolektorsdd2',
      {
        'train/0.png': true,
        'train/0_GT.png': empty,
        'train/1.png': true,
        'train/1_GT.png': marking,
        'train/1_GT.bmp': marking,
      },
    ],
    ['folders', { 'good/0.png': true, 'dent/1.png': true, 'masks/dent/1.png': marking, 'masks/dent/1.bmp': marking }],
    [
      'mvtec',
      {
        'train/good/0.png': true,
        'test/dent/1.png': true,
        'test/dent/1.jpg': true,
        'ground_truth/dent/1_mask.png': marking,
      },
    ],
    [
      'kolektorsdd2',
      {
        'train/0.png': true,
        'train/0_GT.png': empty,
        'test/1.png': true,
        'test/1.jpg': true,
        'test/1_GT.png': marking,
      },
    ],
  ])('%s: of two masks, or two images, none is taken by chance', async (format, sketch) => {
    const { images, problems } = await readLayout(format, sketch);
    expect(Object.keys(images)).toHaveLength(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('MASK_AMBIGUOUS');
  });

  it('of VisA that are missing, or in no split, are told with their line, and the rest is read', async () => {
    const read = await readLayout('visa', {
      'a/image_anno.csv': 'image,label,mask\na/0.png,normal,\na/1.png,bent,a/gone.png\na/2.png,bent,a/m.png\n',
      ...{ 'a/0.png': true, 'a/1.png': true, 'a/2.png': true, 'a/m.png': marking },
      'split_csv/1cls.csv': 'object,split,image\na,train,a/0.png\na,probe,a/1.png\na,test,a/2.png\n',
    });
    expect(read.images).toEqual({ 'a/0.png': normal('TRAIN'), 'a/2.png': { is: 'TEST ANOMALOUS bent', pixels } });
    expect(read.ofLayout).toEqual([]);
    expect(read.messages.join()).toMatch(/line 3.*probe|probe.*line 3/);
  });
});

describe('files that are not what they should be, beside others that are,', () => {
  const lists = 'image,label,mask\n';
  const empty = '<annotations></annotations>';
  it.each<[string, Sketch, string[], string]>([
    ['coco', { 'a.json': coco(['a.png']), 'b.json': '{' }, ['a.png'], 'JSON_INVALID b.json'],
    [
      'coco',
      { 'a.json': coco(['a.png']), 'b.json': { ...coco(['b.png']), annotations: 3 } },
      ['a.png'],
      'COCO_SCHEMA_INVALID b.json',
    ],
    [
      'coco',
      { 'a.json': coco(['a.png']), 'b.json': coco(['b.png'], { category_id: 7 }) },
      ['a.png'],
      'COCO_REFERENCE_MISSING b.json',
    ],
    ['labelstudio', { 'a.json': [task('a.png')], 'b.json': [{ data: 3 }] }, ['a.png'], 'DATASET_LAYOUT_INVALID b.json'],
    [
      'cvat',
      { 'a.xml': cvat('', 'a.png'), 'b.xml': cvat('<track/>', 'b.png') },
      ['a.png'],
      'DATASET_LAYOUT_INVALID b.xml',
    ],
    [
      'cvat',
      { 'a.xml': cvat('', 'a.png'), 'b.xml': cvat('', 'b.png').replace('</annotations>', '') },
      ['a.png'],
      'DATASET_LAYOUT_INVALID b.xml',
    ],
    [
      'cvat',
      { 'a.xml': cvat('', 'a.png'), 'b.xml': empty.replaceAll('annotations', 'other') },
      ['a.png'],
      'DATASET_LAYOUT_INVALID b.xml',
    ],
    [
      'visa',
      { 'a/image_anno.csv': `${lists}a/a.png,normal,\n`, 'b/image_anno.csv': 'image,label\nb/b.png,normal\n' },
      ['a/a.png'],
      'DATASET_LAYOUT_INVALID b/image_anno.csv',
    ],
    ['mvtec', { 'train/good/a.png': true, 'extra/b.png': true }, ['train/good/a.png'], 'DATASET_LAYOUT_INVALID extra'],
  ])('are left out whole in %s', async (format, sketch, names, problem) => {
    const pictures = { 'a.png': true, 'b.png': true, 'a/a.png': true, 'b/b.png': true } as const;
    const used = Object.entries(pictures).filter(([path]) => path.includes('/') === (format === 'visa'));
    const read = await readLayout(format, { ...(format !== 'mvtec' && Object.fromEntries(used)), ...sketch });
    expect(Object.keys(read.images)).toEqual(names);
    expect(read.ofLayout).toEqual([]);
    expect(read.problems).toEqual([problem]);
  });

  it('and break the layout when none is', async () => {
    const { ofLayout } = await readLayout('coco', { 'a.png': true, 'a.json': '{', 'b.json': '{' });
    expect(ofLayout).toEqual(['JSON_INVALID a.json', 'JSON_INVALID b.json']);
  });

  it('and break it when what is left lists the images for something else', async () => {
    const { ofLayout } = await readLayout('coco', {
      ...{ 'a.png': true, 'instances_a.json': '{', 'captions_a.json': { ...coco(['a.png']), annotations: [] } },
    });
    expect(ofLayout).toEqual(['JSON_INVALID instances_a.json']);
  });
});
