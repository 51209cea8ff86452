import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Mean over the 3x3 neighbourhood, stride 1, zeros around the map, always divided by 9 (PatchCore's patches).
 * @param x `[n, h, w, c]`.
 * @returns the same shape.
 */
export function averagePool3x3(x: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const padded = tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const sum = sumOfThree(sumOfThree(padded, 1), 2);
    return tf.mul(sum, 1 / 9);
  });
}

/** x[i] + x[i+1] + x[i+2] along one axis. */
function sumOfThree(x: Tensor4D, axis: 1 | 2): Tensor4D {
  const size = [...x.shape] as [number, number, number, number];
  size[axis] -= 2;
  const shifted = (by: number) => tf.slice(x, axis === 1 ? [0, by, 0, 0] : [0, 0, by, 0], size);
  return tf.add(tf.add(shifted(0), shifted(1)), shifted(2));
}
