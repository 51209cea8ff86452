import { tf, type FeatureLayer, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  heNormal,
  normalisationParameters,
  uniformByFanIn,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';

/** A convolution of 3x3 with batch normalisation and ReLU. */
interface Block {
  name: string;
  inputs: number;
  outputs: number;
  stride: 1 | 2;
}

/** The student's way to one layer of the teacher. */
interface Level {
  blocks: Block[];
  /** Maps to the teacher's channels. */
  head: { name: string; inputs: number; outputs: number };
}

/** Channels of the student where its maps are smallest, over its width. */
const widest = 8;

/**
 * The student's blocks: the image is halved until it has the grid of a layer, then a block at that size and a 1x1 convolution to the
 * layer's channels; the way goes on to the next layer from there.
 * @param layers finest first, with strides that are powers of two.
 */
export function studentLevels(layers: readonly FeatureLayer[], width: number): Level[] {
  let [stride, channels] = [1, 3];
  return layers.map(({ stride: wanted, channels: outputs }, level) => {
    const blocks: Block[] = [];
    const add = (step: 1 | 2) => {
      stride *= step;
      const next = Math.min(widest * width, step === 2 ? width * Math.max(1, stride / 2) : channels);
      blocks.push({ name: `level${level}.block${blocks.length}`, inputs: channels, outputs: next, stride: step });
      channels = next;
    };
    while (stride < wanted) add(2);
    add(1);
    return { blocks, head: { name: `level${level}.head`, inputs: channels, outputs } };
  });
}

/** Convolutions by He, heads as PyTorch begins them. */
export function initialStudent(levels: readonly Level[], random: RandomSource): Record<string, HostTensor> {
  const parameters: Record<string, HostTensor> = {};
  for (const { blocks, head } of levels) {
    for (const block of blocks) {
      Object.assign(parameters, convolutionParameters(block.name, { ...block, bias: false }, heNormal, random));
      Object.assign(parameters, normalisationParameters(`${block.name}.normalisation`, block.outputs));
    }
    Object.assign(parameters, convolutionParameters(head.name, { ...head, kernel: 1 }, uniformByFanIn, random));
  }
  return parameters;
}

/**
 * The student's features.
 * @param images `[n, s, s, 3]`, colours normalised.
 * @returns a map for each layer of the teacher, `[n, s / stride, s / stride, channels]`.
 */
export function studentFeatures(
  parameters: NamedTensors,
  images: tf.Tensor4D,
  levels: readonly Level[],
  normalise: Normalise,
): tf.Tensor4D[] {
  let x = images;
  return levels.map(({ blocks, head }) => {
    for (const { name, stride } of blocks) {
      const filtered = convolution(parameters, name, x, { stride });
      x = tf.relu(normalise(parameters, `${name}.normalisation`, filtered));
    }
    return convolution(parameters, head.name, x);
  });
}
