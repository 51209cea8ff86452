import { type PredictedTensors, tf } from 'residua/plugin-api';
import {
  type BankFeatures,
  type BankTensors,
  imageScores,
  type NamedTensors,
  nearestVectors,
  postprocess,
  residuals,
  reweightedScore,
} from 'residua/toolkit';
import type { SemirestParams } from './semirestParams.js';
import { joinFeatures, mapScores, normaliseResiduals, type PredictedScoring } from './window-training/tokenScores.js';
import { bag } from './windows/bag.js';
import { tokenPartition } from './windows/tokenPartition.js';
import { finerGrid, type WindowGrid } from './windows/windowStarts.js';

/** Of the matched vector, b: as many as PatchCore has. */
const scoreNeighbours = 9;

/** A trained network inside a tensor function. */
export interface ResidualNetwork {
  /** Of the Swin and of linear heads. */
  parameters: NamedTensors;
  /** What residuals are divided by, `[1]` or `[d_t]`; 1 in the paper. */
  scale: tf.Tensor1D;
  /** The same for those of the fine layers, where there are any. */
  fineScale?: tf.Tensor1D | undefined;
}

/** Features and the vectors of a bank that are nearest to them. */
export interface Matched {
  /** f^, `[1, h, w, d_f]`. */
  features: tf.Tensor4D;
  /** Of the bank, `[h * w]`. */
  rows: tf.Tensor1D;
  /** `[m, d_f]`. */
  bank: tf.Tensor2D;
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
 * @param fine of the fine layers, where there are any.
 * @returns `[1, h / rho, w / rho]`, in [0, 1]; on the fine grid where there is one.
 */
export function tokenMap(
  own: Matched,
  { parameters, scale, fineScale }: ResidualNetwork,
  { params, grid }: AnomalyMapOptions,
  fine?: Matched,
): tf.Tensor3D {
  return tf.tidy(() => {
    const tokens = tokensOf(own, scale, params);
    if (!fine || !fineScale) return bag(mapScores(parameters, tokens, grid, params), grid);
    const fineTokens = tokensOf(fine, fineScale, { ...params, tokenPatchSize: 1 });
    const factor = fine.features.shape[1] / own.features.shape[1];
    return bag(mapScores(parameters, tokens, grid, params, fineTokens), finerGrid(grid, factor));
  });
}

function tokensOf(
  { features, rows, bank }: Matched,
  scale: tf.Tensor1D,
  params: AnomalyMapOptions['params'],
): tf.Tensor4D {
  const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
  const residual = residuals(queries, tf.gather(bank, rows), params.residual);
  const tokens = tokenPartition(tf.reshape(residual, features.shape), params.tokenPatchSize);
  return joinFeatures(normaliseResiduals(tokens, scale), features, bank, params, params.tokenPatchSize);
}

/**
 * Features to anomaly map and image score (Fig. 2) as a tensor function: the nearest memory vectors, {@link tokenMap},
 * upscaling and smoothing (section 4.2.1).
 */
export function anomalyMap(
  { features, fine }: BankFeatures,
  bank: BankTensors,
  network: ResidualNetwork,
  { height, width }: MapSize,
  options: AnomalyMapOptions,
): PredictedTensors {
  return tf.tidy(() => {
    const { vectors, penalty } = bank;
    const nearest = nearestVectors(features, bank);
    const own = { features, rows: nearest.rows, bank: vectors };
    const ofFine = fine && { features: fine, rows: nearestVectors(fine, bank.fine!).rows, bank: bank.fine!.vectors };
    const map = postprocess(tokenMap(own, network, options, ofFine), height, width, options.smoothingSigma);
    const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
    const matches = { queries, bank: vectors, penalty, distances: nearest.distances, nearest: nearest.rows };
    const score = options.params.imageScore === 'map' ? imageScores(map) : reweightedScore(matches, scoreNeighbours);
    return { anomalyMap: map, anomalyScore: score, nearest };
  });
}
