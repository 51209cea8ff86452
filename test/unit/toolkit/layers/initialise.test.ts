import { describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import {
  convolutionParameters,
  heNormal,
  type Initialise,
  normalisationParameters,
  normalWeights,
  uniformByFanIn,
  xavierNormal,
} from '../../../../src/toolkit/layers/initialise.js';

const shape = [32, 16, 5, 5];
const deviationOf = (initialise: Initialise, of: readonly number[] = shape) => {
  const data = Array.from(initialise(of, RandomSource.fromSeed(1)).data);
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
};

describe('initial values', () => {
  test.each<[string, Initialise, number]>([
    ['normal', normalWeights(0.02), 0.02],
    ["Xavier's", xavierNormal, Math.sqrt(2 / (48 * 25))],
    ["He's", heNormal, Math.sqrt(2 / (32 * 25))],
    ["PyTorch's", uniformByFanIn, 1 / Math.sqrt(3 * 16 * 25)],
  ])('%s have the deviation of the fans', (_, initialise, deviation) => {
    expect(deviationOf(initialise) / deviation).toBeGreaterThan(0.97);
    expect(deviationOf(initialise) / deviation).toBeLessThan(1.03);
  });

  test('a matrix has fans without places', () => {
    expect(deviationOf(xavierNormal, [300, 100]) / Math.sqrt(2 / 400)).toBeCloseTo(1, 1);
  });

  test('the same seed gives the same values, another one others', () => {
    const values = (seed: number) => [...heNormal(shape, RandomSource.fromSeed(seed)).data];
    expect(values(3)).toEqual(values(3));
    expect(values(3)).not.toEqual(values(4));
  });
});

test('a convolution begins without bias or shift, a normalisation as nothing', () => {
  const random = RandomSource.fromSeed(1);
  const layer = { inputs: 3, outputs: 4 };
  const parameters = {
    ...convolutionParameters('c', layer, heNormal, random),
    ...convolutionParameters('d', { ...layer, kernel: 1, bias: false }, heNormal, random),
    ...normalisationParameters('n', 4),
  };
  expect(Object.entries(parameters).map(([name, { shape: of }]) => [name, of])).toEqual([
    ['c.weight', [4, 3, 3, 3]],
    ['c.bias', [4]],
    ['d.weight', [4, 3, 1, 1]],
    ['n.weight', [4]],
    ['n.bias', [4]],
  ]);
  expect([...parameters['c.bias']!.data, ...parameters['n.bias']!.data]).toEqual(new Array(8).fill(0));
  expect([...parameters['n.weight']!.data]).toEqual([1, 1, 1, 1]);
});
