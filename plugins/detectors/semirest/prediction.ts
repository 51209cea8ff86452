import {
  tf,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import { anomalyMap, tokenMap, type AnomalyMapOptions } from './anomalyMap.js';
import { featureGrid, positionConstrainedFeatures, quantile, type BankTensors, type MemoryBank } from 'residua/toolkit';
import { matchedLogits } from './window-training/matchedLogits.js';
import { windowGrid, type WindowGrid } from './windows/windowStarts.js';
import type { MatchedImage } from './window-training/matchedImage.js';
import { networkOf, offsetBy } from './network.js';
import type { SemirestParams as Params, SemirestUses } from './semirestParams.js';

type Sizes = Pick<PredictionContext<Params>, 'settings' | 'params' | 'featureLayers'>;

/** Windows of a training, over the tokens of the scaled image. */
export function tokenGrid({ settings, params, featureLayers }: Sizes, step = params.windowStep): WindowGrid {
  const tokens = featureGrid(settings, featureLayers) / params.tokenPatchSize;
  return windowGrid(tokens, tokens, params.windowSize, step);
}

/** Without bagging a token is judged in one window only. */
function mapOptions(context: Sizes): AnomalyMapOptions {
  const { params, settings } = context;
  const { bagging, windowStep, windowSize } = params;
  const { smoothingSigma } = settings;
  return { params, smoothingSigma, grid: tokenGrid(context, bagging ? windowStep : windowSize) };
}

/** Image to anomaly map and image score: Fig. 2 as a tensor function. */
export function predict(
  image: tf.Tensor4D,
  bank: BankTensors,
  tensors: Readonly<Record<string, tf.Tensor>>,
  context: PredictionContext<Params>,
): PredictedTensors {
  const { params, settings, featureExtractor } = context;
  const { imageSize: height, imageSize: width } = settings;
  const features = positionConstrainedFeatures(image, featureExtractor, params, bank.whitening);
  return anomalyMap(features, bank, networkOf(tensors), { height, width }, mapOptions(context));
}

/** The network with its last bias moved until the false positive rate among the tokens of normal images is as asked for. */
export async function withOffsetLogit(
  network: Readonly<Record<string, HostTensor>>,
  images: readonly MatchedImage[],
  bank: MemoryBank,
  context: TrainingContext<Params, SemirestUses>,
): Promise<Record<string, HostTensor>> {
  const { params, settings, featureLayers, log, steps } = context;
  const names = Object.keys(network);
  const side = featureGrid(settings, featureLayers);
  const logits = await matchedLogits({
    compute: context.compute,
    signal: steps.signal,
    images,
    inputs: [bank.vectors, ...Object.values(network)],
    probabilities: (features, rows, ...given) => {
      const [vectors, ...tensors] = given as [tf.Tensor2D, ...tf.Tensor[]];
      const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      const map = tf.reshape<tf.Rank.R4>(features, [1, side, side, -1]);
      return tokenMap(map, rows, vectors, networkOf(named), mapOptions(context));
    },
    onProgress: (step, totalSteps) => steps.report({ stage: 'logit-offset', step, totalSteps }),
  });
  const logit = params.temperature * quantile(logits.length, (i) => logits[i]!, 1 - params.tokenFalsePositiveRate);
  log.info(`logit of the anomaly probability moved by ${(-logit).toFixed(2)}`);
  return offsetBy(network, logit);
}
