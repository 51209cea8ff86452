import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What {@link residuals} makes of a difference, element by element. */
export const residualFunctions = ['square', 'absolute'] as const;
/** Element-wise distance of Eq. 6; `absolute` is the paper's ablation. */
export type ResidualFunction = (typeof residualFunctions)[number];

/**
 * Position-constrained residuals (Eq. 5, 6): element by element (f^ - m)^2, or |f^ - m| (the ablation of Table 6).
 * @param features f^, `[..., d]`.
 * @param neighbours m, the memory vectors nearest to them in L2, broadcastable to `features` (a leading axis of neighbours
 * is kept).
 * @returns the broadcast shape.
 */
export function residuals(features: Tensor, neighbours: Tensor, kind: ResidualFunction): Tensor {
  return tf.tidy(() => {
    const difference = tf.sub(features, neighbours);
    return kind === 'square' ? tf.square(difference) : tf.abs(difference);
  });
}
