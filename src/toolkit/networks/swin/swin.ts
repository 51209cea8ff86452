import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { attentionMask, joinWindows, roll, splitIntoWindows, windowShift } from './attentionWindows.js';
import { gelu } from '../../layers/gelu.js';
import { layerNorm } from '../../layers/layerNorm.js';
import { linear } from '../../layers/linear.js';
import { type NamedTensors, parameter } from '../../layers/namedTensors.js';
import { positionBias } from './positionBias.js';
import { blockParameter } from './swinSettings.js';

/** Every intermediate result of the network. */
export interface SwinStages {
  /** `[n, h, w, dimension]`. */
  embedding: Tensor4D;
  /** After each block, `[n, h, w, dimension]`. */
  blocks: Tensor4D[];
  /** `[n, h, w, 2]`: normal, anomalous. */
  logits: Tensor4D;
}

/**
 * The Swin Transformer (Eq. 9): embedding, blocks of window attention and MLP with alternating shift, two logits a token.
 * Sizes are those of the parameters (see `swinParameterShapes`).
 * @param windows token windows `[n, h, w, d_t]`, h and w multiples of the attention window.
 * @returns logits `[n, h, w, 2]`: normal, anomalous.
 * @throws RangeError when a parameter is missing or sizes do not fit.
 */
export function swin(parameters: NamedTensors, windows: Tensor4D): Tensor4D {
  return tf.tidy(() => swinStages(parameters, windows).logits);
}

/**
 * The first part of the network, token by token: windows may be cut before it or after.
 * @param tokens `[n, h, w, d_t]`.
 * @returns `[n, h, w, dimension]`.
 */
export function embedTokens(parameters: NamedTensors, tokens: Tensor4D): Tensor4D {
  return tf.tidy(() => layerNorm(parameters, 'features.0.2', linear(parameters, 'features.0.0', tokens)) as Tensor4D);
}

/** The rest of the network: windows of {@link embedTokens} to logits. */
export function swinOfEmbedding(parameters: NamedTensors, embedding: Tensor4D): Tensor4D {
  return tf.tidy(() => stagesOfEmbedding(parameters, embedding).logits);
}

/** Probability of class 1, "anomalous": the softmax over two logits `[..., 2]`. Returns `[...]`. */
export function anomalyProbability(logits: Tensor): Tensor {
  const shape = logits.shape.slice(0, -1);
  return tf.tidy(() => {
    const [normal, anomalous] = [0, 1].map((type) =>
      tf.slice(logits, [...shape.map(() => 0), type], [...shape, 1]),
    ) as [Tensor, Tensor];
    return tf.reshape(tf.sigmoid(tf.sub(anomalous, normal)), shape);
  });
}

/** {@link swin} with every intermediate result; all of them are the caller's. */
export function swinStages(parameters: NamedTensors, windows: Tensor4D): SwinStages {
  return tf.tidy(() => stagesOfEmbedding(parameters, embedTokens(parameters, windows)));
}

/** {@link SwinStages}, as the type that `tf.tidy` accepts. */
function stagesOfEmbedding(parameters: NamedTensors, embedding: Tensor4D) {
  const first = parameter<Tensor2D>(parameters, blockParameter(0, 'attn.relative_position_bias_table'));
  const window = (Math.sqrt(first.shape[0]) + 1) / 2;
  const [, rows, columns] = embedding.shape;
  if (rows % window !== 0 || columns % window !== 0) {
    throw new RangeError(`windows of ${rows}x${columns} tokens are no multiple of the attention window ${window}`);
  }
  return tf.tidy(() => {
    const blocks: Tensor4D[] = [];
    for (let i = 0; blockParameter(i, 'norm1.weight') in parameters; i++) {
      blocks.push(swinBlock(parameters, i, blocks.at(-1) ?? embedding, window));
    }
    const logits = linear(parameters, 'head', layerNorm(parameters, 'norm', blocks.at(-1)!)) as Tensor4D;
    return { embedding, blocks, logits };
  });
}

function swinBlock(parameters: NamedTensors, index: number, x: Tensor4D, window: number): Tensor4D {
  const named = (name: string) => blockParameter(index, name);
  return tf.tidy(() => {
    const [, rows, columns] = x.shape;
    const shift = windowShift([rows, columns], window, index);
    const rolled = roll(layerNorm(parameters, named('norm1'), x) as Tensor4D, shift);
    const attended = attention(parameters, index, splitIntoWindows(rolled, window), [rows, columns], shift);
    const back = roll(joinWindows(attended, x.shape, window), [-shift[0], -shift[1]]);
    const between = tf.add(x, back);
    const hidden = gelu(linear(parameters, named('mlp.0'), layerNorm(parameters, named('norm2'), between)));
    return tf.add(between, linear(parameters, named('mlp.3'), hidden));
  });
}

/** Multi-head attention within each window `[n * windows, tokens, channels]`. */
function attention(
  parameters: NamedTensors,
  index: number,
  x: Tensor3D,
  map: readonly [number, number],
  shift: readonly [number, number],
): Tensor {
  const table = parameter<Tensor2D>(parameters, blockParameter(index, 'attn.relative_position_bias_table'));
  const [count, tokens, channels] = x.shape;
  const window = Math.sqrt(tokens);
  const heads = table.shape[1];
  const depth = channels / heads;
  const windowsPerMap = (map[0] * map[1]) / tokens;

  const qkv = tf.reshape(linear(parameters, blockParameter(index, 'attn.qkv'), x), [count, tokens, 3, heads, depth]);
  const [query, key, value] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])) as [Tensor4D, Tensor4D, Tensor4D];
  let scores: Tensor = tf.matMul(tf.mul(query, depth ** -0.5), key, false, true);
  const bias = positionBias(table, window);
  if (shift[0] === 0 && shift[1] === 0) {
    scores = tf.add(scores, bias);
  } else {
    // Bias and mask are added to each other first: one pass over the scores instead of two.
    const mask = tf.tensor4d(attentionMask(map, window, shift), [windowsPerMap, 1, tokens, tokens]);
    const both = tf.reshape(tf.add(mask, bias), [windowsPerMap * heads, tokens, tokens]);
    const perMap = tf.reshape(scores, [count / windowsPerMap, windowsPerMap * heads, tokens, tokens]);
    scores = tf.reshape(tf.add(perMap, both), [count, heads, tokens, tokens]);
  }
  const attended = tf.matMul(tf.softmax(scores), value);
  const joined = tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [count, tokens, channels]);
  return linear(parameters, blockParameter(index, 'attn.proj'), joined);
}
