import { describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, ImageEntity } from '../../../src/database/entities/index.js';
import { picture } from '../../unit/files/imageBytes.js';
import { useImports, type Files } from './importSetting.js';

const setting = useImports();

const bytes = (seed: number, side = 32) => picture(side, 24, seed).png().toBuffer();
const box = (x: number) => ({ x, y: 2, width: 5, height: 5 });

/** A manifest and its images. @param lines by the name in the data set; each takes the picture of its seed. */
async function folder(
  lines: Record<string, { seed: number; side?: number } & Record<string, unknown>>,
): Promise<string> {
  const files: Files = {};
  const text: string[] = [];
  for (const [filename, { seed, side, ...line }] of Object.entries(lines)) {
    files[`${seed}-${side ?? 32}.png`] = await bytes(seed, side);
    text.push(JSON.stringify({ file: `${seed}-${side ?? 32}.png`, filename, ...line }));
  }
  return setting.folder({ ...files, 'manifest.jsonl': Buffer.from(text.join('\n')) });
}

const run = async (datasetId: string, path: string, existing?: 'SKIP' | 'UPDATE') =>
  setting.import({ datasetId, format: 'manifest', path, existing });

async function stored(datasetId: string) {
  const images = await setting.dataSource.manager.find(ImageEntity, {
    where: { datasetId },
    order: { filename: 'ASC' },
  });
  const annotations = await setting.dataSource.manager.find(AnnotationEntity, { order: { revision: 'ASC' } });
  return images.map(({ id, filename, split, label, defectType }) => ({
    ...{ filename, split, label, defectType },
    revisions: annotations
      .filter(({ imageId }) => imageId === id)
      .map(({ revision, source }) => `${revision} ${source}`),
  }));
}

/** Three images without labels. */
async function dataset(): Promise<string> {
  const { id } = await setting.dataset();
  const plain = { split: 'TRAIN', label: 'UNLABELLED' };
  const { job } = await run(
    id,
    await folder({ 'a.png': { seed: 1, ...plain }, 'b.png': { seed: 2, ...plain }, 'c.png': { seed: 3, ...plain } }),
  );
  expect(job).toMatchObject({ state: 'COMPLETED' });
  return id;
}

const scratched = { split: 'TEST', label: 'ANOMALOUS', defectType: 'scratch', boxes: [box(1)] };

