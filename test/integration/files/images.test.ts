import { describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, SnapshotEntity } from '../../../src/database/entities/index.js';
import { DatasetsService } from '../../../src/services/datasets.service.js';
import type { NewImage } from '../../../src/services/images.service.js';
import { findSplitLeakage } from '../../../src/services/imports/splitLeakage.js';
import { ProjectsService } from '../../../src/services/projects.service.js';
import { SnapshotsService } from '../../../src/services/snapshots.service.js';
import { picture } from '../../unit/files/imageBytes.js';
import { faultOf, problemOf, problemsOf } from '../../unit/files/problems.js';
import { useImports } from '../imports/importSetting.js';

const setting = useImports();

/** An uploaded image, as `add` takes it. */
async function uploaded(filename: string, seed: number, more: Partial<NewImage> = {}): Promise<NewImage> {
  const upload = await setting.upload(filename, await picture(32, 24, seed).png().toBuffer(), 'image/png');
  return { uploadId: upload.id, split: 'TRAIN', label: 'NORMAL', ...more };
}

describe('adding images', () => {
  it('keeps the order and what was said of each', async () => {
    const { id: datasetId } = await setting.dataset();
    const images = [
      await uploaded('b.png', 1),
      await uploaded('a.png', 2, { split: 'TEST', label: 'ANOMALOUS', defectType: 'dent' }),
      await uploaded('<img onerror=x>.png', 3, { label: 'UNLABELLED' }),
    ];
    const added = await setting.images.add(everything, { datasetId, images });
    expect(added.map(({ filename, split, label, defectType }) => [filename, split, label, defectType])).toEqual([
      ['b.png', 'TRAIN', 'NORMAL', null],
      ['a.png', 'TEST', 'ANOMALOUS', 'dent'],
      ['<img onerror=x>.png', 'TRAIN', 'UNLABELLED', null],
    ]);
    expect(added[0]).toMatchObject({ width: 32, height: 24, datasetId });
    expect((await setting.images.page(everything, datasetId, {}, {})).nodes.map(({ id }) => id)).toEqual(
      added.map(({ id }) => id),
    );
    expect(await setting.images.require(everything, added[1]!.id)).toMatchObject({ filename: 'a.png' });
  });

  it('reports every problem with its place, and adds none', async () => {
    const { id: datasetId } = await setting.dataset();
    await setting.images.add(everything, { datasetId, images: [await uploaded('taken.png', 1)] });
    const html = await setting.upload('page.png', Buffer.from('<!doctype html><p>'), 'image/png');
    const small = await setting.upload('small.png', await picture(8, 8).png().toBuffer(), 'image/png');
    const waiting = await setting.uploads.create(everything, {
      filename: 'w',
      bytes: 9,
      sha256: 'c'.repeat(64),
      contentType: 'image/png',
    });
    const base = { split: 'TRAIN', label: 'NORMAL' } as const;
    const problems = await problemsOf(
      setting.images.add(everything, {
        datasetId,
        images: [
          await uploaded('fine.png', 5),
          { ...base, uploadId: html.id },
          { ...base, uploadId: small.id },
          { ...base, uploadId: waiting.id },
          { ...base, uploadId: uuid() },
          await uploaded('taken.png', 6),
          await uploaded('fine.png', 7),
          await uploaded('dent.png', 8, { defectType: 'dent' }),
          await uploaded('odd.png', 9, { label: 'ANOMALOUS', defectType: 'a\nb' }),
        ],
      }),
    );
    const found = problems.map(({ code, field }) => `${field!.slice(1).join('.')} ${code}`).sort();
    expect(found).toEqual([
      'images.1.uploadId IMAGE_FORMAT_UNSUPPORTED',
      'images.2.uploadId IMAGE_TOO_SMALL',
      'images.3.uploadId UPLOAD_INCOMPLETE',
      'images.4.uploadId NOT_FOUND',
      'images.5.uploadId NAME_TAKEN',
      'images.6.uploadId NAME_TAKEN',
      'images.7.defectType LABEL_CONTRADICTION',
      'images.8.defectType TEXT_INVALID',
    ]);
    expect((await setting.images.page(everything, datasetId, {}, {})).nodes).toHaveLength(1);
  });

  it('needs a data set and 1 to 500 images', async () => {
    const images = [await uploaded('a.png', 1)];
    expect(await problemOf(setting.images.add(everything, { datasetId: uuid(), images }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    const { id: datasetId } = await setting.dataset();
    for (const count of [0, 501]) {
      const many = Array.from({ length: count }, () => images[0]!);
      expect(await problemOf(setting.images.add(everything, { datasetId, images: many }))).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
  });

  it('gives one of two racing calls NAME_TAKEN', async () => {
    const { id: datasetId } = await setting.dataset();
    const calls = [await uploaded('same.png', 1), await uploaded('same.png', 2)].map((image) =>
      setting.images.add(everything, { datasetId, images: [image] }).then(
        () => 'added',
        (error: { code: string }) => error.code,
      ),
    );
    expect((await Promise.all(calls)).sort()).toEqual(['NAME_TAKEN', 'added']);
  });
});

describe('changing images', () => {
  it('changes what is given, and drops the defect type with the label', async () => {
    const { id: datasetId } = await setting.dataset();
    const dent = { label: 'ANOMALOUS', defectType: 'dent' } as const;
    const images = [await uploaded('a.png', 1, dent), await uploaded('b.png', 2, dent)];
    const [a, b] = await setting.images.add(everything, { datasetId, images });
    const changed = await setting.images.update(everything, { ids: [b!.id, a!.id], split: 'TEST' });
    expect(changed.map(({ id }) => id)).toEqual([b!.id, a!.id]);
    expect(changed[0]).toMatchObject({ split: 'TEST', label: 'ANOMALOUS', defectType: 'dent' });
    const [scratched] = await setting.images.update(everything, { ids: [a!.id], defectType: 'scratch' });
    expect(scratched).toMatchObject({ defectType: 'scratch' });
    const [normal] = await setting.images.update(everything, { ids: [a!.id], label: 'NORMAL' });
    expect(normal).toMatchObject({ label: 'NORMAL', defectType: null });
  });

  it('refuses contradictions and unknown ids at once, and changes nothing', async () => {
    const { id: datasetId } = await setting.dataset();
    const images = [await uploaded('a.png', 1, { label: 'ANOMALOUS' }), await uploaded('b.png', 2)];
    const [a, b] = await setting.images.add(everything, { datasetId, images });
    await setting.dataSource.getRepository(AnnotationEntity).insert({
      ...{ id: uuid(), imageId: a!.id, kind: 'PIXEL', revision: 1, source: 'HUMAN', author: null, activeSeconds: null },
      payload: { counts: '0T3', anomalousPixels: 100 },
    });
    const unknown = uuid();
    const problems = await problemsOf(
      setting.images.update(everything, { ids: [a!.id, unknown, b!.id], label: 'NORMAL', split: 'TEST' }),
    );
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['NOT_FOUND', unknown],
      ['LABEL_CONTRADICTION', 'a.png'],
    ]);
    expect(await setting.images.byIds(everything, [b!.id])).toMatchObject([{ split: 'TRAIN' }]);
    const both = { ids: [b!.id], label: 'NORMAL', defectType: 'dent' } as const;
    expect(await problemOf(setting.images.update(everything, both))).toMatchObject({ code: 'LABEL_CONTRADICTION' });
  });
});

describe('listing images', () => {
  it('pages through and refuses a cursor of another data set', async () => {
    const [first, second] = [await setting.dataset(), await setting.dataset()];
    const images = await Promise.all([1, 2, 3].map((seed) => uploaded(`${seed}.png`, seed)));
    await setting.images.add(everything, { datasetId: first.id, images });
    const page = await setting.images.page(everything, first.id, {}, { first: 2 });
    expect(page.nodes.map(({ filename }) => filename)).toEqual(['1.png', '2.png']);
    expect([page.hasNextPage, await page.totalCount()]).toEqual([true, 3]);
    const rest = await setting.images.page(everything, first.id, {}, { first: 2, after: page.cursors[1] });
    expect(rest.nodes.map(({ filename }) => filename)).toEqual(['3.png']);
    const foreign = setting.images.page(everything, second.id, {}, { after: page.cursors[0] });
    expect((await faultOf(foreign)).code).toBe('CURSOR_INVALID');
  });
});

describe('the search for leakage', () => {
  it('looks at the splits a snapshot froze, not at those of today', async () => {
    const { id: datasetId } = await setting.dataset();
    const images = [
      await uploaded('a.png', 1),
      await uploaded('b.png', 1, { split: 'TEST' }),
      await uploaded('c.png', 2),
    ];
    const [, b] = await setting.images.add(everything, { datasetId, images });
    const datasets = new DatasetsService(setting.dataSource, new ProjectsService(setting.dataSource));
    const { id: snapshotId } = await new SnapshotsService(setting.dataSource, datasets).create(everything, {
      datasetId,
    });
    await setting.images.update(everything, { ids: [b!.id], split: 'TRAIN' });
    const manager = setting.dataSource.manager;
    expect(await findSplitLeakage(manager, { datasetId })).toEqual([]);
    const found = await findSplitLeakage(manager, { snapshotId });
    expect(found).toMatchObject([{ code: 'SPLIT_LEAKAGE', item: 'a.png' }]);
    expect(found[0]!.message).toMatch(/'a.png' \(TRAIN\) and 'b.png' \(TEST\)/);
    expect(await manager.countBy(SnapshotEntity, { id: snapshotId })).toBe(1);
  });
});
