import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  focalTerm,
  heNormal,
  normalisationParameters,
  residualBlock,
  residualBlockParameters,
  resizeBilinear,
  uniformByFanIn,
  unitVectors,
  type NamedTensors,
  type Normalise,
  type ResidualBlock,
} from 'residua/toolkit';

/** The segmentation network (section 3.3): two residual blocks, and what sees the surroundings of a place near and far. */
export interface Segmentation {
  inputs: number;
  width: number;
  /** A 1x1 convolution to `width` comes first where there are this many times more inputs. */
  isReduced: boolean;
  /** Places between the taps of the three dilated convolutions. */
  dilations: readonly number[];
  blocks: ResidualBlock[];
}

/** The paper's, for a grid of 64 x 64 places. */
const paperDilations = [6, 12, 18];
const paperSide = 64;
/** Inputs over width above which they are reduced first; the paper's networks stay below. */
const mostInputs = 4;
/** The segmentation's exponent of the focal loss (Eq. 4). */
const gamma = 4;

/** @param side places of the grid. */
export function segmentationOf(inputs: number, width: number, side: number): Segmentation {
  const isReduced = inputs > mostInputs * width;
  const block = (i: number): ResidualBlock => ({
    ...{ name: `segmentation.res.${i}`, kind: 'basic', outputs: width, width, resample: 'keep' },
    inputs: i === 0 && !isReduced ? inputs : width,
  });
  const dilations = paperDilations.map((each) => Math.max(1, Math.round((each * side) / paperSide)));
  return { inputs, width, isReduced, dilations, blocks: [block(0), block(1)] };
}

interface Layer {
  name: string;
  inputs: number;
  outputs: number;
  kernel: 1 | 3;
}

const layers = ({ inputs, width, isReduced }: Segmentation) => {
  const layer = (name: string, from: number, kernel: 1 | 3): Layer => ({
    ...{ name: `segmentation.${name}`, inputs: from, outputs: width, kernel },
  });
  return {
    reduction: isReduced ? layer('reduction', inputs, 1) : undefined,
    pooled: layer('surroundings.0', width, 1),
    dilated: [1, 2, 3].map((i) => layer(`surroundings.${i}`, width, 3)),
    joined: layer('joined', 4 * width, 3),
    mixed: layer('mixed', width, 3),
  };
};

/** Convolutions by He, the last one as PyTorch begins it. */
export function initialSegmentation(network: Segmentation, random: RandomSource): Record<string, HostTensor> {
  const { reduction, pooled, dilated, joined, mixed } = layers(network);
  const all = [...(reduction ? [reduction] : []), pooled, ...dilated, joined, mixed];
  const last = { inputs: network.width, outputs: 1, kernel: 1 };
  return Object.assign(
    {},
    ...network.blocks.map((block) => residualBlockParameters(block, random)),
    ...all.map((layer) => convolutionParameters(layer.name, { ...layer, bias: false }, heNormal, random)),
    ...all.map(({ name, outputs }) => normalisationParameters(`${name}.normalisation`, outputs)),
    convolutionParameters('segmentation.logit', last, uniformByFanIn, random),
  ) as Record<string, HostTensor>;
}

/**
 * What the segmentation sees: the negative product of both networks' directions, level by level, at the finest grid (section 3.3).
 * @param teacher maps `[n, h, w, c]` of the image as it is, finest first.
 * @param student of the same shapes.
 * @returns `[n, h_1, w_1, sum of c]`.
 */
export function disagreement(teacher: readonly tf.Tensor4D[], student: readonly tf.Tensor4D[]): tf.Tensor4D {
  return tf.tidy(() => {
    const [, rows, columns] = teacher[0]!.shape;
    const products = teacher.map((map, i) => tf.neg(tf.mul<tf.Tensor4D>(unitVectors(map), unitVectors(student[i]!))));
    return tf.concat(
      products.map((product) => resizeBilinear(product, rows, columns)),
      3,
    );
  });
}

/**
 * Probability that a place is defective.
 * @param x what {@link disagreement} gives.
 * @returns `[n, h, w]`.
 */
export function segment(
  parameters: NamedTensors,
  network: Segmentation,
  x: tf.Tensor4D,
  normalise: Normalise,
): tf.Tensor3D {
  const { reduction, pooled, dilated, joined, mixed } = layers(network);
  const run = ({ name }: Layer, input: tf.Tensor4D, dilation = 1) =>
    tf.relu(normalise(parameters, `${name}.normalisation`, convolution(parameters, name, input, { dilation })));
  const reduced = reduction ? run(reduction, x) : x;
  const seen = network.blocks.reduce((input, block) => residualBlock(parameters, block, input, normalise), reduced);
  const whole = run(pooled, tf.mean<tf.Tensor4D>(seen, [1, 2], true));
  const surroundings = [
    tf.tile(whole, [1, seen.shape[1], seen.shape[2], 1]),
    ...dilated.map((layer, i) => run(layer, seen, network.dilations[i])),
  ];
  const logits = convolution(parameters, 'segmentation.logit', run(mixed, run(joined, tf.concat(surroundings, 3))));
  return tf.squeeze(tf.sigmoid(logits), [3]);
}

/** The two parts of the segmentation's loss, each a scalar (Eq. 4, 5). */
export interface SegmentationLosses {
  focal: tf.Scalar;
  absolute: tf.Scalar;
}

/**
 * @param probabilities `[n, h, w]`.
 * @param labels the same shape: 0 NORMAL, 1 ANOMALOUS; places of any other value weigh nothing.
 */
export function segmentationLosses(probabilities: tf.Tensor3D, labels: tf.Tensor3D): SegmentationLosses {
  const known = tf.cast(tf.greaterEqual(labels, 0), 'float32');
  const wanted = tf.relu(labels);
  const count = tf.maximum(tf.sum(known), 1);
  const mean = (costs: tf.Tensor) => tf.div<tf.Scalar>(tf.sum(tf.mul(costs, known)), count);
  const right = tf.add(tf.mul(wanted, probabilities), tf.mul(tf.sub(1, wanted), tf.sub(1, probabilities)));
  return { focal: mean(focalTerm(right, gamma)), absolute: mean(tf.abs(tf.sub(probabilities, wanted))) };
}
