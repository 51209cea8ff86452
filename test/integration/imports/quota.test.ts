import { beforeEach, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { QuotasService, type QuotaChange } from '../../../src/services/quotas.service.js';
import { category, useImports } from './importSetting.js';

const setting = useImports();
let datasetId: string;
let allow: (quotas: QuotaChange) => Promise<unknown>;
beforeEach(async () => {
  const { id, projectId } = await setting.dataset();
  datasetId = id;
  allow = (quotas) => new QuotasService(setting.dataSource).set(everything, projectId, quotas);
  await allow({ images: null, bytes: null });
});
const count = () => setting.dataSource.manager.countBy(ImageEntity, { datasetId });

it('an import that would exceed a quota fails with it and stores no image; with room for it it succeeds', async () => {
  const path = await setting.folder(await category());
  const before = await setting.dataSource.manager.count(ImageEntity);
  await allow({ images: before + 6 });
  const { job, row } = await setting.import({ datasetId, path });
  expect(job).toMatchObject({ state: 'FAILED', failure: { code: 'QUOTA_EXCEEDED', item: 'images' } });
  expect(row.problems).toMatchObject([
    { code: 'QUOTA_EXCEEDED', message: expect.stringContaining('would be 7') as string },
  ]);
  expect(await count()).toBe(0);
  await allow({ images: before + 7 });
  expect((await setting.import({ datasetId, path })).job.state).toBe('COMPLETED');
  expect(await count()).toBe(7);
});

it('an import that only changes labels of what is there needs no room', async () => {
  const path = await setting.folder(await category());
  await setting.import({ datasetId, path });
  await allow({ images: 0, bytes: 0 });
  expect((await setting.import({ datasetId, path, existing: 'UPDATE' })).job.state).toBe('COMPLETED');
});

it('of two imports at once that fit one by one, one stores its images', async () => {
  const path = await setting.folder(await category());
  const { id: another } = await setting.dataset();
  const before = await setting.dataSource.manager.count(ImageEntity);
  await allow({ images: before + 10 });
  const jobs = await Promise.all([setting.import({ datasetId, path }), setting.import({ datasetId: another, path })]);
  expect(jobs.map(({ job }) => job.state).sort()).toEqual(['COMPLETED', 'FAILED']);
});
