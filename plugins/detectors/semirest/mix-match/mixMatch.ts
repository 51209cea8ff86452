import { tf } from 'residua/plugin-api';
import { type FocalSettings, focalTerm, power } from 'residua/toolkit';

/**
 * Two-class sharpening of MixMatch: q^(1/T) / (q^(1/T) + (1-q)^(1/T)).
 * @param probabilities q, any shape.
 * @param temperature T; below 1 the guesses move towards 0 and 1.
 */
export function sharpen<T extends tf.Tensor>(probabilities: T, temperature: number): T {
  return tf.tidy(() => {
    const [yes, no] = [probabilities, tf.sub<T>(1, probabilities)].map((each) => power(each, 1 / temperature)) as [
      T,
      T,
    ];
    return tf.div<T>(yes, tf.add(yes, no));
  });
}

/**
 * The guess of Algorithm 1: the sharpened mean of the predictions for M augmented copies. A constant for the gradient:
 * make it outside the differentiated function.
 * @param predictions `[M, ...]`.
 * @returns `[...]`.
 */
export function guess(predictions: tf.Tensor, temperature: number): tf.Tensor {
  return tf.tidy(() => sharpen(tf.mean(predictions, 0), temperature));
}

/**
 * MixUp: lambda' * own + (1 - lambda') * partner for tokens and targets alike, with lambda' = max(lambda, 1 - lambda), so
 * that a token stays nearest to itself.
 * @param own tokens `[n, d]`, `partner` the same.
 * @param lambda a scalar or `[n]`.
 */
export function mixUp(
  own: { tokens: tf.Tensor; targets: tf.Tensor1D },
  partner: { tokens: tf.Tensor; targets: tf.Tensor1D },
  lambda: tf.Tensor,
): { tokens: tf.Tensor; targets: tf.Tensor1D } {
  return tf.tidy(() => {
    const weight = tf.maximum(lambda, tf.sub(1, lambda));
    const ofTokens = weight.rank === 0 ? weight : tf.expandDims(weight, 1);
    return { tokens: mix(own.tokens, partner.tokens, ofTokens), targets: mix(own.targets, partner.targets, weight) };
  });
}

function mix<T extends tf.Tensor>(own: T, partner: T, weight: tf.Tensor): T {
  return tf.add<T>(tf.mul(weight, own), tf.mul(tf.sub(1, weight), partner));
}

/** What one mixed batch is made of. `[...]` stands for the tokens' places, e.g. `[n, mu, mu]`. */
export interface MixMatchInputs {
  /** M augmented copies of the same windows, `[M, ..., d]`. */
  copies: tf.Tensor;
  /** `[...]`, float32: 0 NORMAL (the set X), -1 UNKNOWN (the set U); others take no part. */
  labels: tf.Tensor;
  /** int32 `[M*...]` and `[M*...]`, from `mixMatchPairs`. */
  partners: tf.Tensor1D;
  lambdas: tf.Tensor1D;
}

/** Tokens and targets after MixUp. */
export interface MixedTokens {
  /** `[M, ..., d]`. */
  mixedTokens: tf.Tensor;
  /** `[M, ...]`; a token that takes no part keeps its label. */
  mixedTargets: tf.Tensor;
}

/**
 * The mixing of Algorithm 1: X keeps target 0, U takes the guess, MixUp between places. Mixed tokens stay in the place of
 * their first component.
 * @param guessed `[...]`, from {@link guess}.
 */
export function mixTokens(inputs: MixMatchInputs, guessed: tf.Tensor): MixedTokens {
  const { copies, labels, partners, lambdas } = inputs;
  const channels = copies.shape.at(-1)!;
  const places = copies.shape.slice(0, -1);
  return tf.tidy(() => {
    const targets = tf.where(tf.equal(labels, -1), guessed, labels);
    const repeated = tf.tile(tf.reshape<Rank1>(targets, [-1]), [places[0]!]);
    const own = { tokens: tf.reshape(copies, [-1, channels]), targets: repeated };
    const partner = { tokens: tf.gather(own.tokens, partners), targets: tf.gather(own.targets, partners) };
    const mixed = mixUp(own, partner, lambdas);
    return {
      mixedTokens: tf.reshape(mixed.tokens, copies.shape),
      mixedTargets: tf.reshape(mixed.targets, places),
    };
  });
}

type Rank1 = tf.Rank.R1;

/** Weights and exponents of both losses of Algorithm 1. */
export interface MixMatchLossSettings {
  /** Of the tokens labelled NORMAL. Default alpha 0.25, gamma 4. */
  labelled?: FocalSettings;
  /** Of the tokens labelled UNKNOWN. Default alpha 0.75, gamma 4. */
  unlabelled?: FocalSettings;
}

/** Both losses of Algorithm 1, and what they are made of. */
export interface MixMatchLosses {
  /** p = (1-y*)(1-y) + y* y, the shape of the predictions. */
  agreement: tf.Tensor;
  /** L_x, a scalar; 0 when X is empty. */
  labelledLoss: tf.Scalar;
  /** L_u, a scalar, without its weight; 0 when U is empty. */
  unlabelledLoss: tf.Scalar;
}

/**
 * The losses of Algorithm 1: focal terms on the agreement p of prediction and mixed target, weight alpha where the target
 * exceeds 0.5 and 1 - alpha elsewhere, divided by |X| and |U|.
 * @param labels before mixing, one for each prediction: 0 NORMAL (X), -1 UNKNOWN (U); others take no part.
 * @param targets y*, mixed. @param predictions y.
 */
export function mixMatchLosses(
  labels: tf.Tensor,
  targets: tf.Tensor,
  predictions: tf.Tensor,
  settings: MixMatchLossSettings = {},
): MixMatchLosses {
  const { labelled = {}, unlabelled = {} } = settings;
  return tf.tidy(() => {
    const isLabelled = tf.equal(labels, 0);
    const isUnlabelled = tf.equal(labels, -1);
    // Targets of tokens that take no part are labels such as -2, not probabilities.
    const target = tf.where(tf.logicalOr(isLabelled, isUnlabelled), targets, tf.zerosLike(targets));
    const agreement = tf.add(tf.mul(tf.sub(1, target), tf.sub(1, predictions)), tf.mul(target, predictions));
    const part = (chosen: tf.Tensor, { alpha, gamma }: Required<FocalSettings>) => {
      const right = tf.where(chosen, agreement, tf.onesLike(agreement));
      const weight = tf.add(1 - alpha, tf.mul(tf.cast(tf.greater(target, 0.5), 'float32'), 2 * alpha - 1));
      const count = tf.maximum(tf.sum(tf.cast(chosen, 'float32')), 1);
      return tf.div<tf.Scalar>(tf.sum(tf.mul(weight, focalTerm(right, gamma))), count);
    };
    return {
      agreement,
      labelledLoss: part(isLabelled, { alpha: 0.25, gamma: 4, ...labelled }),
      unlabelledLoss: part(isUnlabelled, { alpha: 0.75, gamma: 4, ...unlabelled }),
    };
  });
}
