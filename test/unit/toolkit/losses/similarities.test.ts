import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import type { Compute } from '../../../../src/shared/compute.js';
import { cosineSimilarity, unitVectors } from '../../../../src/toolkit/losses/cosineDistance.js';
import { structuralSimilarity } from '../../../../src/toolkit/losses/structuralSimilarity.js';
import { lossAndGradients } from '../../../../src/toolkit/optimisation/gradients.js';
import { expectGolden, goldenCases } from '../../../golden/golden.js';
import { host } from '../probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

test.each(goldenCases('detectors/common/common', 'cosine'))('cosine similarity: $name', async (golden) => {
  const inputs = [host(golden.inputs['a']), host(golden.inputs['b'])];
  const compiled = await compute.compile(
    'cosine',
    (a, b) => {
      const places = cosineSimilarity(a as Tensor4D, b as Tensor4D);
      const whole = (other: Tensor4D) => {
        const flat = (x: Tensor4D) => tf.reshape<tf.Rank.R4>(x, [x.shape[0], 1, 1, -1]);
        return tf.reshape(cosineSimilarity(flat(a as Tensor4D), flat(other)), [-1]);
      };
      const { gradients } = lossAndGradients({ b: b }, (given) => tf.mean(tf.sub(1, whole(given['b'] as Tensor4D))));
      return [places, whole(b as Tensor4D), gradients['b']!];
    },
    inputs,
  );
  const [perPlace, perImage, gradient] = await compiled.run(inputs);
  await compiled.dispose();
  expectGolden(golden, { perPlace, perImage, 'grad.b': gradient });
});

test('a vector of zeros has neither direction nor a gradient that is no number', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 1, 1, 3]);
    const { loss, gradients } = lossAndGradients({ x }, (given) => tf.sum(unitVectors(given['x']!)));
    expect(loss.dataSync()[0]).toBe(0);
    expect([...gradients['x']!.dataSync()].every(Number.isFinite)).toBe(true);
  });
});

const ssimCases = goldenCases('detectors/draem/draem', 'ssim').filter(({ name }) => name !== 'ssim-range-2');
test.each(ssimCases)('structural similarity: $name', async (golden) => {
  const inputs = [host(golden.inputs['a']), host(golden.inputs['b'])];
  const compiled = await compute.compile(
    'ssim',
    (a, b) => {
      const lossOf = (x: Tensor4D) => tf.sub<tf.Scalar>(1, tf.mean(structuralSimilarity(x, b as Tensor4D)));
      const { loss, gradients } = lossAndGradients({ a: a }, (given) => lossOf(given['a'] as Tensor4D));
      return [loss, structuralSimilarity(a as Tensor4D, b as Tensor4D), gradients['a']!];
    },
    inputs,
  );
  const [loss, map, gradient] = await compiled.run(inputs);
  await compiled.dispose();
  expectGolden(golden, { loss, map, 'grad.a': gradient });
});
