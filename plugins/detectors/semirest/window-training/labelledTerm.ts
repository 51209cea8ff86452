import { type LossFunction, tf } from 'residua/plugin-api';
import type { LossTerm } from './lossTerm.js';
import { matchingDistance, tokenScores, type TokenScoring } from './tokenScores.js';
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

/** The loss on tokens with block labels: normal images, synthetic defects, labelled defects (the full supervision of Fig. 3). */
export function labelledTerm({ tokens, batch, scoring, loss }: LabelledTermOptions): LossTerm {
  return {
    parts: ['labelled'],
    inputs: [...batch.inputs, ...tokens.random.map(({ spec }) => spec)],
    draw: (_step, random) => [...batch.draw(random), ...tokens.draw(random)],
    prepare: ([features, neighbours, labels, ...random], given) => {
      const windows = { features: features as tf.Tensor4D, neighbours: neighbours as tf.Tensor4D };
      const whole = tokens.tokens(windows, random, given);
      const seen = tokens.dropped(whole, random);
      const distances = matchingDistance(whole, scoring);
      const noise = tokens.noise(random);
      return (parameters) => {
        const scores = tokenScores(parameters, seen, distances, scoring, noise);
        return { labelled: loss(tf.reshape<tf.Rank.R1>(scores, [-1]), labels as tf.Tensor1D) };
      };
    },
  };
}
