import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import type { ModelVersionEntity } from '../../../src/database/entities/index.js';
import { pixelTasks } from '../../../src/services/pixel-process/pixelTasks.js';
import { readImage } from '../../../src/worker/imagePixels.js';
import { openModel } from '../../../src/worker/openModel.js';
import { problemOf } from '../../unit/files/problems.js';
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
  const answer = await predictions.predictSent(everything, { modelVersionId: version.id, bytes, withMap: true });
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

it('a stored image is predicted without pictures where none are wanted', async () => {
  const [image] = await installation.runtime.dataSource.query<{ id: string }[]>('SELECT id FROM image LIMIT 1');
  const ask = (keepPictures: boolean) =>
    installation.services.predictions.predict(everything, {
      modelVersionId: version.id,
      imageId: image!.id,
      keepPictures,
    });
  const stored = () => readdir(path.join(installation.home, 'blobs'), { recursive: true });
  const before = await stored();
  const { anomalyMapSha256, overlaySha256, anomalyScore } = await ask(false);
  expect([anomalyMapSha256, overlaySha256]).toEqual([undefined, undefined]);
  expect(await stored()).toEqual(before);
  expect(await ask(true)).toMatchObject({ anomalyScore, anomalyMapSha256: expect.any(String) as string });
}, 60_000);

it('the run records the bits of its snapshot', async () => {
  expect(await installation.services.trainingRuns.require(everything, version.trainingRunId)).toMatchObject({
    sampleBits: 12,
  });
});

it('a question whose client is gone is taken back', async () => {
  const bytes = await grey(64, 64).png().toBuffer();
  const caller = new AbortController();
  const asked = installation.services.predictions.predictSent(everything, {
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
  const sent = { modelVersionId, imageId: rows[0]!.id, keepPictures: true };
  const asked = installation.services.predictions.predict(everything, sent);
  await expect(asked).rejects.toThrow(/IMAGE_MISSING: the file of image 'train\/good\/0.png'/);
}, 30_000);

it('a stored image that takes too much memory is named, and the worker goes on', async () => {
  const narrow = await Installation.open(database.url, { RESIDUA_LIMIT_DECODER_BYTES: String(320 * 1024 * 1024) });
  try {
    const sources = { blobs: narrow.runtime.blobs, pixels: narrow.runtime.pixels };
    const model = { sampleBits: 8, settings: { imageSize: 64 } };
    const storedAs = async (filename: string, bytes: Buffer) => ({
      ...(await narrow.runtime.blobs.put(bytes)),
      ...{ filename, upright: true, sampleBits: 8 },
    });
    // 147 million bytes of pixels, three times over.
    const huge = await storedAs('huge.webp', await grey(7000, 7000).webp().toBuffer());
    const refusal = await problemOf(readImage(sources, huge, model, 1_000_000));
    expect(refusal).toMatchObject({ code: 'IMAGE_TOO_LARGE', item: 'huge.webp' });
    const small = await storedAs('small.png', await grey(80, 48).png().toBuffer());
    const { scaled, shown, ...size } = await readImage(sources, small, model, 1_000_000);
    expect([size, scaled.width, scaled.data.length, shown?.width]).toEqual([
      { width: 80, height: 48 },
      64,
      64 * 64 * 3,
      80,
    ]);
  } finally {
    await narrow.stop();
  }
}, 60_000);

it('a model version whose file the store has lost is named', async () => {
  await installation.runtime.blobs.remove(version.artifactSha256);
  const opening = openModel(installation.parts, version.id, { info: () => undefined, warn: () => undefined });
  expect(await problemOf(opening)).toMatchObject({
    code: 'NOT_FOUND',
    item: 'tiles@1',
    message: expect.stringContaining("the file of model version 'tiles@1'") as string,
  });
});

it('a camera image of 16 megapixels is checked and scaled within seconds', async () => {
  const bytes = await sharp(Buffer.alloc(4600 * 3500 * 3, 90), { raw: { width: 4600, height: 3500, channels: 3 } })
    .jpeg()
    .toBuffer();
  const started = performance.now();
  await pixelTasks.scale(bytes, { side: 256, trainedDepth: 8 });
  // Under 2 s on a quiet machine; a busy one must not fail for it.
  expect(performance.now() - started).toBeLessThan(10_000);
}, 60_000);
