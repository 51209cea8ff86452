import { hostTensor, type HostTensor, tf } from 'residua/plugin-api';
import type { NamedTensors } from 'residua/toolkit';
import { mixMatchObjective } from '../mix-match/mixMatchObjective.js';
import { drawMixMatchPairs, unlabelledWeight } from '../mix-match/mixMatchPairs.js';
import type { SemirestParams } from '../semirestParams.js';
import type { LossTerm } from './lossTerm.js';
import { matchingDistance, tokenScores, type TokenScoring } from './tokenScores.js';
import type { WindowBatch } from './windowBatch.js';
import type { WindowTokens } from './windowTokens.js';

/** What the losses of MixMatch are made of. */
export interface MixMatchTermOptions {
  /** Of M copies. */
  tokens: WindowTokens;
  /** Windows of images with boxes: labels NORMAL and UNKNOWN. */
  batch: WindowBatch;
  params: SemirestParams;
  /** Of both losses. */
  share: number;
}

/** The loss on windows of images with boxes (Algorithm 1): L_x + lambda_u L_u. */
export function mixMatchTerm({ tokens, batch, params, share }: MixMatchTermOptions): LossTerm {
  const copies = params.guesses;
  const places = batch.labels.length;
  const everyLabel = new Float32Array(copies * places);
  return {
    parts: ['boxLabelled', 'unlabelled'],
    inputs: [
      ...batch.inputs,
      { shape: [copies * places], dtype: 'int32' },
      { shape: [copies * places] },
      { shape: [] },
      ...tokens.random.map(({ spec }) => spec),
    ],
    draw: (step, random) => {
      const drawn = batch.draw(random);
      for (let copy = 0; copy < copies; copy++) everyLabel.set(batch.labels, copy * places);
      const { partners, lambdas } = drawMixMatchPairs(everyLabel, params.mixUpBeta, random);
      return [
        ...drawn,
        hostTensor(partners, [copies * places]),
        hostTensor(lambdas, [copies * places]),
        rampedWeight(step, params),
        ...tokens.draw(random),
      ];
    },
    prepare: (inputs, given) => {
      const { windows, labels, rest } = batch.given(inputs);
      const [partners, lambdas, weight, ...random] = rest;
      const flat = tokens.tokens(windows, random, given);
      const [, rows, columns, channels] = flat.shape;
      const objective = mixMatchObjective(
        given.parameters,
        predictWith(params),
        {
          copies: tf.reshape(flat, [copies, -1, rows, columns, channels]),
          labels: tf.reshape(labels, [-1, rows, columns]),
          partners: partners as tf.Tensor1D,
          lambdas: lambdas as tf.Tensor1D,
        },
        { ...objectiveOf(params), drop: (mixed) => tokens.dropped(mixed, random) },
      );
      return (parameters) => {
        const { labelledLoss, unlabelledLoss } = objective.losses(parameters);
        return { boxLabelled: tf.mul(labelledLoss, share), unlabelled: tf.mul(unlabelledLoss, tf.mul(weight!, share)) };
      };
    },
  };
}

/** lambda_u of a step, a scalar. */
function rampedWeight(step: number, params: SemirestParams): HostTensor {
  const weight = unlabelledWeight(step, params.unlabelledWeight, params.unlabelledRampSteps);
  return hostTensor(Float32Array.of(weight), []);
}

/** T, and the focal losses of L_x and L_u. */
function objectiveOf(params: SemirestParams) {
  const { boxLabelledAlpha, boxLabelledGamma, unlabelledAlpha, unlabelledGamma } = params;
  return {
    temperature: params.sharpeningTemperature,
    labelled: { alpha: boxLabelledAlpha, gamma: boxLabelledGamma },
    unlabelled: { alpha: unlabelledAlpha, gamma: unlabelledGamma },
  };
}

/** The Swin over M copies of windows at once. */
function predictWith(scoring: TokenScoring) {
  return (parameters: NamedTensors, tokens: tf.Tensor, whole: tf.Tensor): tf.Tensor => {
    const [copies, windows, rows, columns, channels] = tokens.shape as [number, number, number, number, number];
    const flat = tf.reshape<tf.Rank.R4>(tokens, [copies * windows, rows, columns, channels]);
    const distances = tf.reshape<tf.Rank.R3>(matchingDistance(whole, scoring), [copies * windows, rows, columns]);
    return tf.reshape(tokenScores(parameters, flat, distances, scoring), [copies, windows, rows, columns]);
  };
}
