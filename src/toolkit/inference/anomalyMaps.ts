import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ResidualFunction } from '../../shared/training.js';
import { nearestNeighbours } from '../memory-bank/nearestNeighbours.js';
import { addPositionCode } from '../position/positionCode.js';
import { postprocess } from '../post-processing/postprocess.js';
import { residuals } from '../residuals/residuals.js';
import { anomalyProbability, swin } from '../swin/swin.js';
import type { NamedTensors } from '../swin/swinSettings.js';
import { tokenPartition } from '../tokens/tokenPartition.js';
import { bag } from '../windows/bag.js';
import { extractWindows } from '../windows/extractWindows.js';
import { windowGrid } from '../windows/windowStarts.js';

export interface AnomalyMapSettings {
  /** lambda_PE of Eq. 2. */
  positionWeight: number;
  residual: ResidualFunction;
  /** rho of Eq. 7. */
  patchSize: number;
  /** mu of Eq. 8, tokens. */
  windowSize: number;
  /** s of Eq. 8, tokens. */
  windowStep: number;
  /** Of the image the features come from, pixels. */
  imageHeight: number;
  imageWidth: number;
  /** Of the Gaussian on the pixel map, pixels. */
  smoothingSigma: number;
}

/** Every intermediate result from features to maps. */
export interface AnomalyMapStages {
  /** f^ (Eq. 2), `[n, h, w, d_f]`. */
  constrained: Tensor4D;
  /** r^ (Eq. 5), `[n, h, w, d_f]`. */
  residuals: Tensor4D;
  /** Eq. 7, `[n, h/rho, w/rho, rho^2 d_f]`. */
  tokens: Tensor4D;
  /** Bagged scores (Eq. 10), `[n, h/rho, w/rho]`, in [0, 1]. */
  blockMaps: Tensor3D;
  /** `[n, imageHeight, imageWidth]`. */
  pixelMaps: Tensor3D;
}

/**
 * The paper's inference (Fig. 2) as one tensor function: position code, residual to the nearest memory vector, tokens,
 * sliding windows, Swin, bagging, upscaling and smoothing.
 * @param features f, `[n, h, w, d_f]`.
 * @param bank position-constrained memory vectors, `[m, d_f]`.
 * @param parameters of the Swin.
 * @returns every intermediate result; all of them are the caller's.
 */
export function anomalyMaps(
  features: Tensor4D,
  bank: Tensor2D,
  parameters: NamedTensors,
  settings: AnomalyMapSettings,
): AnomalyMapStages {
  const { patchSize, windowSize, windowStep, imageHeight, imageWidth } = settings;
  return tf.tidy(() => {
    const constrained = addPositionCode(features, settings.positionWeight, { patchSize });
    const rows = tf.reshape<tf.Rank.R2>(constrained, [-1, features.shape[3]]);
    const { indices } = nearestNeighbours(rows, bank, tf.zeros<tf.Rank.R1>([bank.shape[0]]), 1);
    const nearest = tf.reshape(tf.gather(bank, tf.reshape(indices, [-1])), features.shape);
    const residual = residuals(constrained, nearest, settings.residual) as Tensor4D;
    const tokens = tokenPartition(residual, patchSize);
    const grid = windowGrid(tokens.shape[1], tokens.shape[2], windowSize, windowStep);
    const logits = swin(parameters, extractWindows(tokens, grid));
    const blockMaps = bag(anomalyProbability(logits) as Tensor3D, grid);
    const pixelMaps = postprocess(blockMaps, imageHeight, imageWidth, settings.smoothingSigma);
    return { constrained, residuals: residual, tokens, blockMaps, pixelMaps };
  });
}
