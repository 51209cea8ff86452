/** Residuals based on k nearest neighbours: SemiREST (Li et al. 2023), section 3.2.1, Eq. 12. */
import { defineAugmentation, tf, z } from 'residua/plugin-api';
import { drawUniform, knnResidualAugmentation, residualScaleDraw } from 'residua/toolkit';

/** Eq. 12 as a plugin: see `knnResidualAugmentation`. */
export const knnResidual = defineAugmentation({
  id: 'knn-residual',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['f82015a5dcce70cb135131a04c24d18444b213e4caffdb50d1bc1a603dc033b6'],
  stage: 'residual',
  title: 'k-nearest-neighbour residuals',
  description: 'Takes the residual to one of the nearest memory vectors at random and scales every element a little.',
  reference: 'Li et al. 2023, SemiREST, Eq. 12',
  params: z.strictObject({
    thresholds: z
      .array(z.number().gt(0).lt(1))
      .max(7)
      .default([0.5, 0.8])
      .describe('Upper ends of tau for each neighbour but the last (alpha_1, alpha_2), ascending.')
      .refine((values) => values.every((value, i) => i === 0 || value > values[i - 1]!), 'must ascend'),
    deviation: z.number().min(0).max(1).default(0.2).describe('Standard deviation of z in delta = e^z.'),
    limit: z.number().min(0).max(2).default(0.223).describe('z is clipped to this range on both sides.'),
  }),
  create: ({ thresholds, deviation, limit }) => {
    const drawScale = residualScaleDraw({ deviation, limit });
    return {
      stage: 'residual',
      level: 'feature',
      neighbours: thresholds.length + 1,
      randomInputs: ([, ...shape]) => [
        { spec: { shape: shape.slice(0, -1) }, fill: drawUniform },
        { spec: { shape }, fill: drawScale },
      ],
      apply: (residuals, [tau, scale]) =>
        tf.tidy(() => tf.expandDims(knnResidualAugmentation(residuals, tau!, scale!, thresholds), 0)),
    };
  },
});
