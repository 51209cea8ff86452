/**
 * Normalizing flow of conditional coupling blocks: Dinh et al. 2017 (RealNVP), Ardizzone et al. 2019 (conditions), with the block of
 * FrEIA that CFLOW-AD and BGAD use. It turns features into numbers that are Gaussian for what it learnt, and says by how much it
 * stretches space there.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { linear } from '../layers/linear.js';
import { type NamedTensors, parameter } from '../layers/namedTensors.js';

/** Bound of the logarithm of a coupling's scale, alpha. */
const clamp = 1.9;
/** What a subnetwork gives is taken times this, so that a block begins near the identity. */
const subnetworkShare = 0.1;

/** What a flow makes of features. */
export interface FlowOutput {
  /** `[n, c]`. */
  z: Tensor2D;
  /** Logarithm of the determinant of its derivative, `[n]`. */
  logDeterminant: Tensor1D;
}

/**
 * A tensor function: features through every block of a flow.
 * @param parameters those of `initialFlow`.
 * @param name what their names begin with.
 * @param x `[n, c]`.
 * @param condition `[n, p]`; left out: the flow has none.
 */
export function flow(parameters: NamedTensors, name: string, x: Tensor2D, condition?: Tensor2D): FlowOutput {
  let z = x;
  const logs: Tensor1D[] = [];
  for (let block = 0; parameters[`${name}.${block}.scale`]; block++) {
    const coupled = couple(parameters, `${name}.${block}`, z, condition);
    const moved = moveAll(parameters, `${name}.${block}`, coupled.z);
    logs.push(tf.add<Tensor1D>(coupled.logDeterminant, moved.logDeterminant));
    z = moved.z;
  }
  if (logs.length === 0) throw new RangeError(`there are no parameters of a flow '${name}'`);
  return { z, logDeterminant: logs.reduce((sum, each) => tf.add(sum, each)) };
}

/** The second half of the channels, stretched and shifted by what the first half and the condition say. */
function couple(parameters: NamedTensors, name: string, x: Tensor2D, condition: Tensor2D | undefined): FlowOutput {
  const [n, channels] = x.shape;
  const second = Math.floor(channels / 2);
  const x1 = tf.slice(x, [0, 0], [n, channels - second]);
  const x2 = tf.slice(x, [0, channels - second], [n, second]);
  const hidden = tf.relu(linear(parameters, `${name}.hidden`, condition ? tf.concat([x1, condition], 1) : x1));
  const said = tf.mul<Tensor2D>(linear(parameters, `${name}.output`, hidden), subnetworkShare);
  const logScale = tf.mul(tf.tanh(tf.div(tf.slice(said, [0, 0], [n, second]), clamp)), clamp);
  const shift = tf.slice(said, [0, second], [n, second]);
  const moved = tf.add<Tensor2D>(tf.mul(x2, tf.exp(logScale)), shift);
  return { z: tf.concat([x1, moved], 1), logDeterminant: tf.sum(logScale, 1) };
}

/** All channels: stretched and shifted alike at every place, then turned, or put into another order. */
function moveAll(parameters: NamedTensors, name: string, x: Tensor2D): { z: Tensor2D; logDeterminant: tf.Scalar } {
  // 0.1 times a softplus with beta 0.5.
  const scale = tf.mul(tf.softplus(tf.mul(parameter<Tensor1D>(parameters, `${name}.scale`), 0.5)), 0.2);
  const moved = tf.add<Tensor2D>(tf.mul(x, scale), parameter(parameters, `${name}.offset`));
  const rotation = parameters[`${name}.rotation`] as Tensor2D | undefined;
  const z = rotation
    ? tf.matMul<Tensor2D>(moved, rotation, false, true)
    : tf.gather<Tensor2D>(moved, tf.cast(parameter<Tensor1D>(parameters, `${name}.order`), 'int32'), 1);
  return { z, logDeterminant: tf.sum(tf.log(scale)) };
}

/** Logarithm of the likelihood of each feature over its number of channels, `[n]`: under it z is standard normal. */
export function logLikelihood({ z, logDeterminant }: FlowOutput): Tensor1D {
  const channels = z.shape[1];
  const gaussian = tf.mul(tf.sum(tf.square(z), 1), -0.5);
  const constant = -0.5 * channels * Math.log(2 * Math.PI);
  return tf.div(tf.add(tf.add(gaussian, logDeterminant), constant), channels);
}
