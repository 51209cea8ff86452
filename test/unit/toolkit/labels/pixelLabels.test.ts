import { expect, test } from 'vitest';
import type { TrainingImage } from '../../../../src/plugin-api/index.js';
import { pixelLabels } from '../../../../src/toolkit/labels/pixelLabels.js';

const image = (labels: Partial<TrainingImage>): TrainingImage => ({
  ...{ id: '1', filename: 'part.png', load: () => Promise.reject(new Error('its pixels are not asked for')) },
  ...labels,
});

test('of a mask are those of its pixels', async () => {
  const mask = { width: 2, height: 2, data: Uint8Array.of(0, 1, 0, 0) };
  expect([...(await pixelLabels(image({ loadMask: () => Promise.resolve(mask) }), 2))]).toEqual([0, 1, 0, 0]);
});

test('of blocks are those of the block a pixel lies in, UNKNOWN and IGNORED too', async () => {
  const blocks = { rows: 2, columns: 2, blockWidth: 2, blockHeight: 2.5, labels: Int8Array.of(1, -1, -2, 0) };
  // prettier-ignore
  expect([...(await pixelLabels(image({ blocks }), 4))]).toEqual([
    1, 1, -1, -1,
    1, 1, -1, -1,
    -2, -2, 0, 0,
    -2, -2, 0, 0,
  ]);
});

test('of boxes are UNKNOWN inside', async () => {
  const boxes = [{ x: 1, y: 0, width: 1, height: 1 }];
  expect([...(await pixelLabels(image({ boxes }), 2))]).toEqual([0, -1, 0, 0]);
});

test('an image without labels is refused, naming it', async () => {
  await expect(pixelLabels(image({}), 2)).rejects.toThrow('part.png has no labels that this training reads');
});
