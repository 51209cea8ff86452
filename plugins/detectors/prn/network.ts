import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  normalisationParameters,
  uniformByFanIn,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';
import { attentionParameters, multiSizeAttention } from './attention.js';
import { fuse, fusionParameters, type FusedLevel } from './fusion.js';

/** Sizes of the network. */
export interface PrnShape {
  /** Maps with prototypes, finest first. */
  levels: readonly FusedLevel[];
  /** A deeper map from which the decoder starts; left out: it starts from the deepest of the levels. */
  start?: FusedLevel | undefined;
  /** Channels to which maps and residuals are reduced; 0: they stay as they are. */
  width: number;
  attentionLayers: number;
  /** Side of the image, pixels. */
  imageSize: number;
  /** Whether the last two convolutions see the image's size, as published, or the finest map's. */
  fineHead: boolean;
}

/** What the network is given. */
export interface PrnInputs {
  /** `[n, side, side, channels]` of each level. */
  features: readonly tf.Tensor4D[];
  /** Their squared differences from the nearest prototypes, of the same shapes. */
  residuals: readonly tf.Tensor4D[];
  start?: tf.Tensor4D | undefined;
}

const kinds = ['features', 'residuals'] as const;

/** The levels behind the reduction. */
const reduced = ({ levels, width }: PrnShape): FusedLevel[] =>
  levels.map(({ side, channels }) => ({ side, channels: width || channels }));

/** A convolution whose normalisation makes a bias needless. */
function layerParameters(name: string, inputs: number, outputs: number, kernel: number, random: RandomSource) {
  return {
    ...convolutionParameters(`${name}.convolution`, { inputs, outputs, kernel, bias: false }, uniformByFanIn, random),
    ...normalisationParameters(`${name}.normalisation`, outputs),
  };
}

/** Parameters to start from. */
export function initialParameters(shape: PrnShape, random: RandomSource): Record<string, HostTensor> {
  const levels = reduced(shape);
  const joined = levels.map(({ side, channels }) => ({ side, channels: 2 * channels }));
  const all: Record<string, HostTensor>[] = [fusionParameters('fusion1', levels, random)];
  if (shape.width > 0) {
    shape.levels.forEach(({ channels }, i) => {
      for (const kind of kinds) all.push(layerParameters(`reduction.${kind}.${i}`, channels, shape.width, 1, random));
    });
  }
  joined.forEach((level, i) => {
    for (let k = 0; k < shape.attentionLayers; k++) all.push(attentionParameters(`attention.${i}.${k}`, level, random));
  });
  all.push(fusionParameters('fusion2', joined, random));
  let below = shape.start?.channels ?? 0;
  for (let i = levels.length - 1; i >= 0; i--) {
    const { channels } = levels[i]!;
    if (below > 0) all.push(layerParameters(`decoder.${i}.up`, below, channels, 3, random));
    all.push(layerParameters(`decoder.${i}.0`, 2 * channels + (below > 0 ? channels : 0), channels, 3, random));
    all.push(layerParameters(`decoder.${i}.1`, channels, channels, 3, random));
    below = channels;
  }
  all.push(layerParameters('head', below, below, 3, random));
  all.push(convolutionParameters('output', { inputs: below, outputs: 1 }, uniformByFanIn, random));
  return Object.assign({}, ...all) as Record<string, HostTensor>;
}

/**
 * The network (Zhang et al. 2023): maps and residuals are fused over levels, looked at in patches of several sizes, fused
 * again and decoded. A tensor function.
 * @returns a logit for each pixel, `[n, size, size, 1]`.
 */
export function prnLogits(
  parameters: NamedTensors,
  { features, residuals, start }: PrnInputs,
  {
    width,
    attentionLayers,
    imageSize,
    fineHead,
  }: Pick<PrnShape, 'width' | 'attentionLayers' | 'imageSize' | 'fineHead'>,
  normalise: Normalise,
): tf.Tensor4D {
  const layer = (name: string, x: tf.Tensor4D) =>
    normalise(parameters, `${name}.normalisation`, convolution(parameters, `${name}.convolution`, x));
  const reduce = (kind: (typeof kinds)[number], maps: readonly tf.Tensor4D[]) =>
    fuse(parameters, 'fusion1', width > 0 ? maps.map((map, i) => layer(`reduction.${kind}.${i}`, map)) : maps);
  const seen = reduce('features', features);
  const differing = reduce('residuals', residuals);
  const joined = seen.map((map, i) => {
    let x = tf.concat([map, differing[i]!], 3);
    for (let k = 0; k < attentionLayers; k++) x = multiSizeAttention(parameters, `attention.${i}.${k}`, x, normalise);
    return x;
  });
  const active = (name: string, x: tf.Tensor4D) => tf.relu(layer(name, x));
  let x = start;
  for (const [i, map] of [...fuse(parameters, 'fusion2', joined).entries()].reverse()) {
    const given = x ? tf.concat([map, active(`decoder.${i}.up`, enlarged(x, map.shape[1]))], 3) : map;
    x = active(`decoder.${i}.1`, active(`decoder.${i}.0`, given));
  }
  const head = (input: tf.Tensor4D) => convolution(parameters, 'output', active('head', input));
  return fineHead ? head(enlarged(x!, imageSize)) : enlarged(head(x!), imageSize);
}

function enlarged(x: tf.Tensor4D, side: number): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [side, side], true);
}
