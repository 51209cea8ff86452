import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  cosineSimilarity,
  instanceNormalisation,
  uniformByFanIn,
  wholeCosineSimilarity,
  type NamedTensors,
} from 'residua/toolkit';

/** Four convolutions, each with instance normalisation and leaky ReLU, that throw the anomalous part of a map away (section 3.2). */
export interface Projection {
  name: string;
  inputs: number;
  outputs: number;
  kernel: 1 | 3;
}

/** The paper's: to half the channels, a quarter, and back. */
const paperDivisor = 2;
/** Where maps are projected more cheaply than in the paper, wider ones begin and end with 1x1. */
const widest = 512;

/** @param divisor channels behind the first convolution are c over it, behind the second half of that. */
export function projectionOf(level: number, channels: number, divisor: number): Projection[] {
  const [narrow, narrowest] = [divisor, 2 * divisor].map((by) => Math.max(1, Math.round(channels / by))) as [
    number,
    number,
  ];
  const ends = divisor > paperDivisor && channels > widest ? 1 : 3;
  const widths = [channels, narrow, narrowest, narrow, channels];
  return widths.slice(1).map((outputs, i) => ({
    ...{ name: `projection.${level}.${i}`, inputs: widths[i]!, outputs },
    kernel: i === 0 || i === 3 ? ends : 3,
  }));
}

/** As PyTorch begins convolutions. */
export function initialProjections(
  projections: readonly Projection[][],
  random: RandomSource,
): Record<string, HostTensor> {
  const all = projections.flat().map((each) => convolutionParameters(each.name, each, uniformByFanIn, random));
  return Object.assign({}, ...all) as Record<string, HostTensor>;
}

/** Maps of a teacher, `[n, h, w, c]` each, without what is not normal; the same shapes. */
export function project(
  parameters: NamedTensors,
  projections: readonly Projection[][],
  maps: readonly tf.Tensor4D[],
): tf.Tensor4D[] {
  return maps.map((map, level) =>
    projections[level]!.reduce(
      (x, { name }) => tf.leakyRelu(instanceNormalisation({}, name, convolution(parameters, name, x)), 0.01),
      map,
    ),
  );
}

/** Parts of the projections' loss, each a scalar. */
export interface ProjectionLosses {
  /** Projections of a noisy and of the clean image shall be alike: the mean of 1 - cosine over places, added up over layers. */
  reconstruct: tf.Scalar;
  /** And the noisy maps unlike the projections of the clean ones: see {@link contrast}. */
  contrast: tf.Scalar;
}

/**
 * What projections cost (section 3.3). The transport between maps of the authors' code is left out: it is that of a batch and its own
 * permutation, which is 0.
 * @param noisy the teacher's maps of noisy images.
 * @param projectedNoisy their projections.
 * @param projectedClean projections of the same images without noise.
 */
export function projectionLosses(
  noisy: readonly tf.Tensor4D[],
  projectedNoisy: readonly tf.Tensor4D[],
  projectedClean: readonly tf.Tensor4D[],
): ProjectionLosses {
  const over = (of: (level: number) => tf.Scalar) => tf.addN(noisy.map((_, level) => of(level)));
  return {
    reconstruct: over((i) => tf.sub(1, tf.mean<tf.Scalar>(cosineSimilarity(projectedNoisy[i]!, projectedClean[i]!)))),
    contrast: over((i) => contrast(noisy[i]!, projectedClean[i]!)),
  };
}

/** Mean over images of max(0, cosine - 0.5), each map one vector. */
export function contrast(a: tf.Tensor4D, b: tf.Tensor4D): tf.Scalar {
  return tf.mean<tf.Scalar>(tf.relu(tf.sub(wholeCosineSimilarity(a, b), 0.5)));
}

/** (transport + 0.01 reconstruct + 0.1 contrast) / 1.11, the first being 0. */
export function weighedLosses({ reconstruct, contrast: apart }: ProjectionLosses): tf.Scalar {
  return tf.div(tf.add(tf.mul(reconstruct, 0.01), tf.mul(apart, 0.1)), 1.11);
}
