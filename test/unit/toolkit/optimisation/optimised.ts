import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { clipByGlobalNorm } from '../../../../src/toolkit/optimisation/gradients.js';
import type { Optimiser } from '../../../../src/toolkit/optimisation/optimiser.js';
import type { GoldenArray } from '../../../golden/golden.js';

/** One parameter `[n]` after each of the steps that gradients `[steps, n]` ask for, in the tensors of the active backend. */
export function optimised(
  optimiser: Optimiser,
  initial: GoldenArray,
  gradients: GoldenArray,
  clipNorm?: number,
): number[][] {
  const [steps, size] = gradients.shape as [number, number];
  let parameter: Tensor = tf.tensor1d(initial.data);
  let slots: Tensor[] = optimiser.slots.map(() => tf.zeros([size]));
  return Array.from({ length: steps }, (_, i) => {
    const given: Tensor = tf.tensor1d(gradients.data.slice(i * size, (i + 1) * size));
    const gradient = clipNorm === undefined ? given : clipByGlobalNorm({ given }, clipNorm)['given']!;
    const update = optimiser.update(parameter, gradient, slots, tf.tensor1d(optimiser.coefficients(i + 1)));
    parameter = update.parameter;
    slots = [...update.slots];
    return [...parameter.dataSync()];
  });
}
