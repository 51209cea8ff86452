import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bgadParams } from '../../../../../plugins/detectors/bgad/bgadParams.js';
import { anomalousLabels, labelledPlaces } from '../../../../../plugins/detectors/bgad/labelledPlaces.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { TrainingImage } from '../../../../../src/plugin-api/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { prepareFlows } from '../../../../../src/toolkit/flows/prepareFlows.js';
import { colourTraining, drawnImage } from '../../../../support/colourFeatures.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const normalImages = [3, 5].map((k) => drawnImage(`normal-${k}`, (x, y) => 60 + x + 2 * y + ((x * k + y * 7) % 40)));
/** A bright corner of 8 x 8 pixels. */
const defective = drawnImage('defect', (x, y) => (x < 8 && y < 8 ? 240 : 60 + x + 2 * y + ((x * 3 + y * 7) % 40)));

/** The four labels on the four quarters of the image, the corner apart from its quarter. */
const blocks = {
  ...{ rows: 4, columns: 4, blockWidth: 8, blockHeight: 8 },
  // prettier-ignore
  labels: Int8Array.of(
    1, 0, -1, -1,
    0, 0, -1, -1,
    -2, -2, 0, 0,
    -2, -2, 0, 0,
  ),
};

function training(anomalousImages: readonly TrainingImage[], given: object = {}, supervision = 'SUPERVISED' as const) {
  const params = bgadParams.parse({ placesPerStep: 8, blocks: 1, condition: 0, pasted: 0, ...given });
  return { ...colourTraining(compute, params, normalImages), anomalousImages, supervision };
}

describe('the places of a training', () => {
  test('are normal or anomalous by their blocks; UNKNOWN and IGNORED ones are neither', async () => {
    const context = training([{ ...defective, blocks }]);
    const labels = await anomalousLabels(context);
    const { normal, anomalous } = await labelledPlaces(context, await prepareFlows(context), labels);
    const [fine, coarse] = normal;
    expect(fine!.map(({ places }) => places.length)).toEqual([16, 16, 7]);
    expect(fine![2]!.places).toEqual([1, 4, 5, 10, 11, 14, 15]);
    expect(anomalous.map((places) => places.map(({ place }) => place))).toEqual([[0], []]);
    // A quarter of the coarse block is anomalous: not more than the threshold, so that it is IGNORED.
    expect(coarse!.map(({ places }) => places)).toEqual([[0, 1, 2, 3], [0, 1, 2, 3], [3]]); // prettier-ignore
  });

  test('are further ones on images with a real defect pasted on them, and each image is told', async () => {
    const context = training([{ ...defective, blocks }], { pasted: 5, anomalousBlockThreshold: 0.1 });
    const labels = await anomalousLabels(context);
    const { normal, anomalous } = await labelledPlaces(context, await prepareFlows(context), labels);
    expect(normal[0]).toHaveLength(2 + 1 + 5);
    expect(new Set(anomalous[0]!.map(({ image }) => image)).size).toBe(6);
    const told = context.reports.filter(({ stage }) => stage === 'defects');
    expect(told.map(({ step, totalSteps }) => [step, totalSteps])).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => [i, 7]));
  });

  test('of labels without an anomalous one are refused before anything is extracted', async () => {
    const none = { ...blocks, labels: blocks.labels.map((label) => (label === 1 ? -1 : label)) };
    const context = training([{ ...defective, blocks: none }]);
    await expect(anomalousLabels(context)).rejects.toMatchObject({
      problems: [
        {
          code: 'TRAINING_DATA_INSUFFICIENT',
          message: 'detector bgad learns from anomalous places: the labels of 1 anomalous images make no place of a layer ANOMALOUS', // prettier-ignore
        },
      ],
    });
    expect(context.reports).toEqual([]);
  });
});
