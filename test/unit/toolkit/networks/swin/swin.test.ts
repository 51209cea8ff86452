import * as tf from '@tensorflow/tfjs-core';
import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../../src/shared/random.js';
import { initialSwinParameters } from '../../../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { anomalyProbability, swin, swinStages } from '../../../../../src/toolkit/networks/swin/swin.js';
import { swinParameterShapes } from '../../../../../src/toolkit/networks/swin/swinSettings.js';
import { expectGolden, goldenCases } from '../../../../golden/golden.js';
import { swinParameters, swinSettings } from '../../goldenSwin.js';
import { run, tensor, useCpuBackend } from '../../tensors.js';

beforeAll(useCpuBackend);

describe('the Swin Transformer (Eq. 9)', () => {
  test.each(goldenCases('11-swin', 'swin'))('$name', (golden) => {
    const parameters = swinParameters(golden);
    const tokens = tensor<Tensor4D>(golden.inputs['tokens']);
    const result = run([tokens, ...Object.values(parameters)], () => {
      const { embedding, blocks, logits } = swinStages(parameters, tokens);
      const named = Object.fromEntries(blocks.map((block, i) => [`block${i}`, block]));
      return { embedding, logits, probability: anomalyProbability(logits), ...named };
    });
    expectGolden(golden, result);
  });

  test('keeps nothing but the logits', () => {
    const golden = goldenCases('11-swin', 'swin')[3]!;
    const parameters = swinParameters(golden);
    const tokens = tensor<Tensor4D>(golden.inputs['tokens']);
    const { logits } = run([tokens, ...Object.values(parameters)], () => ({ logits: swin(parameters, tokens) }));
    expectGolden(
      golden,
      { logits },
      Object.keys(golden.expected).filter((field) => field !== 'logits'),
    );
  });

  test('refuses windows that attention windows do not divide, other channels and missing parameters', () => {
    const golden = goldenCases('11-swin', 'swin')[3]!;
    const parameters = swinParameters(golden);
    const { 'head.bias': bias, ...others } = parameters;
    const [sized, narrow, right] = [
      tf.zeros<Rank.R4>([1, 6, 8, 16]),
      tf.zeros<Rank.R4>([1, 8, 8, 15]),
      tf.zeros<Rank.R4>([1, 8, 8, 16]),
    ];
    run([sized, narrow, right, bias!, ...Object.values(others)], () => {
      expect(() => swin(parameters, sized)).toThrow('windows of 6x8 tokens are no multiple of the attention window 4');
      expect(() => swin(parameters, narrow)).toThrow("'features.0.0' takes 16 channels");
      expect(() => swin(others, right)).toThrow("parameter 'head.bias' is missing");
      return {};
    });
  });
});

describe("the Swin's parameters", () => {
  test.each(goldenCases('11-swin', 'swin').slice(2, 4))('have the names and shapes of PyTorch: $name', (golden) => {
    const shapes = Object.entries(swinParameters(golden)).map(([name, each]) => {
      each.dispose();
      return [name, each.shape];
    });
    expect(swinParameterShapes(swinSettings(golden))).toEqual(Object.fromEntries(shapes));
  });

  test('start as small random matrices, zero biases and unit scales, and repeat with the seed', () => {
    const settings = { inputDimension: 12, dimension: 32, heads: 4, window: 4, blocks: 2 };
    const parameters = initialSwinParameters(settings, RandomSource.fromSeed(1));
    expect(Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape]))).toEqual(
      swinParameterShapes(settings),
    );
    const matrix = parameters['features.1.0.mlp.0.weight']!.data;
    const deviation = Math.sqrt([...matrix].reduce((sum, value) => sum + value ** 2, 0) / matrix.length);
    // A normal variable cut at two deviations keeps 0.8796 of its deviation.
    expect(deviation).toBeCloseTo(0.0176, 3);
    expect(matrix.every((value) => Math.abs(value) <= 0.04 + 1e-8)).toBe(true);
    expect(parameters['norm.weight']!.data.every((value) => value === 1)).toBe(true);
    expect(parameters['head.bias']!.data.every((value) => value === 0)).toBe(true);
    expect(initialSwinParameters(settings, RandomSource.fromSeed(1))).toEqual(parameters);
    expect(initialSwinParameters(settings, RandomSource.fromSeed(2))['head.weight']).not.toEqual(
      parameters['head.weight'],
    );
  });

  test('start the MLPs, and nothing else, at a gain over the root of their inputs where one is asked for', () => {
    const settings = { inputDimension: 12, dimension: 32, heads: 4, window: 4, blocks: 1 };
    const usual = initialSwinParameters(settings, RandomSource.fromSeed(1));
    const gained = initialSwinParameters(settings, RandomSource.fromSeed(1), 2);
    for (const [name, { data }] of Object.entries(usual)) {
      const factor = { 'features.1.0.mlp.0.weight': 32, 'features.1.0.mlp.3.weight': 128 }[name];
      const scale = factor ? 2 / Math.sqrt(factor) / 0.02 : 1;
      const expected = data.map((value) => value * scale);
      expect(gained[name]!.data.every((value, i) => Math.abs(value - expected[i]!) < 1e-5)).toBe(true);
    }
  });

  test('refuse heads that do not divide the embedding and sizes that are no counts', () => {
    const settings = { inputDimension: 12, dimension: 30, heads: 4, window: 4, blocks: 2 };
    expect(() => swinParameterShapes(settings)).toThrow('4 heads do not divide an embedding of 30 dimensions');
    expect(() => swinParameterShapes({ ...settings, blocks: 0 })).toThrow(
      'blocks of a Swin is a positive integer, got 0',
    );
  });
});
