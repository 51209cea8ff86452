import { RandomSource } from '../../src/shared/random.js';
import type { TokenImage } from './packTokens.js';

/** A logit for each token: `bias + weights . input`. */
export interface LinearModel {
  weights: Float64Array;
  bias: number;
}

const batch = 1024;
const steps = 150;
const learningRate = 3e-3;
/** Standard deviation of what is added to the features of a training token. */
const noise = 1;
const weightDecay = 0.05;
/** Of a batch. */
const anomalousShare = 0.3;

/** Before anything is labelled: the distance alone, at 0 where it is e^0.5 times that of normal tokens. */
export function distanceModel(normal: readonly TokenImage[], width: number): LinearModel {
  let sum = 0;
  let count = 0;
  for (const { inputs } of normal) {
    for (let at = width - 1; at < inputs.length; at += width, count++) sum += inputs[at]!;
  }
  const weights = new Float64Array(width);
  weights[width - 1] = 1;
  return { weights, bias: -sum / count - 1 };
}

/**
 * Logistic regression by Adam from the distance on, with noise on the features: what a linear head does. A token counts as anomalous from
 * three tenths of its pixels on, and as normal without any.
 */
export function trained(
  start: LinearModel,
  labelled: readonly TokenImage[],
  normal: readonly TokenImage[],
  seed: number,
): LinearModel {
  const width = start.weights.length;
  const random = RandomSource.fromSeed(seed);
  const [anomalous, fine] = [
    tokensWhere(labelled, (share) => share >= 0.3),
    tokensWhere([...labelled, ...normal], (share) => share === 0),
  ];
  if (anomalous.length === 0) return start;
  const weights = Float64Array.from(start.weights);
  const model = { weights, bias: start.bias };
  const [first, second] = [new Float64Array(width + 1), new Float64Array(width + 1)];
  const input = new Float64Array(width + 1).fill(1);
  const gradient = new Float64Array(width + 1);
  for (let step = 1; step <= steps; step++) {
    gradient.fill(0);
    for (let i = 0; i < batch; i++) {
      const isAnomalous = i < batch * anomalousShare;
      const from = isAnomalous ? anomalous : fine;
      const { inputs, at } = from[random.integer(from.length)]!;
      let logit = model.bias;
      for (let j = 0; j < width; j++) {
        const value = inputs[at + j]! + (j < width - 1 ? noise * random.normal() : 0);
        input[j] = value;
        logit += weights[j]! * value;
      }
      const error = 1 / (1 + Math.exp(-logit)) - (isAnomalous ? 1 : 0);
      for (let j = 0; j <= width; j++) gradient[j]! += (error * input[j]!) / batch;
    }
    const rate = (learningRate * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    for (let j = 0; j <= width; j++) {
      first[j] = 0.9 * first[j]! + 0.1 * gradient[j]!;
      second[j] = 0.999 * second[j]! + 0.001 * gradient[j]! ** 2;
      const change = first[j]! / (1 - 0.9 ** step) / (Math.sqrt(second[j]! / (1 - 0.999 ** step)) + 1e-8);
      if (j === width) model.bias -= rate * change;
      else weights[j]! -= rate * (change + weightDecay * weights[j]!);
    }
  }
  return model;
}

/** Probability of each token. */
export function scores({ weights, bias }: LinearModel, { inputs }: TokenImage): Float32Array {
  const width = weights.length;
  return Float32Array.from({ length: inputs.length / width }, (_, token) => {
    let logit = bias;
    for (let j = 0, at = token * width; j < width; j++, at++) logit += weights[j]! * inputs[at]!;
    return 1 / (1 + Math.exp(-logit));
  });
}

function tokensWhere(images: readonly TokenImage[], isMeant: (share: number) => boolean) {
  return images.flatMap(({ inputs, shares }) => {
    const width = inputs.length / shares.length;
    return [...shares].flatMap((share, token) => (isMeant(share) ? [{ inputs, at: token * width }] : []));
  });
}

/** Average precision of pixels, each with the score of its token. */
export function pixelAp(model: LinearModel, images: readonly TokenImage[]): number {
  const all = images.flatMap((image) =>
    [...scores(model, image)].map((score, i) => ({ score, share: image.shares[i]! })),
  );
  all.sort((a, b) => b.score - a.score);
  const total = all.reduce((sum, { share }) => sum + share, 0);
  let [found, seen, area] = [0, 0, 0];
  for (const { share } of all) {
    found += share;
    seen++;
    area += (share / total) * (found / seen);
  }
  return area;
}
