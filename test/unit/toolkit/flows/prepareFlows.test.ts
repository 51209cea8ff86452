import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createCompute } from '../../../../src/compute/index.js';
import type { Compute } from '../../../../src/shared/compute.js';
import { flowParams, flowProblems } from '../../../../src/toolkit/flows/flowParams.js';
import { prepareFlows } from '../../../../src/toolkit/flows/prepareFlows.js';
import { colourLayers, colourTraining, drawnImage } from '../../../support/colourFeatures.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const params = (given: object) => z.strictObject(flowParams(8)).parse({ condition: 4, blocks: 1, ...given });
const stripes = [3, 5, 7].map((k) => drawnImage(`stripes-${k}`, (x, y) => (x * k + y * 11) % 200));

describe('what flows learn from', () => {
  test('are standardised features of every place', async () => {
    const { normal, levels, parameters } = await prepareFlows(colourTraining(compute, params({}), stripes));
    expect(levels.map(({ side, channels }) => [side, channels])).toEqual([[4, 3], [2, 3]]); // prettier-ignore
    expect(Object.keys(parameters)).toContain('flows.1.0.hidden.weight');
    normal[0]!.forEach((_, level) => {
      const values = normal.flatMap((image) => [...image[level]!.data]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect([mean, variance]).toEqual([expect.closeTo(0, 4), expect.closeTo(1, 3)]);
    });
  });

  test('are random directions of layers that are too wide, which keep lengths on average', async () => {
    const context = colourTraining(compute, params({ channels: 2, transform: 'none' }), stripes);
    const { normal, features } = await prepareFlows(context);
    expect(Object.keys(features)).toEqual(['features.0.projection', 'features.1.projection']);
    expect(normal[0]!.map(({ shape }) => shape)).toEqual([[16, 2], [4, 2]]); // prettier-ignore
  });

  test('are refused where a step needs more places than there are, before features are extracted', async () => {
    const context = colourTraining(compute, params({ placesPerStep: 13 }), stripes);
    await expect(prepareFlows(context)).rejects.toMatchObject({
      problems: [
        {
          code: 'TRAINING_DATA_INSUFFICIENT',
          message: 'placesPerStep is 13: layer brightest has only 12 places in 3 normal images',
        },
      ],
    });
    expect(context.reports).toEqual([]);
  });

  test('are refused where they are the same everywhere', async () => {
    const black = [1, 2].map((i) => drawnImage(`black-${i}`, () => 0));
    await expect(prepareFlows(colourTraining(compute, params({ placesPerStep: 8 }), black))).rejects.toThrow(
      'has the same values at every place of all normal images',
    );
  });
});

test('a condition that cannot be shared by four and a layer of one channel are refused, both at once', () => {
  const choices = {
    ...{ params: params({ condition: 6 }), supervision: 'UNSUPERVISED' as const },
    ...{ settings: { imageSize: 32, smoothingSigma: 0 }, augmentations: { image: 0, residual: 0 } },
    featureLayers: [colourLayers[0]!, { name: 'grey', channels: 1, stride: 16 }],
  };
  expect(flowProblems(choices, 'cflow').map(({ message }) => message)).toEqual([
    'layer grey of the feature extractor has 1 channel: a flow needs 2',
    'condition is 6: it must be a multiple of 4',
  ]);
});
