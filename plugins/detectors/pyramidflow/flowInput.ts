import {
  hostTensor,
  imageTensor,
  tf,
  type DetectorChoices,
  type HostTensor,
  type PredictionContext,
  type RandomSource,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  drawnImages,
  extractTrainingFeatures,
  featurePyramid,
  imagenetColours,
  measureChannels,
  normaliseColours,
  parameter,
  pyramidLevels,
  randomOrthonormal,
  resizeBilinear,
  transformChannels,
  transformMaps,
  type NamedTensors,
} from 'residua/toolkit';
import type { Params } from './params.js';

/** Name of the fixed projection, `[channels of the input, channels of the flow]`. */
const projectionName = 'projection';

/** Places a side of what the flow works on. */
export function flowSide(
  { input, workingSize }: Params,
  { featureLayers, settings }: Pick<DetectorChoices<Params>, 'featureLayers' | 'settings'>,
): number {
  return input === 'image' ? workingSize : pyramidLevels(featureLayers, settings.imageSize)[0]!.side;
}

/** Orthonormal rows or columns, whichever are fewer. */
export function initialProjection(inputs: number, channels: number, random: RandomSource): Record<string, HostTensor> {
  if (channels <= inputs) return { [projectionName]: randomOrthonormal(inputs, channels, random) };
  const { data } = randomOrthonormal(channels, inputs, random);
  const turned = Float32Array.from(data, (_, i) => data[(i % channels) * inputs + Math.floor(i / channels)]!);
  return { [projectionName]: hostTensor(turned, [inputs, channels]) };
}

/** The projection of maps `[n, h, w, inputs]`: `[n, h, w, channels]`. */
export function projected(parameters: NamedTensors, maps: tf.Tensor4D): tf.Tensor4D {
  const matrix = parameter<tf.Tensor2D>(parameters, projectionName);
  const [n, rows, columns, inputs] = maps.shape;
  const product = tf.matMul(tf.reshape<tf.Rank.R2>(maps, [-1, inputs]), matrix);
  return tf.reshape(product, [n, rows, columns, matrix.shape[1]]);
}

/** A tensor function: images `[n, s, s, 3]`, 0..255, to what the flow works on before its channels are transformed. */
function rawInput(images: tf.Tensor4D, context: PredictionContext<Params>): tf.Tensor4D {
  const { params, featureExtractor, featureLayers, settings } = context;
  if (params.input === 'image') {
    return normaliseColours(resizeBilinear(images, params.workingSize, params.workingSize), imagenetColours);
  }
  return featurePyramid(images, featureExtractor, pyramidLevels(featureLayers, settings.imageSize))[0]!;
}

const transformOf = ({ input, transform }: Params) => (input === 'image' ? 'none' : transform);

/** A tensor function: what the flow works on, transformed. @param tensors of a state. */
export function flowInput(images: tf.Tensor4D, tensors: NamedTensors, context: PredictionContext<Params>): tf.Tensor4D {
  return transformChannels(transformOf(context.params), tensors, [rawInput(images, context)])[0]!;
}

/** What the flow works on for each normal image, `[1, h, w, c]`; reported as stage `feature-extraction`. */
export async function trainingInputs(
  context: TrainingContext<Params>,
): Promise<{ maps: HostTensor[]; measured: Record<string, HostTensor> }> {
  const { params, compute, settings } = context;
  const normalImages = drawnImages(context, params.pooledImages);
  const compiled = await compute.compile('input', (images) => [rawInput(images as tf.Tensor4D, context)], [
    { shape: [1, settings.imageSize, settings.imageSize, 3] },
  ]);
  const extract = async (image: Parameters<typeof imageTensor>[0]) => compiled.run([imageTensor(image)]);
  const found = await extractTrainingFeatures({ extract }, { ...context, normalImages }).finally(() =>
    compiled.dispose(),
  );
  const measured = measureChannels(transformOf(params), found);
  transformMaps(transformOf(params), measured, found);
  return { maps: found.map(([map]) => map!), measured };
}
