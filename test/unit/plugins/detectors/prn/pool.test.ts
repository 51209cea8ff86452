import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anomalousPixels, defectPool } from '../../../../../plugins/detectors/prn/pool.js';
import { prnParams } from '../../../../../plugins/detectors/prn/prnParams.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { TrainingImage } from '../../../../../src/plugin-api/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { colourTraining, drawnImage } from '../../../../support/colourFeatures.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const normalImages = [3, 5].map((k) => drawnImage(`normal-${k}`, (x, y) => 60 + x + ((x * k + y * 7) % 40)));
/** A bright corner of 8 x 8 pixels, and blocks of every label. */
const defective = drawnImage('defect', (x, y) => (x < 8 && y < 8 ? 240 : 60 + x));
const blocks = (labels: number[]) => ({
  ...{ rows: 2, columns: 2, blockWidth: 16, blockHeight: 16 },
  labels: Int8Array.from(labels),
});

function training(anomalousImages: readonly TrainingImage[], given: object = {}, supervision = 'SUPERVISED' as const) {
  const params = prnParams.parse({ pasted: 3, synthetic: 0, ...given });
  return { ...colourTraining(compute, params, normalImages), anomalousImages, supervision };
}

describe('the images with defects', () => {
  test('are labelled ones, five times each, whose labels stay as they are, and pasted ones with exact masks', async () => {
    const context = training([{ ...defective, blocks: blocks([1, -1, -2, 0]) }]);
    const pool = await defectPool(context, await anomalousPixels(context), {});
    expect(pool).toHaveLength(5 + 3);
    expect(new Set(pool.slice(0, 5)).size).toBe(1);
    const counts = (data: ArrayLike<number>) =>
      [-2, -1, 0, 1].map((label) => Array.from(data).filter((value) => value === label).length);
    expect(counts(pool[0]!.labels.data)).toEqual([256, 256, 256, 256]);
    for (const { labels, maps } of pool.slice(5)) {
      const [ignored, unknown, normal, anomalous] = counts(labels.data);
      expect([ignored, unknown]).toEqual([0, 0]);
      expect(normal! + anomalous!).toBe(1024);
      expect(anomalous).toBeGreaterThan(50);
      expect(maps.map(({ shape }) => shape)).toEqual([[1, 4, 4, 3], [1, 2, 2, 3]]); // prettier-ignore
    }
    const told = context.reports.map(({ stage, step, totalSteps }) => [stage, step, totalSteps]);
    expect(told).toEqual([1, 2, 3, 4].map((step) => ['defects', step, 4]));
  });

  test('are refused before anything is extracted where the labels make none ANOMALOUS', async () => {
    const context = training([{ ...defective, blocks: blocks([-1, -1, -2, 0]) }]);
    await expect(anomalousPixels(context)).rejects.toMatchObject({
      problems: [
        {
          code: 'TRAINING_DATA_INSUFFICIENT',
          message:
            'detector prn learns from labelled defects: the labels of 1 anomalous images make no pixel ANOMALOUS',
        },
      ],
    });
    expect(context.reports).toEqual([]);
  });
});
