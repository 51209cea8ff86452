import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { SwinSettings } from '../../../src/toolkit/networks/swin/swinSettings.js';
import { type GoldenCase, weights } from '../../golden/golden.js';

/** The settings of a case's `config`. */
export function swinSettings({ inputs }: GoldenCase): SwinSettings {
  const config = inputs['config'] as Record<'inputDim' | 'dim' | 'heads' | 'window' | 'depth' | 'mlpRatio', number>;
  const { inputDim, dim, heads, window, depth, mlpRatio } = config;
  return { inputDimension: inputDim, dimension: dim, heads, window, blocks: depth, mlpRatio };
}

/** The parameters of a case's weight file as tensors. The position index, which PyTorch stores too, is left out. */
export function swinParameters({ inputs }: GoldenCase): Record<string, Tensor> {
  const entries = [...weights(inputs['weights'])].filter(([name]) => !name.endsWith('relative_position_index'));
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]));
}
