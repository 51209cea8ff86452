import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { greyPng, palettePng, picture, texture } from '../../unit/files/imageBytes.js';
import { imported, image, json, refused } from './annotationFiles.js';
import { category, mask, useImports, zipped } from './importSetting.js';

const setting = useImports();

/** 64 x 48 pixels as stored, with an EXIF orientation. */
const turned = (orientation: number) => picture(64, 48, 3).withMetadata({ orientation }).jpeg().toBuffer();

function coco(size: { width: number; height: number }, bbox: number[]): Buffer {
  return json({
    images: [{ id: 1, file_name: 'p.jpg', ...size }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox }],
    categories: [{ id: 1, name: 'scratch' }],
  });
}

describe('labels beside an image that its EXIF orientation turns', () => {
  it('are those of the upright picture, with a warning where sizes cannot tell', async () => {
    const files = { 'p.jpg': await turned(3), 'a.json': coco({ width: 64, height: 48 }, [20, 10, 12, 6]) };
    const { images, logs } = await imported(setting, 'coco', files);
    expect(images['p.jpg']!.boxes).toMatchObject([{ x: 20, y: 10, width: 12, height: 6 }]);
    expect(logs).toContainEqual(expect.stringMatching(/^WARN IMAGE_ORIENTATION: 'p.jpg' has the EXIF orientation 3/));
  });

  it('fit the turned sides without a word', async () => {
    const files = { 'p.jpg': await turned(6), 'a.json': coco({ width: 48, height: 64 }, [20, 50, 12, 6]) };
    const { images, logs, dataset } = await imported(setting, 'coco', files);
    expect(images['p.jpg']!.boxes).toMatchObject([{ x: 20, y: 50, width: 12, height: 6 }]);
    expect(logs.join()).not.toContain('EXIF');
    const [row] = (await setting.images.page(everything, dataset.id, {}, { first: 1 })).nodes;
    expect(row).toMatchObject({ width: 48, height: 64, upright: true, sampleBits: 8 });
  });

  it('of the unturned size are refused, naming EXIF, be they boxes or a mask', async () => {
    const files = { 'p.jpg': await turned(6), 'a.json': coco({ width: 64, height: 48 }, [20, 10, 12, 6]) };
    const [problem] = (await refused(setting, 'coco', files)).problems;
    expect(problem).toMatchObject({ code: 'IMAGE_SIZE_MISMATCH' });
    expect(problem!.message).toMatch(/48x64 pixels; its annotation says 64x48: .*EXIF orientation 6/);
    const layout = {
      'train/good/0.png': await image(1),
      'test/scratch/1.jpg': await turned(8),
      'ground_truth/scratch/1_mask.png': mask(64, 48, 5),
    };
    const [other] = (await refused(setting, 'mvtec', layout)).problems;
    expect(other).toMatchObject({ code: 'MASK_SIZE_MISMATCH' });
    expect(other!.message).toContain('EXIF orientation 8');
  });
});

describe('what is there without being a part', () => {
  it('is skipped and told: copies of editors, thumbnails of storage systems, placeholders', async () => {
    const files = {
      ...(await category()),
      'train/good/.ipynb_checkpoints/000-checkpoint.png': await image(21),
      'train/good/@eaDir/000.png/SYNOPHOTO_THUMB_M.jpg': await image(22),
      'test/good/.gitkeep': Buffer.alloc(0),
      'test/.thumbnails/1.png': await image(23),
      'thumbnails/2.png': await image(24),
    };
    const whole = Object.keys((await imported(setting, 'mvtec', files)).images);
    expect(whole).toHaveLength(7);
    const asFolders = await imported(setting, 'folders', files);
    expect(Object.keys(asFolders.images)).toEqual(whole);
    expect(asFolders.logs).toContainEqual(
      expect.stringMatching(/INFO left out, hidden, thumbnails, .*: 5 files \(.*thumbnails\/.*\)/),
    );
  });

  it('is skipped in a zip, too, whose names may begin with ./', async () => {
    const files = await category();
    const dotted = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`./${path}`, bytes]));
    const bytes = zipped({ ...dotted, './train/good/@eaDir/x.jpg': await image(22) });
    const dataset = await setting.dataset();
    const { id: uploadId } = await setting.upload('dotted.zip', bytes);
    const { job, row } = await setting.import({ datasetId: dataset.id, uploadId });
    expect(job.failure).toBeNull();
    expect(row.imagesImported).toBe(7);
  });
});

