import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageEntity, type ModelVersionEntity } from '../../../src/database/entities/index.js';
import type { RgbImage } from '../../../src/shared/images.js';
import { decodeDetectorState, encodeDetectorState } from '../../../src/worker/detectorArtifact.js';
import { predictImage } from '../../../src/worker/prediction/imagePrediction.js';
import { openModel } from '../../../src/worker/openModel.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let snapshotId: string;
let version: ModelVersionEntity;
beforeAll(async () => {
  installation = await Installation.open(database.url);
  // 96 pixels a side: the detector sees 64, and its grid has 8 places a side.
  snapshotId = await installation.snapshot('tiles', 5, 96);
  version = await patchcore('patchcore');
}, 60_000);
afterAll(() => installation.stop());

/** Every feature of every image is in its memory. */
const patchcore = (modelName: string) =>
  installation.trained({ snapshotId, modelName, detector: { id: 'patchcore', params: { coresetRatio: 1 } } });

async function regionsOf(modelVersionId: string, image: RgbImage, pixelThreshold: number) {
  const model = await openModel(installation.parts, modelVersionId, { info: () => undefined, warn: () => undefined });
  const thresholds = { imageThreshold: 0, pixelThreshold };
  const stored = await installation.stored(image);
  return predictImage(installation.parts, model, stored, thresholds).finally(() => model.predictor.dispose());
}

describe('the nearest normal patch of a region', () => {
  it('is the place itself in an image that was in training', async () => {
    const [image] = await installation.runtime.dataSource
      .getRepository(ImageEntity)
      .findBy({ filename: 'train/good/3.png' });
    const { regions } = await regionsOf(version.id, surface(3, false, 96), 0);
    expect(regions).toHaveLength(1);
    const { imageId, box, patch, distance } = regions[0]!.nearestNormal!;
    expect(imageId).toBe(image!.id);
    expect(box).toEqual(patch);
    expect([box.width, box.height, box.x % 12, box.y % 12]).toEqual([12, 12, 0, 0]);
    expect(distance).toBeLessThan(0.05);
  });

  it('is far from a defect, and the place compared is the defect', async () => {
    const { regions, anomalyScore } = await regionsOf(version.id, surface(77, true, 128), version.pixelThreshold!);
    const { box, patch, distance } = regions[0]!.nearestNormal!;
    expect(distance).toBeGreaterThan(0.5 * anomalyScore);
    // The dark square reaches from 56 to 72; a place of this image has 16 pixels, one of a training image 12.
    expect(Math.abs(patch.x + 8 - 64)).toBeLessThanOrEqual(24);
    expect(Math.abs(patch.y + 8 - 64)).toBeLessThanOrEqual(24);
    expect([patch.width, box.width]).toEqual([16, 12]);
    expect(box.x + box.width).toBeLessThanOrEqual(96);
  });

  it('is null for a version that does not know where its memory comes from, which predicts as before', async () => {
    const { blobs, dataSource } = installation.runtime;
    const { tensors, metadata } = decodeDetectorState(await blobs.read(version.artifactSha256), 'artifact');
    const { 'memory-bank.places': _, ...old } = tensors;
    const artifact = await blobs.put(encodeDetectorState({ tensors: old, metadata }));
    const older = await patchcore('older');
    await dataSource.manager.save(Object.assign(older, { artifactSha256: artifact.sha256 }));
    const image = surface(77, true, 128);
    const before = await regionsOf(version.id, image, version.pixelThreshold!);
    const after = await regionsOf(older.id, image, version.pixelThreshold!);
    expect(after.regions.map(({ nearestNormal }) => nearestNormal)).toEqual(after.regions.map(() => null));
    expect(after.map).toEqual(before.map);
  });

  it('is null from a detector without a memory', async () => {
    const detector = { id: 'padim', params: { channels: 20 } };
    const padim = await installation.trained({ snapshotId, modelName: 'padim', detector });
    const { regions } = await regionsOf(padim.id, surface(77, true, 128), padim.pixelThreshold!);
    expect(regions.length).toBeGreaterThan(0);
    expect(regions.every(({ nearestNormal }) => nearestNormal === null)).toBe(true);
  });

  it('comes with semirest, too', async () => {
    const detector = { id: 'semirest', params: { syntheticPool: 4 } };
    const semirest = await installation.trained({ snapshotId, modelName: 'semirest', detector });
    const { regions } = await regionsOf(semirest.id, surface(77, true, 128), 0);
    expect(regions[0]!.nearestNormal).toMatchObject({ distance: expect.any(Number) as number });
  });
});
