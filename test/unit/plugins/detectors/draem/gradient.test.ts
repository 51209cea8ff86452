import { tf } from 'residua/plugin-api';
import type { Normalise } from 'residua/toolkit';
import { expect, it } from 'vitest';
import { draemLoss } from '../../../../../plugins/detectors/draem/losses.js';
import {
  anomalousProbability,
  draemNetworks,
  initialParameters,
} from '../../../../../plugins/detectors/draem/networks.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { TensorFunction } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import { named } from '../../../../../src/toolkit/layers/namedTensors.js';
import { between, drawInputs, eagerly, integers } from '../../../compute/agreement.js';

/**
 * Divides by one deviation instead of the batch's. At the start of a training those are so small that rounding grows from layer to
 * layer: images changed by a ten millionth change the gradient of the first layers by a tenth, on one and the same engine.
 */
const evenly: Normalise = (parameters, name, x) =>
  tf.add<typeof x>(tf.mul(tf.div(x, Math.sqrt(0.03)), parameters[`${name}.weight`]!), parameters[`${name}.bias`]!);

it('the gradient of the whole loss, where rounding does not grow, is that of the cpu backend', async () => {
  const widths = { reconstruction: 2, discrimination: 2 };
  const parameters = initialParameters(widths, RandomSource.fromSeed(3));
  const names = Object.keys(parameters);
  const fn: TensorFunction = (images, mask, ...weights) => {
    const loss = (...current: tf.Tensor[]) => {
      const { reconstruction, logits } = draemNetworks(named(names, current), images as tf.Tensor4D, widths, evenly);
      const probability = anomalousProbability(logits);
      const parts = draemLoss(reconstruction, images as tf.Tensor4D, probability, mask as tf.Tensor3D);
      return tf.addN<tf.Scalar>([parts.squaredError, parts.dissimilarity, parts.focal]);
    };
    return [loss(...weights), ...tf.grads(loss)(weights)];
  };
  const [images, marked] = drawInputs([between(0, 1, [2, 32, 32, 3]), integers(0, 2, [2, 32, 32])]);
  const mask = { ...marked!, dtype: 'float32' as const, data: Float32Array.from(marked!.data) };
  const inputs = [images!, mask, ...Object.values(parameters)];
  const expected = eagerly(fn, inputs);
  const compute = await createCompute();
  const compiled = await compute.compile('gradient', fn, inputs);
  const found = await compiled.run(inputs);
  const largest = (values: ArrayLike<number>) =>
    Array.from(values).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const off = found.map(({ data }, i) => {
    const right = expected[i]!.data;
    return largest(Array.from(data, (value, at) => value - right[at]!)) / (largest(right) || 1);
  });
  expect(found).toHaveLength(1 + names.length);
  expect(
    Object.entries(off)
      .filter(([, each]) => !(each < 1e-4))
      .map(([i, each]) => [names[Number(i) - 1], each]),
  ).toEqual([]);
  await compute.dispose();
});
