import { tf } from 'residua/plugin-api';
import type { NamedTensors } from 'residua/toolkit';
import {
  guess,
  type MixedTokens,
  type MixMatchInputs,
  mixMatchLosses,
  type MixMatchLossSettings,
  mixTokens,
} from './mixMatch.js';

/** What Algorithm 1 leaves to its user. */
export interface MixMatchSettings extends MixMatchLossSettings {
  /** T. */
  temperature: number;
  /** What the network sees of the mixed tokens `[M, ..., d]`: random PCR dropout (Eq. 13). */
  drop: (mixedTokens: tf.Tensor) => tf.Tensor;
}

/**
 * A network: tokens `[M, ..., d]` to anomaly probabilities `[M, ...]`.
 * @param whole the same tokens before any was dropped.
 */
export type Predict = (parameters: NamedTensors, tokens: tf.Tensor, whole: tf.Tensor) => tf.Tensor;

/** One step of Algorithm 1: all of it that needs no gradient, and the losses. */
export interface MixMatchObjective extends MixedTokens {
  /** `[...]`. */
  guess: tf.Tensor;
  /** `[M, ..., d]`: what the network sees. */
  droppedTokens: tf.Tensor;
  /** The differentiable part: L_x and L_u, each a scalar, of the mixed and dropped tokens. */
  losses(parameters: NamedTensors): { predictions: tf.Tensor; labelledLoss: tf.Scalar; unlabelledLoss: tf.Scalar };
}

/**
 * Algorithm 1 for one batch: guess from the M copies with the parameters as they are, mix, drop. The guess is a constant:
 * call this outside the differentiated function, and `losses` inside.
 */
export function mixMatchObjective(
  parameters: NamedTensors,
  predict: Predict,
  inputs: MixMatchInputs,
  settings: MixMatchSettings,
): MixMatchObjective {
  const { copies, labels } = inputs;
  const guessed = tf.tidy(() => guess(predict(parameters, copies, copies), settings.temperature));
  const mixed = mixTokens(inputs, guessed);
  const droppedTokens = settings.drop(mixed.mixedTokens);
  return {
    guess: guessed,
    ...mixed,
    droppedTokens,
    losses: (current) =>
      tf.tidy(() => {
        const predictions = predict(current, droppedTokens, mixed.mixedTokens);
        const everyLabel = tf.tile(tf.expandDims(labels, 0), [copies.shape[0], ...labels.shape.map(() => 1)]);
        const { labelledLoss, unlabelledLoss } = mixMatchLosses(everyLabel, mixed.mixedTargets, predictions, settings);
        return { predictions, labelledLoss, unlabelledLoss };
      }),
  };
}
