import { afterAll, expect, it } from 'vitest';
import { compute, nonFinite, sampleImage } from './plugins.js';
import { predict, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

it('draem with SSPCAB trains on what the block predicts wrongly, and predicts', async () => {
  const params = { sspcab: { weight: 0.5 }, workingSize: 64, steps: 2 };
  const { plan, state, reports } = await train('draem', 'SUPERVISED', 1, { params });
  expect(plan.detector.params['sspcab']).toEqual({ weight: 0.5, kernel: 1, dilation: 1, reduction: 8 });
  expect(state.tensors).toHaveProperty(['rec.encoder.sspcab.se.fc1.weight']);
  const metrics = reports.find(({ stage }) => stage === 'training')!.metrics!;
  expect(metrics['prediction']).toBeGreaterThan(0);
  const { anomalyMap, anomalyScore } = await predict(plan, state, sampleImage(64, 64, 50));
  expect(nonFinite(anomalyMap.data) + nonFinite([anomalyScore])).toBe(0);
});
