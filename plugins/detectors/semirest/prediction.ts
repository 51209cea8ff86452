import {
  tf,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import { anomalyMap, tokenMap, type AnomalyMapOptions, type Matched } from './anomalyMap.js';
import { bankFeatures, hyperColumnGrid, quantile, type BankTensors, type TrainedMemoryBank } from 'residua/toolkit';
import { matchedLogits, type MatchedTensors, type TokenJudging } from './window-training/matchedLogits.js';
import { windowGrid, type WindowGrid } from './windows/windowStarts.js';
import type { MatchedImage } from './window-training/matchedImage.js';
import { networkOf, offsetBy } from './network.js';
import type { SemirestParams as Params, SemirestUses } from './semirestParams.js';

type Sizes = Pick<PredictionContext<Params>, 'settings' | 'params' | 'featureLayers'>;

/** Windows of a training, over the tokens of the scaled image. */
export function tokenGrid(sizes: Sizes, step = sizes.params.windowStep): WindowGrid {
  const { params } = sizes;
  const tokens = hyperColumnGrid(sizes) / params.tokenPatchSize;
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
  const { imageSize: height, imageSize: width } = context.settings;
  const features = bankFeatures(image, context, bank);
  return anomalyMap(features, bank, networkOf(tensors), { height, width }, mapOptions(context));
}

/** Features of a square image, on their grid. */
function matchedMap({ features, rows }: Omit<MatchedTensors, 'fine'>, bank: tf.Tensor2D): Matched {
  const side = Math.sqrt(features.shape[0]);
  return { features: tf.reshape<tf.Rank.R4>(features, [1, side, side, -1]), rows, bank };
}

/** What a network, given as further inputs, says of the tokens of matched images. */
export function networkJudging(
  names: readonly string[],
  { bank, fine }: Pick<TrainedMemoryBank, 'bank' | 'fine'>,
  context: TrainingContext<Params, SemirestUses>,
): TokenJudging & { inputs: (network: Readonly<Record<string, HostTensor>>) => HostTensor[] } {
  const banks = [bank.vectors, ...(fine ? [fine.bank.vectors] : [])];
  return {
    compute: context.compute,
    channels: { own: bank.vectors.shape[1]!, fine: fine?.bank.vectors.shape[1] },
    inputs: (network) => [...banks, ...names.map((name) => network[name]!)],
    probabilities: (image, given) => {
      const [vectors, fineVectors] = given as [tf.Tensor2D, tf.Tensor2D];
      const named = Object.fromEntries(names.map((name, i) => [name, given[banks.length + i]!]));
      const ofFine = image.fine && matchedMap(image.fine, fineVectors);
      return tokenMap(matchedMap(image, vectors), networkOf(named), mapOptions(context), ofFine);
    },
  };
}

/** The network with its last bias moved until the false positive rate among the tokens of normal images is as asked for. */
export async function withOffsetLogit(
  network: Readonly<Record<string, HostTensor>>,
  images: readonly MatchedImage[],
  banks: Pick<TrainedMemoryBank, 'bank' | 'fine'>,
  context: TrainingContext<Params, SemirestUses>,
): Promise<Record<string, HostTensor>> {
  const { params, log, steps } = context;
  const judging = networkJudging(Object.keys(network), banks, context);
  const logits = await matchedLogits({
    ...judging,
    inputs: judging.inputs(network),
    signal: steps.signal,
    images,
    onProgress: (step, totalSteps) => steps.report({ stage: 'logit-offset', step, totalSteps }),
  });
  const logit = params.temperature * quantile(logits.length, (i) => logits[i]!, 1 - params.tokenFalsePositiveRate);
  log.info(`logit of the anomaly probability moved by ${(-logit).toFixed(2)}`);
  return offsetBy(network, logit);
}