describe('an import of images that are there already', () => {
  it('is refused unless it says what shall become of them', async () => {
    const id = await dataset();
    expect((await run(id, await folder({ 'a.png': { seed: 1, ...scratched } }))).job).toMatchObject({
      state: 'FAILED',
      failure: {
        code: 'NAME_TAKEN',
        message: expect.stringMatching(
          /'a\.png' already; existing: UPDATE or SKIP \(--update, --skip-existing\)/,
        ) as string,
      },
    });
  });

  it('leaves them out under SKIP, by name and by bytes, and imports the others', async () => {
    const id = await dataset();
    const path = await folder({
      'a.png': { seed: 9, ...scratched },
      'other name.png': { seed: 2, ...scratched },
      'd.png': { seed: 4, ...scratched },
    });
    const { job, row, logs } = await run(id, path, 'SKIP');
    expect(job).toMatchObject({ state: 'COMPLETED', failure: null });
    expect(row).toMatchObject({
      imagesImported: 1,
      annotationsImported: 1,
      summary: { existing: 2, counts: { images: 1 } },
    });
    expect(logs).toContain('INFO in the data set already: 2 images');
    expect((await stored(id)).map(({ filename, label }) => `${filename} ${label}`)).toEqual([
      'a.png UNLABELLED',
      'b.png UNLABELLED',
      'c.png UNLABELLED',
      'd.png ANOMALOUS',
    ]);
  });

  it('gives them labels, splits and types under UPDATE, as new revisions, once', async () => {
    const id = await dataset();
    const path = await folder({
      'a.png': { seed: 1, ...scratched },
      'other name.png': { seed: 2, ...scratched },
      'd.png': { seed: 4, split: 'TRAIN', label: 'NORMAL' },
    });
    const { job, row, logs } = await run(id, path, 'UPDATE');
    expect(job).toMatchObject({ state: 'COMPLETED', failure: null });
    expect(row).toMatchObject({ imagesImported: 1, annotationsImported: 2, warnings: [], summary: { existing: 2 } });
    expect(logs).toContain('INFO of those already there, 2 get another label, split or kind of defect');
    const labelled = { split: 'TEST', label: 'ANOMALOUS', defectType: 'scratch', revisions: ['1 IMPORTED'] };
    const after = [
      { filename: 'a.png', ...labelled },
      { filename: 'b.png', ...labelled },
      { filename: 'c.png', split: 'TRAIN', label: 'UNLABELLED', defectType: null, revisions: [] },
      { filename: 'd.png', split: 'TRAIN', label: 'NORMAL', defectType: null, revisions: [] },
    ];
    expect(await stored(id)).toEqual(after);
    expect((await run(id, path, 'UPDATE')).row).toMatchObject({ imagesImported: 0, annotationsImported: 0 });
    expect(await stored(id)).toEqual(after);
    const moved = await folder({ 'a.png': { seed: 1, ...scratched, boxes: [box(7)] } });
    expect((await run(id, moved, 'UPDATE')).row).toMatchObject({ annotationsImported: 1 });
    expect((await stored(id))[0]!.revisions).toEqual(['1 IMPORTED', '2 IMPORTED']);
  });

  it('moves no image to TRAIN for a layout that knows no other split, and takes no label away', async () => {
    const id = await dataset();
    await run(id, await folder({ 'a.png': { seed: 1, ...scratched } }), 'UPDATE');
    const unsplit = await folder({
      'a.png': { seed: 1, split: 'TRAIN', label: 'UNLABELLED' },
      'b.png': { seed: 2, split: 'TRAIN', label: 'NORMAL' },
    });
    expect((await run(id, unsplit, 'UPDATE')).job).toMatchObject({ state: 'COMPLETED' });
    expect((await stored(id)).slice(0, 2)).toMatchObject([
      { split: 'TEST', label: 'ANOMALOUS', defectType: 'scratch' },
      { split: 'TRAIN', label: 'NORMAL' },
    ]);
  });

  it('says what does not fit: another size is a problem, other bytes a warning, a label that stays a contradiction', async () => {
    const id = await dataset();
    const wide = await folder({ 'a.png': { seed: 1, side: 40, ...scratched } });
    expect((await run(id, wide, 'UPDATE')).job).toMatchObject({
      state: 'FAILED',
      failure: { code: 'IMAGE_SIZE_MISMATCH' },
    });
    const { row, job } = await run(id, await folder({ 'a.png': { seed: 8, ...scratched } }), 'UPDATE');
    expect(job).toMatchObject({ state: 'COMPLETED' });
    expect(row.warnings.map(({ code, item }) => `${code} ${item}`)).toContain('NAME_TAKEN a.png');
    const before = await stored(id);
    const normal = await run(id, await folder({ 'a.png': { seed: 1, split: 'TEST', label: 'NORMAL' } }), 'UPDATE');
    expect(normal.job).toMatchObject({ state: 'FAILED', failure: { code: 'LABEL_CONTRADICTION' } });
    expect(await stored(id)).toEqual(before);
  });

  it('stores nothing in a dry run', async () => {
    const id = await dataset();
    const before = await stored(id);
    const path = await folder({ 'a.png': { seed: 1, ...scratched } });
    const { row } = await setting.import({ datasetId: id, format: 'manifest', path, existing: 'UPDATE', dryRun: true });
    expect(row).toMatchObject({ imagesImported: 0, annotationsImported: 1, summary: { existing: 1 } });
    expect(await stored(id)).toEqual(before);
  });
});

describe('names in another form of the same letters', () => {
  const composed = 'pr\u00fcfung/\u00e9.png';
  const decomposed = composed.normalize('NFD');

  it('are kept composed, found by an update, and taken for one name', async () => {
    const { id } = await setting.dataset();
    const plain = { split: 'TRAIN', label: 'UNLABELLED' };
    expect((await run(id, await folder({ [decomposed]: { seed: 1, ...plain } }))).job.state).toBe('COMPLETED');
    expect(await stored(id)).toMatchObject([{ filename: composed }]);
    const again = await run(id, await folder({ [decomposed]: { seed: 7, ...plain } }));
    expect(again.job.failure).toMatchObject({ code: 'NAME_TAKEN', item: composed });
    const updated = await run(id, await folder({ [decomposed]: { seed: 7, ...scratched } }), 'UPDATE');
    expect(updated.job.state).toBe('COMPLETED');
    expect(await stored(id)).toMatchObject([{ filename: composed, label: 'ANOMALOUS', revisions: ['1 IMPORTED'] }]);
    const upload = await setting.upload('e\u0301.png', await bytes(9), 'image/png');
    const [added] = await setting.images.add(everything, {
      datasetId: id,
      images: [{ uploadId: upload.id, split: 'TRAIN', label: 'NORMAL' }],
    });
    expect(added!.filename).toBe('\u00e9.png');
  });
});
