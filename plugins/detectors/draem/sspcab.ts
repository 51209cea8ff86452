/**
 * SSPCAB: Ristea et al. 2022, "Self-supervised predictive convolutional attentive block for anomaly detection". A convolution that
 * does not see its own centre predicts it from four corners; how wrong it is, is a further loss.
 */
import { tf, z, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  filled,
  linear,
  normalWeights,
  uniformByFanIn,
  type NamedTensors,
} from 'residua/toolkit';

/** Parameters of the block, with the paper's values as defaults. */
export const sspcabParams = z.strictObject({
  weight: z.number().min(0).max(100).default(0.1).describe('lambda: weight of its loss.'),
  kernel: z.int().min(1).max(8).default(1).describe("k': side of each of the four kernels."),
  dilation: z.int().min(1).max(8).default(1).describe('d: places between a kernel and the centre.'),
  reduction: z.int().min(1).max(64).default(8).describe('r: channels over those of the narrow layer of the attention.'),
});
/** {@link sspcabParams} with their defaults filled in. */
export type SspcabParams = z.output<typeof sspcabParams>;
type Shape = Pick<SspcabParams, 'kernel' | 'dilation'>;

/** Initial values for so many channels; names are those of the original implementation behind `prefix`. */
export function initialSspcab(
  prefix: string,
  channels: number,
  { kernel, reduction }: Pick<SspcabParams, 'kernel' | 'reduction'>,
  random: RandomSource,
): Record<string, HostTensor> {
  const shape = { inputs: channels, outputs: channels, kernel };
  const narrow = Math.max(1, Math.floor(channels / reduction));
  const layer = (name: string, inputs: number, outputs: number) => ({
    [`${prefix}${name}.weight`]: uniformByFanIn([outputs, inputs], random),
    [`${prefix}${name}.bias`]: filled([outputs], 0),
  });
  const corners = [1, 2, 3, 4].map((i) =>
    convolutionParameters(`${prefix}conv${i}`, shape, normalWeights(0.02), random),
  );
  return Object.assign({}, ...corners, layer('se.fc1', channels, narrow), layer('se.fc2', narrow, channels)) as Record<
    string,
    HostTensor
  >;
}

/** The block (section 3): what the corners around each place say of it, weighed channel by channel. `[n, h, w, c]` to the same. */
export function sspcab(parameters: NamedTensors, prefix: string, x: tf.Tensor4D, shape: Shape): tf.Tensor4D {
  const predicted = tf.relu(maskedConvolution(parameters, prefix, x, shape));
  const squeezed = tf.relu(linear(parameters, `${prefix}se.fc1`, tf.mean(predicted, [1, 2])));
  const excited = tf.sigmoid(linear(parameters, `${prefix}se.fc2`, squeezed));
  return tf.mul(predicted, tf.reshape(excited, [x.shape[0], 1, 1, x.shape[3]]));
}

/** Mean squared difference of what the block is given and what it predicts; its gradient goes through both. */
export function sspcabLoss(x: tf.Tensor4D, predicted: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.squaredDifference(x, predicted));
}

/** Sum of four convolutions, each of one corner of the surroundings: below and right of the centre, and above and left. */
function maskedConvolution(
  parameters: NamedTensors,
  prefix: string,
  x: tf.Tensor4D,
  { kernel, dilation }: Shape,
): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const padding: [number, number] = [kernel + dilation, kernel + dilation];
  const border = kernel + 2 * dilation + 1;
  const padded = tf.pad(x, [[0, 0], padding, padding, [0, 0]]);
  const size: [number, number, number, number] = [n, height + kernel - 1, width + kernel - 1, channels];
  const corner = (name: string, row: number, column: number) =>
    convolution(parameters, `${prefix}${name}`, tf.slice(padded, [0, row, column, 0], size), { padding: 0 });
  return tf.addN([
    corner('conv1', 0, 0),
    corner('conv2', border, 0),
    corner('conv3', 0, border),
    corner('conv4', border, border),
  ]);
}
