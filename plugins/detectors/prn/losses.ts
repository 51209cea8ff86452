import { tf } from 'residua/plugin-api';
import { pixelFocalCosts } from 'residua/toolkit';

const focalWeight = 5;
const gamma = 4;
/** Of both classes. */
const alpha = 0.5;

/**
 * The parts of the loss (Zhang et al. 2023), each a scalar: smooth L1 of the probabilities, and 5 times a focal loss.
 * @param logits `[n, size, size, 1]`.
 * @param labels of the pixels, 0 or 1, `[n, size, size, 1]`; those below 0 count for nothing.
 */
export function prnLoss(logits: tf.Tensor4D, labels: tf.Tensor4D): { smoothL1: tf.Scalar; focal: tf.Scalar } {
  const probability = tf.sigmoid(logits);
  const known = tf.sub<tf.Tensor4D>(1, tf.step(tf.neg(labels)));
  const mask = tf.relu(labels);
  const count = tf.maximum(tf.sum(known), 1);
  const mean = (costs: tf.Tensor) => tf.div<tf.Scalar>(tf.sum(tf.mul(known, costs)), count);
  return {
    // Probabilities and masks never differ by more than 1, below which smooth L1 is a square.
    smoothL1: mean(tf.mul(tf.squaredDifference(probability, mask), 0.5)),
    focal: tf.mul<tf.Scalar>(mean(pixelFocalCosts(probability, mask, gamma)), focalWeight * alpha),
  };
}
