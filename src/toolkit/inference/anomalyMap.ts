import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { PredictedTensors } from '../../plugin-api/index.js';
import type { TrainingSettings } from '../../shared/training.js';
import type { BankTensors } from '../memory-bank/bankDetector.js';
import { nearestNeighbours } from '../memory-bank/nearestNeighbours.js';
import { imageScores, postprocess } from '../post-processing/postprocess.js';
import { joinFeatures, mapScores, normaliseResiduals, type TokenScoring } from '../residual-training/tokenScores.js';
import { residuals } from '../residuals/residuals.js';
import type { NamedTensors } from '../swin/swinSettings.js';
import { tokenPartition } from '../tokens/tokenPartition.js';
import { bag } from '../windows/bag.js';
import type { WindowGrid } from '../windows/windowStarts.js';

/** A trained network inside a tensor function. */
export interface ResidualNetwork {
  /** Of the Swin. */
  parameters: NamedTensors;
  /** What residuals are divided by, `[1]` or `[d_t]`; 1 in the paper. */
  scale: Tensor1D;
}

/** How tokens become scores and scores a map. */
export interface AnomalyMapOptions {
  settings: Pick<TrainingSettings, 'residual' | 'tokenPatchSize' | 'smoothingSigma'>;
  scoring: TokenScoring;
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
  features: Tensor4D,
  rows: Tensor1D,
  bank: Tensor2D,
  { parameters, scale }: ResidualNetwork,
  { settings, scoring, grid }: AnomalyMapOptions,
): Tensor3D {
  return tf.tidy(() => {
    const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
    const residual = residuals(queries, tf.gather(bank, rows), settings.residual);
    const tokens = tokenPartition(tf.reshape(residual, features.shape), settings.tokenPatchSize);
    const joined = joinFeatures(normaliseResiduals(tokens, scale), features, bank, scoring, settings.tokenPatchSize);
    return bag(mapScores(parameters, joined, grid, scoring), grid);
  });
}

/**
 * Features to anomaly map and image score (Fig. 2) as a tensor function: the nearest memory vectors, {@link tokenMap},
 * upscaling and smoothing (section 4.2.1).
 * @param features f^, `[1, h, w, d_f]`.
 */
export function anomalyMap(
  features: Tensor4D,
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
    const map = postprocess(scores, height, width, options.settings.smoothingSigma);
    const distances = tf.reshape<tf.Rank.R1>(tf.sqrt(squaredDistances), [-1]);
    return { anomalyMap: map, anomalyScore: imageScores(map), nearest: { rows, distances } };
  });
}
