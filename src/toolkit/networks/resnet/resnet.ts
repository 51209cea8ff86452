import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../layers/namedTensors.js';
import type { ResnetSettings } from './resnetSettings.js';

/** Of every batch normalisation, as in torchvision. */
const varianceEpsilon = 1e-5;

/**
 * Feature maps of a ResNet in evaluation mode, equal to torchvision's (the stride sits on the 3x3 convolution).
 * @param images `[n, h, w, 3]`, colours normalised.
 * @param parameters by torchvision's names and in its layouts: see `resnetParameterShapes`.
 * @returns layer1, layer2, …: `[n, h / 4, w / 4, c1]`, `[n, h / 8, w / 8, c2]`, … with sizes rounded up.
 */
export function resnetLayers(images: Tensor4D, parameters: NamedTensors, settings: ResnetSettings): Tensor4D[] {
  return tf.tidy(() => {
    const stem = tf.relu(normalisedConvolution(images, parameters, 'conv1', 'bn1', 2));
    let x = tf.maxPool(stem, 3, 2, 1);
    return settings.blocks.map((count, layer) => {
      for (let block = 0; block < count; block++) {
        x = bottleneck(x, parameters, `layer${layer + 1}.${block}`, layer > 0 && block === 0 ? 2 : 1);
      }
      return x;
    });
  });
}

function bottleneck(x: Tensor4D, parameters: NamedTensors, at: string, stride: number): Tensor4D {
  const convolution = (input: Tensor4D, i: number, step: number) =>
    normalisedConvolution(input, parameters, `${at}.conv${i}`, `${at}.bn${i}`, step);
  const reduced = tf.relu(convolution(x, 1, 1));
  const filtered = tf.relu(convolution(reduced, 2, stride));
  const shortcut = parameters[`${at}.downsample.0.weight`]
    ? normalisedConvolution(x, parameters, `${at}.downsample.0`, `${at}.downsample.1`, stride)
    : x;
  return tf.relu(tf.add(convolution(filtered, 3, 1), shortcut));
}

/** Convolution with half the filter as padding on each side, then batch normalisation. */
function normalisedConvolution(
  x: Tensor4D,
  parameters: NamedTensors,
  convolution: string,
  normalisation: string,
  stride: number,
): Tensor4D {
  const weight = parameters[`${convolution}.weight`] as Tensor4D;
  // The weights stay in torchvision's layout: ONNX has the same one, and in a traced graph the two transposes vanish.
  const filter = tf.transpose(weight, [2, 3, 1, 0]);
  const [mean, variance, offset, scale] = ['running_mean', 'running_var', 'bias', 'weight'].map(
    (part) => parameters[`${normalisation}.${part}`] as Tensor1D,
  );
  const filtered = tf.conv2d(x, filter, stride, Math.floor(weight.shape[2] / 2));
  return tf.batchNorm(filtered, mean!, variance!, offset, scale, varianceEpsilon);
}
