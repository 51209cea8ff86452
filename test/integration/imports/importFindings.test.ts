import { describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { image, imported, refused } from './annotationFiles.js';
import { useImports, type Files } from './importSetting.js';

const setting = useImports();

const text = (content: string) => Buffer.from(content);

/** A YOLO set of three images, one of them normal, whose labels the caller changes. */
async function yolo(labels: Record<string, string>): Promise<Files> {
  return {
    'classes.txt': text('scratch\n'),
    ...{ 'images/a.png': await image(1), 'images/b.png': await image(2), 'images/c.png': await image(3) },
    ...Object.fromEntries(Object.entries(labels).map(([name, content]) => [`labels/${name}.txt`, text(content)])),
  };
}

const good = { a: '', b: '0 0.5 0.5 0.25 0.25', c: '' };

describe('an import says what it understood', () => {
  it('names for normal, files that were not used, and why', async () => {
    const { row, logs } = await imported(setting, 'folders', {
      ...{ 'OK/a.png': await image(1), 'scratch/b.png': await image(2) },
      ...{ 'a.xml': text('<a/>'), 'readme.txt': text('x'), 'Thumbs.db': text('x') },
    });
    expect(row.summary).toMatchObject({ normalNames: ['OK'], counts: { normal: 1, anomalous: 1 } });
    expect(row.summary!.leftOut).toEqual([
      { reason: 'files that may hold labels, and that the layout has no use for', files: 1, examples: ['a.xml'] },
      { reason: 'files of another kind', files: 1, examples: ['readme.txt'] },
      {
        reason: 'hidden, thumbnails, or left behind by operating systems and programs',
        files: 1,
        examples: ['Thumbs.db'],
      },
    ]);
    expect(logs).toContain('INFO taken for normal: OK');
    expect(logs).toContain('INFO 2 images: 1 normal, 1 anomalous, 0 unlabelled');
    expect(row.warnings).toMatchObject([{ code: 'FILE_LEFT_OUT' }]);
    expect(row.totalWarnings).toBe(1);
  });

  it('also when it fails', async () => {
    const row = await refused(setting, 'yolo', await yolo({ ...good, c: '0 0.5 0.5 3 3' }));
    expect(row.summary).toMatchObject({ counts: { images: 2, normal: 1, anomalous: 1 } });
  });
});

describe('an import warns', () => {
  it('when no image is normal, or none to train on', async () => {
    const only = await imported(setting, 'folders', { 'dent/a.png': await image(1) });
    expect(only.told[0]).toBe(
      'NORMAL_IMAGES_MISSING: none of the 1 images is NORMAL; what normal surfaces look like is learned from NORMAL images in TRAIN',
    );
    const tested = await imported(setting, 'folders', { 'test/good/a.png': await image(1) });
    expect(tested.told[0]).toContain('no NORMAL image is in TRAIN');
  });

  it('of images without labels beside others that have some', async () => {
    const { told } = await imported(setting, 'yolo', await yolo({ a: '', b: '' }));
    expect(told).toEqual(["LABEL_MISSING: 1 of 3 images have no labels and are UNLABELLED: 'c.png'"]);
  });

  it('of the same bytes twice, in the source and with what is there already', async () => {
    const files = { 'good/a.png': await image(1), 'good/b.png': await image(1) };
    const { told, dataset } = await imported(setting, 'folders', files);
    expect(told).toEqual([
      "IMAGE_DUPLICATE: 'good/b.png' holds the same bytes as 'good/a.png', which is in TRAIN as well",
    ]);
    const path = await setting.folder({ 'x/good/c.png': await image(1) });
    const { row } = await setting.import({ datasetId: dataset.id, format: 'folders', path });
    expect(row.warnings).toMatchObject([{ code: 'IMAGE_DUPLICATE' }]);
  });
});

describe('pictures in a format that is not read', () => {
  it('are a warning beside others, and named where there is nothing else', async () => {
    const phone = { 'good/IMG_1.HEIC': Buffer.from('x'), 'good/IMG_2.heic': Buffer.from('y') };
    const { told, images } = await imported(setting, 'folders', { 'good/a.png': await image(1), ...phone });
    expect(Object.keys(images)).toEqual(['good/a.png']);
    expect(told).toEqual([
      'FILE_LEFT_OUT: 2 files were left out, pictures in a format that is not read; PNG, JPEG, WebP, TIFF and BMP are: good/IMG_1.HEIC, good/IMG_2.heic',
    ]);
    const { problems } = await refused(setting, 'folders', phone);
    expect(problems).toMatchObject([{ code: 'DATASET_LAYOUT_INVALID' }]);
    expect(problems[0]!.message).toContain('2 pictures in a format that is not read');
  });
});

describe('onProblem', () => {
  it('REFUSE names the choice, and imports nothing', async () => {
    const { problems } = await refused(setting, 'yolo', await yolo({ ...good, b: '0 0.5 0.5 3 3' }));
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(
      /\. onProblem: SKIP \(--on-problem skip\) leaves out what is wrong and imports the rest$/,
    );
  });

  it('SKIP leaves out whole images whose pixels or labels are wrong, and lists them', async () => {
    const files = await yolo({ ...good, b: '0 0.5 0.5 0.1 0.1\n7 0.5 0.5 0.1 0.1' });
    files['images/d.png'] = Buffer.alloc(0);
    const { images, row, logs } = await imported(setting, 'yolo', files, { onProblem: 'SKIP' });
    expect(Object.keys(images)).toEqual(['a.png', 'c.png']);
    expect(row.skipped.map(({ code, item }) => [code, item])).toEqual([
      ['DATASET_LAYOUT_INVALID', 'labels/b.txt'],
      ['IMAGE_EMPTY', 'd.png'],
    ]);
    expect(row).toMatchObject({ totalSkipped: 2, problems: [], totalProblems: 0, imagesImported: 2 });
    expect(logs.filter((line) => line.startsWith('WARN skipped '))).toHaveLength(2);
  });

  it('SKIP lists at most a hundred, and how many there are', async () => {
    const names = Array.from({ length: 130 }, (_, at) => `broken-${String(at).padStart(3, '0')}`);
    const files = Object.fromEntries(names.map((name) => [`images/${name}.png`, Buffer.alloc(0)]));
    const { row } = await imported(setting, 'yolo', { ...(await yolo(good)), ...files }, { onProblem: 'SKIP' });
    expect(row.skipped).toHaveLength(100);
    expect(row).toMatchObject({ totalSkipped: 130, imagesImported: 3 });
  });

  it('SKIP imports no label without its image', async () => {
    const files = { ...(await yolo(good)), 'labels/stray.txt': text('0 0.5 0.5 0.25 0.25') };
    const { row, images } = await imported(setting, 'yolo', files, { onProblem: 'SKIP' });
    expect(Object.keys(images)).toEqual(['a.png', 'b.png', 'c.png']);
    expect(row.skipped).toMatchObject([{ code: 'DATASET_LAYOUT_INVALID', item: 'labels/stray.txt' }]);
  });

  it('SKIP leaves out folders that are no part of the layout', async () => {
    const files = { 'train/good/a.png': await image(1), 'extra/b.png': await image(2) };
    const { row, images } = await imported(setting, 'mvtec', files, { onProblem: 'SKIP' });
    expect(Object.keys(images)).toEqual(['train/good/a.png']);
    expect(row.skipped).toMatchObject([{ code: 'DATASET_LAYOUT_INVALID', item: 'extra' }]);
  });

  it('SKIP refuses a broken layout, and an import of which nothing would be left', async () => {
    const attempt = async (format: string, files: Files) => {
      const { id } = await setting.dataset();
      const path = await setting.folder(files);
      return setting.import({ datasetId: id, format, path, onProblem: 'SKIP' });
    };
    const broken = await attempt('coco', { 'a.png': await image(1), 'a.json': text('{') });
    expect(broken.job.failure).toMatchObject({ code: 'JSON_INVALID' });
    const nothing = await attempt('folders', { 'good/a.png': Buffer.alloc(0) });
    expect(nothing.job.failure).toMatchObject({ code: 'IMAGE_EMPTY' });
    expect(nothing.row).toMatchObject({ totalSkipped: 0, totalProblems: 1 });
  });

  it('is a choice of two', async () => {
    const many = Array.from({ length: 101 }, (_, at) => `ok ${at}`);
    const { id } = await setting.dataset();
    const started = setting.imports.start(everything, { datasetId: id, format: 'coco', path: '.', normalNames: many });
    await expect(started).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('names for normal', () => {
  it('can be given, and then the usual ones mean nothing', async () => {
    const files = { 'Blank_Part/a.png': await image(1), 'good/b.png': await image(2) };
    const { images } = await imported(setting, 'folders', files, { normalNames: ['blank-part'] });
    expect(images['Blank_Part/a.png']).toMatchObject({ label: 'NORMAL' });
    expect(images['good/b.png']).toMatchObject({ label: 'ANOMALOUS', defectType: 'good' });
  });
});