describe('plain folders', () => {
  it('take ground_truth and masks for masks, wherever they lie', async () => {
    const { images } = await imported(setting, 'folders', {
      'train/good/000.png': await image(1),
      'test/pit/001.png': await image(2),
      'ground_truth/pit/001_mask.png': mask(32, 24, 5),
      'test/dent/002.png': await image(3),
      'test/dent/masks/002.png': mask(32, 24, 9),
      'test/hole/003.png': await image(4),
      'test/hole/003_mask.png': mask(32, 24, 7),
      'test/nick/004.png': await image(6),
      'test/nick/004.mask.png': mask(32, 24, 3),
      'test/tear/005.png': await image(7),
      'binary_masks/tear/005.png': mask(32, 24, 4),
    });
    const marked = Object.entries(images).map(([name, { label, defectType, pixels }]) => [
      name,
      label,
      defectType,
      pixels?.count,
    ]);
    expect(marked).toEqual([
      ['test/dent/002.png', 'ANOMALOUS', 'dent', 9],
      ['test/hole/003.png', 'ANOMALOUS', 'hole', 7],
      ['test/nick/004.png', 'ANOMALOUS', 'nick', 3],
      ['test/pit/001.png', 'ANOMALOUS', 'pit', 5],
      ['test/tear/005.png', 'ANOMALOUS', 'tear', 4],
      ['train/good/000.png', 'NORMAL', null, undefined],
    ]);
  });

  it('tell of masks without an image, and refuse one that could belong to two', async () => {
    const orphan = { 'good/1.png': await image(1), 'masks/pit/7.png': mask(32, 24, 5) };
    const { images, logs } = await imported(setting, 'folders', orphan);
    expect(Object.keys(images)).toEqual(['good/1.png']);
    expect(logs.join()).toContain('masks/pit/7.png');
    const two = {
      'train/pit/1.png': await image(1),
      'test/pit/1.png': await image(2),
      'masks/pit/1.png': mask(32, 24, 5),
    };
    const [problem] = (await refused(setting, 'folders', two)).problems;
    expect(problem!.code).toBe('MASK_AMBIGUOUS');
    expect(problem!.message).toContain("'test/pit/1.png' and 'train/pit/1.png' would share one mask");
  });

  it.each([
    ['ok_front', 'NORMAL'],
    ['normal_dir', 'NORMAL'],
    ['GoodParts', 'NORMAL'],
    ['defect-free', 'NORMAL'],
    ['not_ok', 'ANOMALOUS'],
    ['no-good', 'ANOMALOUS'],
    ['good_but_scratched', 'ANOMALOUS'],
    ['booked', 'ANOMALOUS'],
  ])('take %s for %s', async (folder, label) => {
    const { images } = await imported(setting, 'folders', { [`train/${folder}/1.png`]: await image(1) });
    expect(images[`train/${folder}/1.png`]).toMatchObject({ label });
  });
});

describe('masks as other programs write them', () => {
  const withMask = async (ending: string, bytes: Buffer) => ({
    'train/good/0.png': await image(1),
    'test/pit/1.png': await image(2),
    [`ground_truth/pit/1_mask.${ending}`]: bytes,
  });
  const wide = (marked: number, value: number) => mask(32, 24, marked, value);

  it('are read when they hold two values, whichever', async () => {
    for (const value of [1, 3, 128, 254]) {
      const { images } = await imported(setting, 'mvtec', await withMask('png', wide(5, value)));
      expect(images['test/pit/1.png']!.pixels!.count).toBe(5);
    }
  });

  it('with more values are refused by a message whose remedies the import has', async () => {
    const values = Array.from({ length: 32 * 24 }, (_, i) => (i < 10 ? 255 : i < 30 ? 100 : 0));
    const files = await withMask('png', greyPng(32, 24, values));
    const { problems } = await refused(setting, 'mvtec', files);
    expect(problems).toMatchObject([{ code: 'MASK_NOT_BINARY' }]);
    expect(problems[0]!.message).toMatch(/maskThreshold .* maskValue/);
    const marked = async (choice: object) => {
      const { id: datasetId } = await setting.dataset();
      await setting.import({ datasetId, path: await setting.folder(files), ...choice });
      const [page] = await setting.images.pagesOfDatasets(
        everything,
        [datasetId],
        { first: 10 },
        { label: 'ANOMALOUS' },
      );
      return page!.nodes.length;
    };
    expect(await marked({ maskThreshold: 128 })).toBe(1);
    expect(await marked({ maskValue: '100' })).toBe(1);
  });

  it('that are palettes of two blacks are nothing nobody hears of, in kolektorsdd2 either', async () => {
    const numbers = Array.from({ length: 32 * 24 }, (_, i) => (i < 10 ? 1 : 0));
    const blacks = palettePng(32, 24, [0, 0, 0, 0, 0, 0], numbers);
    const files = { 'train/1.png': await image(1), 'train/1_GT.png': blacks };
    expect((await refused(setting, 'kolektorsdd2', files)).problems).toMatchObject([{ code: 'MASK_AMBIGUOUS' }]);
    expect((await refused(setting, 'mvtec', await withMask('png', blacks))).problems).toMatchObject([
      { code: 'MASK_AMBIGUOUS' },
    ]);
  });

  it('that lie in a folder for each image, as in MVTec LOCO, are joined', async () => {
    const other = greyPng(
      32,
      24,
      Array.from({ length: 32 * 24 }, (_, i) => (i >= 700 ? 254 : 0)),
    );
    const { images } = await imported(setting, 'mvtec', {
      'train/good/0.png': await image(1),
      'validation/good/0.png': await image(2),
      'test/logical/1.png': await image(3),
      'ground_truth/logical/1/000.png': mask(32, 24, 5),
      'ground_truth/logical/1/001.png': other,
    });
    expect(images['test/logical/1.png']!.pixels!.count).toBe(5 + 68);
    expect(images['validation/good/0.png']).toMatchObject({ split: 'VALIDATION', label: 'NORMAL' });
  });
});

it('an image of a 12-bit camera says how many bits its values use, and has a preview', async () => {
  const samples = Array.from(texture(16, 16), (value) => value * 16);
  const { dataset } = await imported(setting, 'folders', { 'good/1.png': greyPng(16, 16, samples.slice(0, 256), 16) });
  const [row] = (await setting.images.page(everything, dataset.id, {}, { first: 1 })).nodes;
  expect(row).toMatchObject({ sampleBits: 12 });
  expect(await sharp(await setting.blobs.read(row!.previewSha256!)).metadata()).toMatchObject({
    format: 'webp',
    width: 16,
  });
});
