import { tf } from 'residua/plugin-api';
import { embedTokens, type NamedTensors, swinOfEmbedding, upscaled } from 'residua/toolkit';
import { hasSwin, type LinearHead, linearLogits, linearParts, neighbourhoodMean } from './linearHead.js';
import { extractWindows, fillToWindow } from '../windows/extractWindows.js';
import { tokenPartition } from '../windows/tokenPartition.js';
import { type WindowGrid, finerGrid } from '../windows/windowStarts.js';

/** How residuals enter the network and its verdict. All off in the paper. */
export interface TokenScoring {
  /**
   * Weight of the features themselves beside their residuals in what the network sees, standardised by the memory bank: what
   * a labelled defect looks like, not only how far from normal it is. 0: residuals alone.
   */
  featureInput: number;
  /** `logarithm` compresses the residuals' long tail: log(1 + r). */
  residualInput: 'linear' | 'logarithm';
  /**
   * Weight of the matching distance in the anomalous logit: added is `weight * (2 log(mean normalised residual) - 3)`, so that
   * a network whose last layer starts at zero begins as a nearest-neighbour detector. 0: none.
   */
  distancePrior: number;
  /** Tokens per side of what the linear head averages beside each token. */
  headNeighbourhood: number;
  /** Of the fine layers' distance in that prior, where there are such layers. */
  fineWeight: number;
}

/** Tokens of the fine layers in the same windows, each side a multiple of the others'. */
export interface FineTokens {
  /** From {@link joinFeatures}, `[n, f * mu, f * mu, d]`. */
  tokens: tf.Tensor4D;
  /** From {@link matchingDistance}, `[n, f * mu, f * mu]`. */
  distances: tf.Tensor3D;
}

/** The same for predictions. */
export interface PredictedScoring extends TokenScoring {
  /** Logits are divided by it: probabilities that would all be 1 stay apart. */
  temperature: number;
}

/** Keeps log() finite where a residual is exactly zero. */
const smallest = 1e-6;

/**
 * Divides residual tokens by their mean over normal images, so that 1 is an ordinary residual whatever the backbone.
 * @param tokens `[..., d_t]`.
 * @param scale `[d_t]` or `[1]`.
 */
export function normaliseResiduals<T extends tf.Tensor>(tokens: T, scale: tf.Tensor1D): T {
  return tf.div(tokens, scale);
}

/** Channels of a token, from those of its residual, d_t. */
export function tokenChannels(residualChannels: number, { featureInput }: Pick<TokenScoring, 'featureInput'>): number {
  return featureInput > 0 ? 2 * residualChannels : residualChannels;
}

/**
 * Joins residual tokens with the features they come from, each channel standardised by the memory bank's mean and deviation.
 * @param tokens normalised residuals, `[n, h, w, d_t]`.
 * @param features f^ of the same places, `[n, h * rho, w * rho, d_f]`.
 * @param bank `[m, d_f]`.
 * @returns `[n, h, w, 2 d_t]`, residuals first; the tokens themselves at weight 0.
 */
export function joinFeatures(
  tokens: tf.Tensor4D,
  features: tf.Tensor4D,
  bank: tf.Tensor2D,
  { featureInput }: Pick<TokenScoring, 'featureInput'>,
  patchSize: number,
): tf.Tensor4D {
  if (featureInput === 0) return tokens;
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(bank, 0);
    const deviation = tf.sqrt(tf.add(variance, smallest));
    const standardised = tf.mul<tf.Tensor4D>(tf.div(tf.sub(features, mean), deviation), featureInput);
    return tf.concat([tokens, tokenPartition(standardised, patchSize)], -1);
  });
}

/** The channels of joined tokens that are residuals, and those that are features: undefined at weight 0. */
function parts(
  tokens: tf.Tensor,
  { featureInput }: Pick<TokenScoring, 'featureInput'>,
): [tf.Tensor, tf.Tensor | undefined] {
  if (featureInput === 0) return [tokens, undefined];
  const [residual, features] = tf.split(tokens, 2, -1);
  return [residual!, features];
}

