import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { normal } from './agreement.js';
import type { KernelCase } from './kernelCases.js';

type Options = Partial<Pick<KernelCase, 'gradients' | 'tolerance'>>;
const noGradients = { gradients: false };
type Sizes = readonly number[];
type Padding = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

function imageCase(
  name: string,
  shapes: Sizes[],
  fn: (...x: Tensor4D[]) => tf.Tensor | tf.Tensor[],
  options: Options = {},
): KernelCase {
  return {
    name,
    inputs: shapes.map((shape) => normal(shape)),
    fn: fn as KernelCase['fn'],
    gradients: true,
    tolerance: 5e-5,
    ...options,
  };
}

const paddings: [Padding, string][] = [
  ['same', 'same'],
  ['valid', 'valid'],
  [1, '1'],
  [[[0, 0], [1, 2], [0, 1], [0, 0]], 'explicit'],
]; // prettier-ignore
const strides = [1, 2, 3];
/** Odd and even sizes, so that strides divide some and not others. */
const image: Sizes = [2, 7, 8, 3];

const convolutions = paddings.flatMap(([pad, word]) =>
  strides.flatMap((stride) => [
    imageCase(`conv2d, padding ${word}, stride ${stride}`, [image, [3, 2, 3, 4]], (x, f) =>
      tf.conv2d(x, f, stride, pad),
    ),
    imageCase(`depthwiseConv2d, padding ${word}, stride ${stride}`, [image, [3, 2, 3, 2]], (x, f) =>
      tf.depthwiseConv2d(x, f, stride, pad),
    ),
  ]),
);

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

/**
 * Numbers of channels that kernels read one, two, three or four at a time, and remainders of them. Towards the filter the images are the channels,
 * so that their number matters, too.
 */
const channelCases = [
  ...[5, 6, 7, 9, 10, 12, 15, 18].map((channels) => [2, channels, 4] as const),
  ...[[2, 6, 3], [2, 9, 6], [6, 3, 4], [9, 4, 8]] as const,
].map(([images, inputs, outputs]) =>
  imageCase(`conv2d, ${images} images, ${inputs} to ${outputs} channels`, [[images, 6, 5, inputs], [3, 3, inputs, outputs]], (x, f) =>
    tf.conv2d(x, f, 1, 'same')),
); // prettier-ignore

export const convolutionCases: KernelCase[] = [
  ...convolutions,
  ...channelCases,
  imageCase('conv2d, dilated', [image, [3, 3, 3, 2]], (x, f) => tf.conv2d(x, f, 1, 'same', 'NHWC', 2), noGradients),
  imageCase('depthwiseConv2d, dilated', [image, [3, 3, 3, 1]], (x, f) => tf.depthwiseConv2d(x, f, 1, 'same', 'NHWC', 2), noGradients),
  imageCase('conv2d of one pixel filters', [image, [1, 1, 3, 5]], (x, f) => tf.conv2d(x, f, 1, 'valid')),
  imageCase('conv2d, channels first', [[2, 3, 7, 8], [3, 3, 3, 4]], (x, f) => tf.conv2d(x, f, 1, 'valid', 'NCHW'), noGradients),
  imageCase('a chain of convolutions', [image, [3, 3, 3, 4], [3, 3, 4, 2]], (x, f, g) =>
    tf.add(tf.conv2d(tf.relu(tf.conv2d(x, f, 1, 'same')), g, 1, 'same'), 1)),
  imageCase('conv2dTranspose', [[1, 4, 5, 3], [3, 3, 2, 3]], (x, f) => tf.conv2dTranspose(x, f, [1, 8, 10, 2], 2, 'same')),
  ...activations.flatMap((activation) => [
    imageCase(`fused conv2d, ${activation}`, [image, [3, 3, 3, 4], [4], [4]], (x, filter, bias, weights) =>
      tf.fused.conv2d({ x: x, filter: filter, strides: 1, pad: 'same', bias: bias, activation,
        preluActivationWeights: weights, leakyreluAlpha: 0.1 }), noGradients),
    imageCase(`fused depthwiseConv2d, ${activation}`, [image, [3, 3, 3, 1], [3], [3]], (x, filter, bias, weights) =>
      tf.fused.depthwiseConv2d({ x: x, filter: filter, strides: 2, pad: 'same', bias: bias, activation,
        preluActivationWeights: weights, leakyreluAlpha: 0.1 }), noGradients),
  ]),
  imageCase('fused conv2d, prelu weights of every pixel', [image, [3, 3, 3, 4], [4], [7, 8, 4]], (x, filter, bias, weights) =>
    tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'prelu', preluActivationWeights: weights }), noGradients),
  imageCase('fused conv2d, gradients', [image, [3, 3, 3, 4], [4]], (x, filter, bias) =>
    tf.fused.conv2d({ x: x, filter: filter, strides: 2, pad: 'same', bias: bias, activation: 'relu' })),
  imageCase('batchNorm', [image, [3], [3], [3], [3]], (x, mean, variance, offset, scale) => {
    const vectors = [mean, tf.square(variance), offset, scale] as unknown as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
    return tf.batchNorm(x, ...vectors, 1e-3);
  }),
  imageCase('batchNorm of a matrix, without scale', [[6, 3], [3], [3]], (x, mean, variance) =>
    tf.batchNorm(x as unknown as tf.Tensor2D, mean as unknown as Tensor1D, tf.square(variance as unknown as Tensor1D)), noGradients),
]; // prettier-ignore

export const poolingCases: KernelCase[] = [
  ...paddings.slice(0, 3).flatMap(([pad, word]) =>
    strides.flatMap((stride) => [
      // tfjs's cpu backend divides by the whole window also at padded edges, so only unpadded gradients can agree.
      imageCase(`avgPool, padding ${word}, stride ${stride}`, [image], (x) => tf.avgPool(x, 2, stride, pad), {
        gradients: pad === 'valid',
      }),
      imageCase(`maxPool, padding ${word}, stride ${stride}`, [image], (x) => tf.maxPool(x, [2, 3], stride, pad)),
    ]),
  ),
  imageCase('avgPool of the whole image', [image], (x) => tf.avgPool(x, [7, 8], 1, 'valid')),
];

const alignments: [boolean, boolean, string][] = [
  [false, false, 'legacy'],
  [true, false, 'align corners'],
  [false, true, 'half pixel'],
];
const sizes: [number, number][] = [
  [14, 16],
  [3, 5],
  [9, 4],
  [1, 1],
];

/** tfjs's gradients of resizing know nothing of half pixels, and are right for one square image only. */
const square: Sizes = [1, 6, 6, 3];

export const resizingCases: KernelCase[] = alignments.flatMap(([align, half, word]) =>
  sizes.flatMap((size) =>
    [tf.image.resizeBilinear, tf.image.resizeNearestNeighbor].flatMap((resize) => {
      const name = `${resize.name} to ${size.join('x')}, ${word}`;
      const gradients = half
        ? []
        : [imageCase(`${name}, gradient`, [square], (x) => resize(x, [size[0], size[0]], align, half))];
      return [imageCase(name, [image], (x) => resize(x, size, align, half), noGradients), ...gradients];
    }),
  ),
);
