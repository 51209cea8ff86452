import { tf } from 'residua/plugin-api';
import { pixelFocalCosts, structuralSimilarity } from 'residua/toolkit';

/** The parts of the loss of DRAEM, each a scalar (Eq. 1-4). */
export interface DraemLoss {
  squaredError: tf.Scalar;
  dissimilarity: tf.Scalar;
  focal: tf.Scalar;
}

/**
 * What reconstruction and segmentation cost.
 * @param clean images without defects, `[n, s, s, 3]`, 0..1.
 * @param anomalous probability of each pixel, `[n, s, s]`.
 * @param mask 1 where a defect was drawn, in between where a pixel holds part of one, `[n, s, s]`.
 * @param counts weight of each pixel of the mask, of its shape; left out: 1.
 */
export function draemLoss(
  reconstruction: tf.Tensor4D,
  clean: tf.Tensor4D,
  anomalous: tf.Tensor3D,
  mask: tf.Tensor3D,
  counts?: tf.Tensor3D,
): DraemLoss {
  return {
    squaredError: tf.mean(tf.squaredDifference(reconstruction, clean)),
    dissimilarity: dissimilarity(reconstruction, clean),
    focal: focalOfPixels(anomalous, mask, counts),
  };
}

/** 1 - mean structural similarity. */
export function dissimilarity(a: tf.Tensor4D, b: tf.Tensor4D): tf.Scalar {
  return tf.sub(1, tf.mean(structuralSimilarity(a, b)));
}

/** Mean of -(1 - p)^2 log p, p the probability of what the mask says; no weights of the classes, those of pixels where given. */
export function focalOfPixels(anomalous: tf.Tensor, mask: tf.Tensor, counts?: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const costs = pixelFocalCosts(anomalous, mask, 2);
    if (!counts) return tf.mean<tf.Scalar>(costs);
    return tf.div(tf.sum<tf.Scalar>(tf.mul(costs, counts)), tf.maximum(tf.sum(counts), 1));
  });
}
