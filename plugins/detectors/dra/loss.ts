import { tf } from 'residua/plugin-api';
import { deviationLoss } from 'residua/toolkit';
import type { HeadScores } from './heads.js';

/** What an image of a training step is. */
export const sampleKinds = { normal: 0, anomalous: 1, pseudo: 2 } as const;

/** The loss of each head, a scalar each. */
export type HeadLosses = Record<keyof HeadScores, tf.Scalar>;

/**
 * Deviation losses of the heads (section 3.1): labelled anomalies teach the seen head, pseudo anomalies the pseudo head, both the
 * composite one; the holistic head scores normal images.
 * @param kinds `[n]`, values of {@link sampleKinds}.
 * @param reference `[l]`, drawn from N(0, 1).
 * @returns of the heads that gave scores.
 */
export function headLosses(
  scores: HeadScores,
  kinds: tf.Tensor1D,
  reference: tf.Tensor1D,
  margin: number,
): Partial<HeadLosses> {
  const is = (kind: keyof typeof sampleKinds) => tf.cast<tf.Tensor1D>(tf.equal(kinds, sampleKinds[kind]), 'float32');
  // -1 is neither normal nor anomalous: it teaches nothing.
  const labels: Record<keyof HeadScores, tf.Tensor1D> = {
    holistic: is('normal'),
    seen: tf.sub(is('anomalous'), is('pseudo')),
    pseudo: tf.sub(is('pseudo'), is('anomalous')),
    composite: tf.sub(1, is('normal')),
  };
  return Object.fromEntries(
    Object.entries(scores).map(([head, score]) => [
      head,
      deviationLoss(score, labels[head as keyof HeadScores], reference, { margin }),
    ]),
  );
}