/**
 * Mean of each token's normalised residual over its channels: the matching distance that the prior starts from.
 * @param tokens from {@link joinFeatures}.
 * @returns the shape without the last axis.
 */
export function matchingDistance<T extends tf.Tensor = tf.Tensor3D>(
  tokens: tf.Tensor,
  scoring: Pick<TokenScoring, 'featureInput'>,
): T {
  return tf.tidy(() => tf.mean<T>(parts(tokens, scoring)[0], -1));
}

/**
 * Anomaly probability of every token of windows (Eq. 9).
 * @param tokens from {@link joinFeatures}, `[n, mu, mu, d_t]` or twice as deep.
 * @param distances from {@link matchingDistance}, `[n, mu, mu]`; of the tokens before any of them was dropped.
 * @param fine of the fine layers, where there are any.
 * @returns `[n, mu, mu]`, on the grid of the fine tokens where there are any.
 */
export function tokenScores(
  parameters: NamedTensors,
  tokens: tf.Tensor4D,
  distances: tf.Tensor3D,
  scoring: TokenScoring,
  fine?: FineTokens,
): tf.Tensor3D {
  return tf.tidy(() => {
    const seen = seenParts(parameters, networkInput(tokens, scoring));
    const seenFine = fine && { distances: fine.distances, linear: fineParts(parameters, fine.tokens, scoring) };
    return scoresOf({ parameters, scoring, temperature: 1 }, { ...seen, distances }, seenFine);
  });
}

/**
 * {@link tokenScores} of every window of a map, at the temperature of predictions. Tokens are embedded once each, not once a window; the scores are the same.
 * @param tokens from {@link joinFeatures}, `[n, h, w, d_t]` or twice as deep.
 * @param grid of the map.
 * @param fine of the whole map, tokens alone.
 * @returns `[n*Q, mu, mu]`, in the order of `extractWindows`, on the grid of the fine tokens where there are any.
 */
export function mapScores(
  parameters: NamedTensors,
  tokens: tf.Tensor4D,
  grid: WindowGrid,
  scoring: PredictedScoring,
  fine?: tf.Tensor4D,
): tf.Tensor3D {
  return tf.tidy(() => {
    // What fills a map that is smaller than a window is zero before it is embedded.
    const whole = windowsOf(fillToWindow(tokens, grid.size), grid);
    const { embedding, linear } = seenParts(parameters, networkInput(whole.filled, scoring));
    const seen = {
      embedding: embedding && whole.of(embedding),
      linear: linear && whole.of(linear),
      distances: whole.ofEach(matchingDistance(whole.filled, scoring)),
    };
    return scoresOf({ parameters, scoring, temperature: scoring.temperature }, seen, fine && fineMap(fine));
  });

  function fineMap(map: tf.Tensor4D): SeenFine {
    const finer = finerGrid(grid, map.shape[1] / tokens.shape[1]);
    const whole = windowsOf(fillToWindow(map, finer.size), finer);
    const linear = fineParts(parameters, whole.filled, scoring);
    return { linear: linear && whole.of(linear), distances: whole.ofEach(matchingDistance(whole.filled, scoring)) };
  }
}

/** Windows of maps over the same tokens. @param filled at least as large as a window. */
function windowsOf(filled: tf.Tensor4D, grid: WindowGrid) {
  const [, rows, columns] = filled.shape;
  const of = (map: tf.Tensor4D) => extractWindows(map, { ...grid, rows, columns });
  const ofEach = (map: tf.Tensor3D) => tf.squeeze<tf.Tensor3D>(of(tf.expandDims(map, -1)), [-1]);
  return { filled, of, ofEach };
}

