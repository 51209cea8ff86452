import { tf, type HostTensor, type RandomSource, type TrainingSettings } from 'residua/plugin-api';
import {
  byBatchStatistics,
  decode,
  embed,
  initialReverse,
  postprocess,
  reverseDistances,
  reverseLoss,
  type FeatureMaps,
  type NamedTensors,
  type Normalise,
  type ReverseNetwork,
} from 'residua/toolkit';
import {
  deformationFields,
  deformationLoss,
  deformationMap,
  deformed,
  fieldOfSize,
  initialDeformation,
  restored,
  type Fields,
} from './deformation.js';
import type { Params } from './params.js';
import { embedQuantised, initialQuantised, quantisedEmbedding, type QuantisedEmbedding } from './quantised.js';

/** What is trained: the deformation, one of two embeddings, and the decoder. */
export interface Networks {
  reverse: ReverseNetwork;
  quantised: QuantisedEmbedding | undefined;
  reconstructionWeight: number;
}

/** Lays them out beside the networks of reverse distillation. */
export function networksOf(reverse: ReverseNetwork, { codes, reconstructionWeight }: Params): Networks {
  return { reverse, quantised: codes > 0 ? quantisedEmbedding(reverse, codes) : undefined, reconstructionWeight };
}

/** Of all networks. @param images maps of the normal images. */
export function initialParameters(
  { reverse, quantised }: Networks,
  { deformationWidth }: Params,
  images: readonly FeatureMaps[],
  random: RandomSource,
): Record<string, HostTensor> {
  const distillation = Object.entries(initialReverse(reverse, random)).filter(
    ([name]) => !quantised || !/^(fusion|embedding)\./.test(name),
  );
  return {
    ...Object.fromEntries(distillation),
    ...(quantised &&
      initialQuantised(
        quantised,
        images.map((maps) => maps.at(-1)!),
        random,
      )),
    ...initialDeformation(reverse.levels[0]!.channels, deformationWidth, random),
  };
}

/** What the networks make of a teacher's maps. */
export interface Explained {
  fields: Fields;
  /** The teacher's maps, deformed towards what is normal. */
  deformed: tf.Tensor4D[];
  /** What the student gives for these. */
  student: tf.Tensor4D[];
  /** What quantising costs; 0 where nothing is. */
  quantising: tf.Scalar;
}

/** Deforms a teacher's maps and rebuilds them from an embedding (section 3.2, 3.3). */
export function explain(
  parameters: NamedTensors,
  { reverse, quantised }: Networks,
  maps: readonly tf.Tensor4D[],
  normalise: Normalise,
): Explained {
  const fields = deformationFields(parameters, maps[0]!, normalise);
  const warped = maps.map((map) => deformed(map, fields));
  const { embedding, loss } = quantised
    ? embedQuantised(parameters, quantised, warped, normalise)
    : { embedding: embed(parameters, reverse, warped, normalise), loss: tf.scalar(0) };
  return { fields, deformed: warped, student: decode(parameters, reverse, embedding, normalise), quantising: loss };
}

/** Everything that is made small: distillation, deformation, quantising. The deformation's squared error is over the map's variance. */
export function dmadLoss(parameters: NamedTensors, networks: Networks, maps: readonly tf.Tensor4D[]): tf.Scalar {
  const found = explain(parameters, networks, maps, byBatchStatistics);
  const variance = tf.add<tf.Scalar>(tf.moments(maps[0]!).variance, 1e-6);
  const scale = tf.div<tf.Scalar>(variance, Math.max(networks.reconstructionWeight, 1e-12));
  return tf.addN([
    reverseLoss(found.deformed, found.student),
    deformationLoss(maps[0]!, found.fields, scale),
    found.quantising,
  ]);
}

/** Both measures of anomaly, smoothed, each `[n, size, size]`. */
export interface AnomalyParts {
  features: tf.Tensor3D;
  deformation: tf.Tensor3D;
}

/** Where the student fails, brought back to where it is in the image, and how much was deformed there (section 3.4). */
export function partsOf(
  parameters: NamedTensors,
  networks: Networks,
  maps: readonly tf.Tensor4D[],
  { imageSize, smoothingSigma }: TrainingSettings,
  normalise: Normalise,
): AnomalyParts {
  const { fields, deformed: warped, student } = explain(parameters, networks, maps, normalise);
  const distances = tf.addN(reverseDistances(warped, student, imageSize));
  const { coarse, fine } = fields.inverse;
  const scaled = {
    ...fields,
    inverse: {
      coarse: fieldOfSize(coarse, imageSize, imageSize),
      fine: fieldOfSize(fine, imageSize, imageSize),
    },
  };
  const back = tf.squeeze<tf.Tensor3D>(restored(tf.expandDims<tf.Tensor4D>(distances, 3), scaled), [3]);
  const smoothed = (map: tf.Tensor3D) => postprocess(map, imageSize, imageSize, smoothingSigma);
  return { features: smoothed(back), deformation: smoothed(deformationMap(scaled)) };
}
