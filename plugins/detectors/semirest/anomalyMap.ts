import { type PredictedTensors, tf } from 'residua/plugin-api';
import {
  type BankTensors,
  imageScores,
  type NamedTensors,
  nearestNeighbours,
  postprocess,
  residuals,
  reweightedScore,
} from 'residua/toolkit';
import type { SemirestParams } from './semirestParams.js';
import { joinFeatures, mapScores, normaliseResiduals, type PredictedScoring } from './window-training/tokenScores.js';
import { bag } from './windows/bag.js';
import { tokenPartition } from './windows/tokenPartition.js';
import type { WindowGrid } from './windows/windowStarts.js';

/** Of the matched vector, b: as many as PatchCore has. */
const scoreNeighbours = 9;

/** A trained network inside a tensor function. */
export interface ResidualNetwork {
  /** Of the Swin. */
  parameters: NamedTensors;
  /** What residuals are divided by, `[1]` or `[d_t]`; 1 in the paper. */
  scale: tf.Tensor1D;
}

/** How tokens become scores and scores a map. */
export interface AnomalyMapOptions {
  /** Pixels of the scaled image. */
  smoothingSigma: number;
  params: Pick<SemirestParams, 'residual' | 'tokenPatchSize' | 'imageScore'> & PredictedScoring;
  /** Windows over the tokens. */
  grid: WindowGrid;
}

/** Height and width of the pixel map. */
export interface MapSize {
  height: number;
  width: number;
}

/**
 * Anomaly probability of every token: residuals, tokens, windows, Swin, bagging (Eq. 5 to 10), as a tensor function.
 * @param features f^, `[1, h, w, d_f]`.
 * @param rows of the memory bank nearest to them, `[h * w]`.
 * @param bank `[m, d_f]`.
 * @returns `[1, h / rho, w / rho]`, in [0, 1].
 */
export function tokenMap(
  features: tf.Tensor4D,
  rows: tf.Tensor1D,
  bank: tf.Tensor2D,
  { parameters, scale }: ResidualNetwork,
  { params, grid }: AnomalyMapOptions,
): tf.Tensor3D {
  return tf.tidy(() => {
    const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
    const residual = residuals(queries, tf.gather(bank, rows), params.residual);
    const tokens = tokenPartition(tf.reshape(residual, features.shape), params.tokenPatchSize);
    const joined = joinFeatures(normaliseResiduals(tokens, scale), features, bank, params, params.tokenPatchSize);
    return bag(mapScores(parameters, joined, grid, params), grid);
  });
}

/**
 * Features to anomaly map and image score (Fig. 2) as a tensor function: the nearest memory vectors, {@link tokenMap},
 * upscaling and smoothing (section 4.2.1).
 * @param features f^, `[1, h, w, d_f]`.
 */
export function anomalyMap(
  features: tf.Tensor4D,
  { vectors, penalty, directions }: BankTensors,
  network: ResidualNetwork,
  { height, width }: MapSize,
  options: AnomalyMapOptions,
): PredictedTensors {
  return tf.tidy(() => {
    const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
    const { indices, squaredDistances } = nearestNeighbours(queries, vectors, penalty, 1, { directions });
    const rows = tf.reshape<tf.Rank.R1>(indices, [-1]);
    const scores = tokenMap(features, rows, vectors, network, options);
    const map = postprocess(scores, height, width, options.smoothingSigma);
    const distances = tf.reshape<tf.Rank.R1>(tf.sqrt(squaredDistances), [-1]);
    const matches = { queries, bank: vectors, penalty, distances, nearest: rows };
    const score = options.params.imageScore === 'map' ? imageScores(map) : reweightedScore(matches, scoreNeighbours);
    return { anomalyMap: map, anomalyScore: score, nearest: { rows, distances } };
  });
}
