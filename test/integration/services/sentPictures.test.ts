import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModelVersionEntity } from '../../../src/database/entities/index.js';
import { pixelTasks } from '../../../src/files/pixel-process/pixelTasks.js';
import { useDatabase } from '../../support/database.js';
import { Installation } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let version: ModelVersionEntity;
beforeAll(async () => {
  installation = await Installation.open(database.url);
  const { dataSource } = installation.runtime;
  const snapshotId = await installation.snapshot('tiles');
  await dataSource.query('UPDATE image SET sample_bits = 12');
  version = await installation.trained({ snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } });
}, 90_000);
afterAll(() => installation.stop());

const grey = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 120, g: 120, b: 120 } } });

it('an image sent is judged upright and in its own pixels, and nothing of it is stored', async () => {
  const { predictions } = installation.services;
  const before = await readdir(path.join(installation.home, 'blobs'), { recursive: true });
  const bytes = await grey(4000, 2000).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const answer = await predictions.predictSent({ modelVersionId: version.id, bytes, withMap: true });
  const map = await sharp(Buffer.from(answer.anomalyMap!, 'base64')).metadata();
  // Two to one, upright, of a million pixels at most.
  expect(map.height / map.width).toBeCloseTo(2, 1);
  expect(map.width * map.height).toBeLessThanOrEqual(1024 * 1024);
  for (const { box } of answer.regions) {
    expect(box.x + box.width).toBeLessThanOrEqual(2000);
    expect(box.y + box.height).toBeLessThanOrEqual(4000);
  }
  // The training was told to have seen 12 bits, this image has 8.
  expect(answer.warnings).toEqual([expect.stringContaining('use 8 bits, those of the training 12')]);
  expect(await readdir(path.join(installation.home, 'blobs'), { recursive: true })).toEqual(before);
}, 60_000);

it('the run records the bits of its snapshot', async () => {
  expect(await installation.services.trainingRuns.require(version.trainingRunId)).toMatchObject({ sampleBits: 12 });
});

it('a question whose client is gone is taken back', async () => {
  const bytes = await grey(64, 64).png().toBuffer();
  const caller = new AbortController();
  const asked = installation.services.predictions.predictSent({
    ...{ modelVersionId: version.id, bytes, withMap: false },
    signal: caller.signal,
  });
  caller.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
});

it('an image whose file the store has lost is named', async () => {
  const { id: modelVersionId } = version;
  const rows = await installation.runtime.dataSource.query<{ id: string; sha256: string }[]>(
    'SELECT id, sha256 FROM image ORDER BY filename LIMIT 1',
  );
  await installation.runtime.blobs.remove(rows[0]!.sha256);
  const asked = installation.services.predictions.predict({ modelVersionId, imageId: rows[0]!.id });
  await expect(asked).rejects.toThrow(/IMAGE_MISSING: the file of image 'train\/good\/0.png'/);
}, 30_000);

it('a camera image of 16 megapixels is checked and scaled within seconds', async () => {
  const bytes = await sharp(Buffer.alloc(4600 * 3500 * 3, 90), { raw: { width: 4600, height: 3500, channels: 3 } })
    .jpeg()
    .toBuffer();
  const started = performance.now();
  await pixelTasks.scale(bytes, { side: 256, trainedDepth: 8 });
  // Under 2 s on a quiet machine; a busy one must not fail for it.
  expect(performance.now() - started).toBeLessThan(10_000);
}, 60_000);