/** Variance of each channel that the linear head sees of tokens, and of their neighbourhoods, `[2, c]`. @param tokens from {@link joinFeatures}. */
export function inputVariance(tokens: tf.Tensor4D, scoring: TokenScoring): tf.Tensor2D {
  return tf.tidy(() => {
    const own = networkInput(tokens, scoring);
    const seen = [own, neighbourhoodMean(own, scoring.headNeighbourhood)];
    return tf.stack<tf.Tensor>(
      seen.map((each) => tf.moments(tf.reshape(each, [-1, each.shape[3]]), 0).variance),
    ) as tf.Tensor2D;
  });
}

/** What the network sees of tokens. */
function networkInput(tokens: tf.Tensor4D, scoring: TokenScoring): tf.Tensor4D {
  const [residual, features] = parts(tokens, scoring);
  const input = scoring.residualInput === 'linear' ? residual : tf.log1p(residual);
  return (features ? tf.concat([input, features], -1) : input) as tf.Tensor4D;
}

/** What each head makes of tokens one by one, `[n, h, w, …]`: the embedding of the Swin, the two numbers of the linear head. */
type SeenTokens = Record<'embedding' | 'linear', tf.Tensor4D | undefined>;

function seenParts(parameters: NamedTensors, input: tf.Tensor4D): SeenTokens {
  return {
    embedding: hasSwin(parameters) ? embedTokens(parameters, input) : undefined,
    linear: linearParts(parameters, input),
  };
}

/** The same of fine tokens. */
interface SeenFine {
  linear: tf.Tensor4D | undefined;
  distances: tf.Tensor3D;
}

function fineParts(parameters: NamedTensors, tokens: tf.Tensor4D, scoring: TokenScoring): tf.Tensor4D | undefined {
  return linearParts(parameters, networkInput(tokens, scoring), 'fine-linear' satisfies LinearHead);
}

/** What makes logits of what is seen. */
interface Judging {
  parameters: NamedTensors;
  scoring: TokenScoring;
  temperature: number;
}

function scoresOf(
  { parameters, scoring, temperature }: Judging,
  { embedding, linear, distances }: SeenTokens & { distances: tf.Tensor3D },
  fine: SeenFine | undefined,
): tf.Tensor3D {
  const { distancePrior, fineWeight } = scoring;
  const coarse = sumOf([
    ...distanceLogits(distances, fine ? (1 - fineWeight) * distancePrior : distancePrior),
    ...(linear ? [linearLogits(linear, scoring.headNeighbourhood)] : []),
    ...(embedding ? [anomalousLogit(swinOfEmbedding(parameters, embedding))] : []),
  ])!;
  if (!fine) return tf.sigmoid(tf.div(coarse, temperature));
  const [, rows, columns] = fine.distances.shape;
  const both = sumOf([
    upscaled(coarse, rows, columns),
    ...distanceLogits(fine.distances, fineWeight * distancePrior),
    ...(fine.linear ? [linearLogits(fine.linear, scoring.headNeighbourhood)] : []),
  ])!;
  return tf.sigmoid(tf.div(both, temperature));
}

function sumOf(terms: readonly tf.Tensor3D[]): tf.Tensor3D | undefined {
  return terms.length > 0 ? terms.reduce((sum, term) => tf.add(sum, term)) : undefined;
}

/** By how much two logits `[n, h, w, 2]` say "anomalous" rather than "normal": their softmax is its logistic function. */
function anomalousLogit(logits: tf.Tensor4D): tf.Tensor3D {
  const [normal, anomalous] = tf.split(logits, 2, -1) as [tf.Tensor4D, tf.Tensor4D];
  return tf.squeeze(tf.sub(anomalous, normal), [-1]);
}

/** The prior of the matching distance; nothing at weight 0. */
function distanceLogits(distances: tf.Tensor3D, weight: number): tf.Tensor3D[] {
  return weight === 0 ? [] : [tf.mul(tf.sub(tf.mul(tf.log(tf.add(distances, smallest)), 2), 3), weight)];
}
