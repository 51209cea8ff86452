import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../swin/swinSettings.js';
import { lossAndGradients } from './gradients.js';
import {
  guess,
  type MixedTokens,
  type MixMatchInputs,
  mixMatchLosses,
  type MixMatchLosses,
  type MixMatchLossSettings,
  mixTokens,
} from './mixMatch.js';

export interface MixMatchSettings extends MixMatchLossSettings {
  /** T. */
  temperature: number;
  /** alpha of Eq. 13. */
  dropoutProbability: number;
}

/** A network: tokens `[M, ..., d]` to anomaly probabilities `[M, ...]`. */
export type Predict = (parameters: NamedTensors, tokens: Tensor) => Tensor;

export interface MixMatchStep extends MixedTokens, Omit<MixMatchLosses, 'agreement'> {
  /** `[...]`. */
  guess: Tensor;
  /** Of the mixed and dropped tokens, `[M, ...]`. */
  predictions: Tensor;
  /** L = L_x + lambda_u L_u. */
  loss: Scalar;
  gradients: Record<string, Tensor>;
}

/**
 * Algorithm 1 for one batch: guess from the M copies, mix, drop, predict again, losses and their gradients. The guess is
 * made outside the differentiated part.
 * @param unlabelledWeight lambda_u, a scalar.
 */
export function mixMatchStep(
  parameters: NamedTensors,
  predict: Predict,
  inputs: MixMatchInputs,
  unlabelledWeight: Scalar,
  settings: MixMatchSettings,
): MixMatchStep {
  return tf.tidy(() => {
    const guessed = guess(predict(parameters, inputs.copies), settings.temperature);
    const mixed = mixTokens(inputs, guessed, settings.dropoutProbability);
    const forward = (current: NamedTensors) => {
      const predictions = predict(current, mixed.droppedTokens);
      return { predictions, ...mixMatchLosses(copiesOf(inputs), mixed.mixedTargets, predictions, settings) };
    };
    // A second forward outside the tape hands out the parts; a compiled graph holds it only once.
    const { predictions, labelledLoss, unlabelledLoss } = forward(parameters);
    const { loss, gradients } = lossAndGradients(parameters, (current) => {
      const losses = forward(current);
      return tf.add(losses.labelledLoss, tf.mul(losses.unlabelledLoss, unlabelledWeight));
    });
    return { guess: guessed, ...mixed, predictions, labelledLoss, unlabelledLoss, loss, gradients };
  });
}

/** The labels of every (copy, place): the same for each copy. */
function copiesOf({ copies, labels }: MixMatchInputs): Tensor {
  return tf.tile(tf.expandDims(labels, 0), [copies.shape[0], ...labels.shape.map(() => 1)]);
}
