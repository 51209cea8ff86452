import { type LossFunction, tf } from 'residua/plugin-api';
import type { NamedTensors } from 'residua/toolkit';
import { linearPenalty } from './linearHead.js';
import type { LossTerm } from './lossTerm.js';
import { type FineTokens, inputVariance, matchingDistance, tokenScores, type TokenScoring } from './tokenScores.js';
import type { WindowBatch } from './windowBatch.js';
import type { WindowTokens } from './windowTokens.js';

/** What the loss of labelled tokens is made of. */
export interface LabelledTermOptions {
  /** Of one copy. */
  tokens: WindowTokens;
  batch: WindowBatch;
  scoring: TokenScoring;
  loss: LossFunction;
}

/** The same, and what keeps a linear head small. */
export interface PenalisedTermOptions extends LabelledTermOptions {
  /** Weight of the squared weights of a linear head; 0: none. */
  penalty: number;
  /** Of the loss. Default 1. */
  weight?: number;
  /** Of the loss, in reports. Default `labelled`. */
  name?: string;
}

/** The loss on tokens with block labels: normal images, synthetic defects, labelled defects (the full supervision of Fig. 3). */
export function labelledTerm({
  tokens,
  batch,
  scoring,
  loss,
  penalty,
  weight = 1,
  name = 'labelled',
}: PenalisedTermOptions): LossTerm {
  return {
    parts: penalty > 0 ? [name, 'penalty'] : [name],
    inputs: [...batch.inputs, ...tokens.random.map(({ spec }) => spec)],
    draw: (_step, random) => [...batch.draw(random), ...tokens.draw(random)],
    prepare: (inputs, given) => {
      const { windows, labels, rest: random } = batch.given(inputs);
      const whole = tokens.tokens(windows, random, given);
      const seen = tokens.dropped(whole, random);
      const distances = matchingDistance(whole, scoring);
      const fine = tokens.fine(windows, given, scoring);
      const penaltyOf = penalty > 0 ? headPenalty(whole, fine, scoring) : undefined;
      return (parameters) => {
        const scores = tokenScores(parameters, seen, distances, scoring, fine);
        const labelled = loss(tf.reshape<tf.Rank.R1>(scores, [-1]), labels);
        return {
          [name]: weighted(labelled, weight),
          ...(penaltyOf && { penalty: tf.mul(penaltyOf(parameters), penalty) }),
        };
      };
    },
  };
}

function weighted(loss: tf.Scalar, weight: number): tf.Scalar {
  return weight === 1 ? loss : tf.mul(loss, weight);
}

/** The penalty of all linear heads, each on the tokens that it sees. */
function headPenalty(tokens: tf.Tensor4D, fine: FineTokens | undefined, scoring: TokenScoring) {
  const variance = inputVariance(tokens, scoring);
  const fineVariance = fine && inputVariance(fine.tokens, scoring);
  return (parameters: NamedTensors): tf.Scalar => {
    const own = linearPenalty(parameters, variance);
    return fineVariance ? tf.add(own, linearPenalty(parameters, fineVariance, 'fine-linear')) : own;
  };
}
