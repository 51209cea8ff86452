import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';

/** Of {@link truncatedL1Loss}; the paper's values are the defaults. */
export interface TruncatedL1Settings {
  /** th+ of the paper: a normal score above it costs nothing. Default 0.5. */
  normalMargin?: number;
  /** -th- of the paper: an anomalous score below -anomalousMargin costs nothing. Default 0.5. */
  anomalousMargin?: number;
}

/**
 * Truncated L1 loss of a discriminator whose score is high on normal features (Liu et al. 2023, Eq. 6, 7): the mean of
 * max(0, th+ - D(q)) over normal features plus that of max(0, -th- + D(q-)) over anomalous ones.
 */
export function truncatedL1Loss(normal: Tensor1D, anomalous: Tensor1D, settings: TruncatedL1Settings = {}): Scalar {
  const { normalMargin = 0.5, anomalousMargin = 0.5 } = settings;
  return tf.tidy(() =>
    tf.add<Scalar>(
      tf.mean(tf.relu(tf.sub(normalMargin, normal))),
      tf.mean(tf.relu(tf.add(anomalousMargin, anomalous))),
    ),
  );
}
