import { afterAll, describe, expect, it } from 'vitest';
import type { HostTensor } from '../../src/plugin-api/index.js';
import { createFeatureStage, resizeMap, type FeatureParams } from '../../src/toolkit/index.js';
import { openPlan, withFeatures } from '../../src/plugin-contract/openPlan.js';
import { compute, largestDifference } from './plugins.js';
import { defective, predict, tools, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

type Tensors = Readonly<Record<string, HostTensor>>;
/** Scores of places and of the image, from features of places and a trained state. */
type Reference = (features: number[][], tensors: Tensors) => { places: number[]; image: number };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const rowsOf = ({ data, shape: [rows = 0, columns = 0] }: HostTensor): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.slice(i * columns, (i + 1) * columns)]);
/** x W + b. */
function layer(x: readonly number[], weight: HostTensor, bias?: HostTensor): number[] {
  const matrix = rowsOf(weight);
  return Array.from(
    { length: weight.shape[1]! },
    (_, j) => sum(x.map((value, i) => value * matrix[i]![j]!)) + (bias?.data[j] ?? 0),
  );
}
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.sqrt(sum(a.map((value, i) => (value - b[i]!) ** 2)));

/** Roth et al. 2022, Eq. 6 and 7: the farthest place, weighed by how usual its nearest normal patch is. */
const patchcore: Reference = (features, tensors) => {
  const bank = rowsOf(tensors['memory-bank.vectors']!);
  const found = features.map((feature) => {
    const distances = bank.map((vector) => distance(feature, vector));
    const nearest = Math.min(...distances);
    return { feature, nearest, vector: bank[distances.indexOf(nearest)]! };
  });
  const worst = found.reduce((a, b) => (b.nearest > a.nearest ? b : a));
  const near = bank.toSorted((a, b) => distance(a, worst.vector) - distance(b, worst.vector)).slice(0, 9);
  const weight = 1 - Math.exp(worst.nearest) / sum(near.map((vector) => Math.exp(distance(worst.feature, vector))));
  return { places: found.map(({ nearest }) => nearest), image: weight * worst.nearest };
};

/** Liu et al. 2023, sections 3.2 to 3.4: minus the discriminator of adapted features. */
const simplenet: Reference = (features, tensors) => {
  const of = (name: string) => tensors[`discriminator.${name}`]!;
  const places = features.map((feature) => {
    const hidden = layer(
      layer(feature, tensors['adaptor']!, tensors['adaptor.bias']),
      of('hidden.weight'),
      of('hidden.bias'),
    );
    const active = hidden.map((value, i) => {
      const standard =
        (value - of('normalisation.mean').data[i]!) / Math.sqrt(of('normalisation.variance').data[i]! + 1e-5);
      const normalised = standard * of('normalisation.weight').data[i]! + of('normalisation.bias').data[i]!;
      return normalised > 0 ? normalised : 0.2 * normalised;
    });
    return -layer(active, of('score.weight'))[0]!;
  });
  return { places, image: Number.NaN };
};

/** `[out, in, 1, 1]` as a matrix `[in, out]`. */
function matrixOf({ data, shape: [outputs = 0, inputs = 0] }: HostTensor): HostTensor {
  const values = Float32Array.from(data, (_, i) => data[(i % outputs) * inputs + Math.floor(i / outputs)]!);
  return { data: values, shape: [inputs, outputs], dtype: 'float32' };
}

/** Pang et al. 2021, Eq. 2: a score for each adapted place; the image's is the mean of the highest tenth. */
const devnet: Reference = (features, tensors) => {
  const of = (name: string) => tensors[`adaptor.normalisation.${name}`]!.data;
  const places = features.map((feature) => {
    const adapted = layer(feature, matrixOf(tensors['adaptor.weight']!)).map((value, i) => {
      const standard = (value - of('mean')[i]!) / Math.sqrt(of('variance')[i]! + 1e-5);
      return Math.max(0, standard * of('weight')[i]! + of('bias')[i]!);
    });
    return Math.abs(layer(adapted, matrixOf(tensors['score.weight']!), tensors['score.bias'])[0]!);
  });
  const highest = places.toSorted((a, b) => b - a).slice(0, Math.floor(places.length / 10));
  return { places, image: sum(highest) / highest.length };
};

describe('a prediction is that of the paper, computed plainly from what was trained', () => {
  it.each([
    ['patchcore', 'UNSUPERVISED', patchcore, { whitening: 0 }],
    ['simplenet', 'UNSUPERVISED', simplenet, {}],
    ['devnet', 'SUPERVISED', devnet, {}],
  ] as const)('%s', async (id, supervision, reference, params) => {
    const { plan, state } = await train(id, supervision, 3, { settings: { smoothingSigma: 0 }, params });
    const image = defective(51);
    const { anomalyMap, anomalyScore } = await predict(plan, state, image);

    const opened = await openPlan(plan, supervision, tools);
    const stage = await createFeatureStage(withFeatures<FeatureParams>(opened));
    const features = rowsOf(await stage.extract(image));
    await stage.dispose();
    opened.close();
    const wanted = reference(features, state.tensors);
    const block = { width: stage.grid, height: stage.grid, data: Float32Array.from(wanted.places) };
    const map = resizeMap(block, anomalyMap.width, anomalyMap.height);
    const range = Math.max(...map.data) - Math.min(...map.data);
    expect(range).toBeGreaterThan(0.1);
    expect(largestDifference(anomalyMap.data, map.data)).toBeLessThan(1e-3 * range);
    const score = Number.isNaN(wanted.image) ? Math.max(...map.data) : wanted.image;
    expect(Math.abs(anomalyScore - score)).toBeLessThan(1e-3 * range);
  });
});
