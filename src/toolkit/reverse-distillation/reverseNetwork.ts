/**
 * The networks of reverse distillation: Deng and Li 2022, "Anomaly detection via reverse distillation from one-class embedding",
 * section 3. The maps of a teacher are fused and squeezed into one small embedding; a decoder rebuilds them from deep to fine.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import { convolution } from '../layers/convolution.js';
import { convolutionParameters, uniformByFanIn } from '../layers/initialise.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import type { Normalise } from '../layers/normalisation.js';
import {
  normalisedConvolution,
  normalisedConvolutionParameters,
  residualBlock,
  residualBlockParameters,
  type NormalisedConvolution,
  type ResidualBlock,
} from '../networks/residual/residualBlock.js';
import type { ReverseParams } from './reverseParams.js';

/** A teacher's map, of a pyramid: see `pyramidLevels`. */
export interface TeacherLevel {
  channels: number;
  octaves: number;
  side: number;
}

/** The way of one map into the embedding, and the decoder's stage that rebuilds it. */
interface ReverseLevel extends TeacherLevel {
  /** To fewer channels and down to the coarsest grid. */
  fusion: NormalisedConvolution[];
  decoder: ResidualBlock[];
  /** From the decoder's channels to the map's, where these differ or can be negative. */
  head: { name: string; inputs: number; outputs: number; rectified: boolean } | undefined;
}

/** Both networks, laid out. */
export interface ReverseNetwork {
  /** Finest first. */
  levels: ReverseLevel[];
  embedding: ResidualBlock[];
}

/** Side of the embedding, places. @param levels finest first. */
export function embeddingSide(levels: readonly TeacherLevel[]): number {
  return Math.ceil(levels.at(-1)!.side / 2);
}

/**
 * Lays the networks out for a teacher's maps.
 * @param levels finest first.
 * @param rectified whether the maps of each level are never negative, as behind a ReLU.
 */
export function reverseNetwork(
  levels: readonly TeacherLevel[],
  params: ReverseParams,
  rectified: readonly boolean[],
): ReverseNetwork {
  const widths = levels.map(({ channels, octaves }) => limited(channels, params.width * 2 ** octaves));
  const deepest = levels.at(-1)!.octaves;
  const fusions = levels.map((level, i) => fusionOf(level, i, widths[i]!, deepest, params.width));
  const fused = fusions.reduce((sum, fusion, i) => sum + (fusion.at(-1)?.outputs ?? widths[i]!), 0);
  return {
    levels: levels.map((level, i) => {
      const below = levels[i + 1];
      const inputs = below ? widths[i + 1]! : params.embedding;
      const doublings = (below?.octaves ?? deepest + 1) - level.octaves;
      const wanted = params.decoderBlocks[Math.min(levels.length - 1 - i, params.decoderBlocks.length - 1)]!;
      const count = Math.max(wanted, doublings);
      const decoder = chain(`decoder.${i}`, inputs, widths[i]!, params.block, count, (block) =>
        block < doublings ? 'double' : 'keep',
      );
      return { ...level, fusion: fusions[i]!, decoder, head: headOf(level, i, widths[i]!, rectified[i]!) };
    }),
    embedding: chain('embedding', fused, params.embedding, params.block, params.embeddingBlocks, (block) =>
      block === 0 ? 'halve' : 'keep',
    ),
  };
}

const limited = (channels: number, most: number) => (most > 0 ? Math.min(channels, most) : channels);

/** Section 3.3, multi-scale feature fusion: one convolution of stride 2 for each octave, with twice the channels. */
function fusionOf(
  { channels, octaves }: TeacherLevel,
  level: number,
  width: number,
  deepest: number,
  limit: number,
): NormalisedConvolution[] {
  const steps: NormalisedConvolution[] = [];
  let inputs = channels;
  const add = (outputs: number, kernel: 1 | 3, resample: 'keep' | 'halve') => {
    const name = `fusion.${level}.${steps.length}`;
    steps.push({ name, normalisation: `${name}.normalisation`, inputs, outputs, kernel, resample });
    inputs = outputs;
  };
  if (width < channels) add(width, 1, 'keep');
  for (let octave = octaves; octave < deepest; octave++) add(limited(2 * inputs, limit * 2 ** deepest), 3, 'halve');
  return steps;
}

function headOf({ channels }: TeacherLevel, level: number, width: number, rectified: boolean) {
  // The last block ends in a ReLU: as it is, it can give maps that are never negative.
  if (width === channels && rectified) return undefined;
  return { name: `head.${level}`, inputs: width, outputs: channels, rectified };
}

function chain(
  name: string,
  inputs: number,
  outputs: number,
  kind: ResidualBlock['kind'],
  count: number,
  resample: (block: number) => ResidualBlock['resample'],
): ResidualBlock[] {
  const width = Math.max(1, Math.round(outputs / 2));
  return Array.from({ length: count }, (_, i) => ({
    ...{ name: `${name}.${i}`, kind, outputs, width, resample: resample(i) },
    inputs: i === 0 ? inputs : outputs,
  }));
}

/** Of both networks. */
export function initialReverse(
  { levels, embedding }: ReverseNetwork,
  random: RandomSource,
): Record<string, HostTensor> {
  const parameters: Record<string, HostTensor> = {};
  for (const { fusion } of levels) {
    for (const each of fusion) Object.assign(parameters, normalisedConvolutionParameters(each, random));
  }
  for (const block of [...embedding, ...levels.flatMap(({ decoder }) => decoder)]) {
    Object.assign(parameters, residualBlockParameters(block, random));
  }
  for (const { head } of levels) {
    if (!head) continue;
    Object.assign(parameters, convolutionParameters(head.name, { ...head, kernel: 1 }, uniformByFanIn, random));
  }
  return parameters;
}

/**
 * One-class bottleneck embedding (section 3.3).
 * @param maps of the teacher, finest first, `[n, side, side, channels]`.
 * @returns `[n, embeddingSide, embeddingSide, embedding]`.
 */
export function embed(
  parameters: NamedTensors,
  { levels, embedding }: ReverseNetwork,
  maps: readonly Tensor4D[],
  normalise: Normalise,
): Tensor4D {
  const fused = levels.map(({ fusion }, i) =>
    fusion.reduce((x, each) => tf.relu(normalisedConvolution(parameters, each, x, normalise)), maps[i]!),
  );
  const joined = tf.concat(fused, 3);
  return embedding.reduce((x, block) => residualBlock(parameters, block, x, normalise), joined);
}

/**
 * The decoder, the student (section 3.2).
 * @param embedding what {@link embed} gives.
 * @returns maps of the teacher's shapes, finest first.
 */
export function decode(
  parameters: NamedTensors,
  { levels }: ReverseNetwork,
  embedding: Tensor4D,
  normalise: Normalise,
): Tensor4D[] {
  const maps: Tensor4D[] = [];
  let x = embedding;
  for (const { decoder, head, side } of [...levels].reverse()) {
    const grown = decoder.reduce((input, block) => residualBlock(parameters, block, input, normalise), x);
    x = cropped(grown, side);
    const mapped = head ? convolution(parameters, head.name, x) : x;
    maps.unshift(head?.rectified ? tf.relu(mapped) : mapped);
  }
  return maps;
}

/** A map whose side was odd before it was halved is a place larger when it was doubled again. */
function cropped(x: Tensor4D, side: number): Tensor4D {
  const [n, height, width, channels] = x.shape;
  return height === side && width === side ? x : tf.slice(x, 0, [n, side, side, channels]);
}
