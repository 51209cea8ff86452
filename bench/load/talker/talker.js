/**
 * A detector that learns nothing and reports steps at a given pace: for measuring what happens to what is reported.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { defineDetector, z } from 'residua/plugin-api';

export const plugin = defineDetector({
  id: 'talker',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Talker',
  description: 'Reports steps at a given pace.',
  params: z.strictObject({
    /** Steps a second. */
    rate: z.number().positive(),
    seconds: z.number().positive(),
  }),
  supervisions: ['UNSUPERVISED'],
  uses: { features: false, augmentations: [], loss: false },
  continues: false,
  stages: () => [{ name: 'training', weight: 1 }],
  check: () => [],
  async train({ params: { rate, seconds }, steps: { report, signal } }) {
    const totalSteps = Math.round(rate * seconds);
    const began = performance.now();
    for (let step = 0; step < totalSteps; await pause(Math.min(50, 1000 / rate), undefined, { signal })) {
      const due = Math.min(totalSteps, Math.ceil(((performance.now() - began) / 1000) * rate));
      for (; step < due; step++) {
        report({
          stage: 'training',
          step: step + 1,
          totalSteps,
          metrics: { loss: 1 / (step + 1), learningRate: 0.001 },
        });
      }
    }
    return { tensors: {}, metadata: {} };
  },
  load: async (_state, { settings: { imageSize } }) => ({
    predict: async () => ({
      anomalyMap: { width: imageSize, height: imageSize, data: new Float32Array(imageSize ** 2) },
      anomalyScore: 0,
    }),
    dispose: async () => undefined,
  }),
});
