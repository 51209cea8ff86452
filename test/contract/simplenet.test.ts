import { afterAll, expect, it } from 'vitest';
import { openPlan, withFeatures } from '../../src/plugin-contract/openPlan.js';
import { createFeatureStage, type FeatureParams } from '../../src/toolkit/index.js';
import { compute } from './plugins.js';
import { normalImages, tools, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

it('noise of simplenet is a share of the deviation of all feature values, or in units of the features', async () => {
  const params = { steps: 3, noise: 0.5 };
  const { plan, state } = await train('simplenet', 'UNSUPERVISED', 1, { params });
  const opened = await openPlan(plan, 'UNSUPERVISED', tools);
  const stage = await createFeatureStage(withFeatures<FeatureParams>(opened));
  const values: number[] = [];
  for (const image of normalImages) values.push(...(await stage.extract(await image.load())).data);
  await stage.dispose();
  opened.close();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);

  const absolute = (noise: number) =>
    train('simplenet', 'UNSUPERVISED', 1, { params: { ...params, noise, noiseAbsolute: true } });
  const weightsOf = (trained: typeof state) => [...trained.tensors['adaptor']!.data];
  const difference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
  expect(difference(weightsOf((await absolute(0.5 * deviation)).state), weightsOf(state))).toBeLessThan(1e-5);
  expect(difference(weightsOf((await absolute(0.5)).state), weightsOf(state))).toBeGreaterThan(1e-4);
});
