import { type LossFunction, tf } from 'residua/plugin-api';
import { linearPenalty } from './linearHead.js';
import type { LossTerm } from './lossTerm.js';
import { inputVariance, matchingDistance, tokenScores, type TokenScoring } from './tokenScores.js';
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
}

/** The loss on tokens with block labels: normal images, synthetic defects, labelled defects (the full supervision of Fig. 3). */
export function labelledTerm({ tokens, batch, scoring, loss, penalty }: PenalisedTermOptions): LossTerm {
  return {
    parts: penalty > 0 ? ['labelled', 'penalty'] : ['labelled'],
    inputs: [...batch.inputs, ...tokens.random.map(({ spec }) => spec)],
    draw: (_step, random) => [...batch.draw(random), ...tokens.draw(random)],
    prepare: ([features, neighbours, labels, ...random], given) => {
      const windows = { features: features as tf.Tensor4D, neighbours: neighbours as tf.Tensor4D };
      const whole = tokens.tokens(windows, random, given);
      const seen = tokens.dropped(whole, random);
      const distances = matchingDistance(whole, scoring);
      const variance = penalty > 0 ? inputVariance(whole, scoring) : undefined;
      return (parameters) => {
        const scores = tokenScores(parameters, seen, distances, scoring);
        const labelled = loss(tf.reshape<tf.Rank.R1>(scores, [-1]), labels as tf.Tensor1D);
        return { labelled, ...(variance && { penalty: tf.mul(linearPenalty(parameters, variance), penalty) }) };
      };
    },
  };
}
