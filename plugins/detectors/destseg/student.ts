import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  cosineSimilarity,
  heNormal,
  normalisationParameters,
  residualBlock,
  residualBlockParameters,
  resizeBilinear,
  uniformByFanIn,
  type NamedTensors,
  type Normalise,
  type PyramidLevel,
  type ResidualBlock,
} from 'residua/toolkit';

/** Stride of the encoder's first stage. */
const stemStride = 4;
/** Most channels of the student over its width. */
const widest = 8;

/** A residual network on images: a stem of stride 4, then stages, each half as large as the one before. */
export interface Encoder {
  name: string;
  channels: number;
  stages: ResidualBlock[][];
}

/** What the student gives for one of the teacher's maps. */
interface Output {
  level: number;
  side: number;
  head: { name: string; inputs: number; outputs: number; rectified: boolean } | undefined;
}

/** Encoder and decoder (section 3.2). */
export interface Student {
  encoder: Encoder;
  /** Coarsest first; each has the size of the encoder's stage `at`. */
  decoder: { at: number; blocks: ResidualBlock[]; outputs: Output[] }[];
}

/** @param widths channels of each stage. */
export function encoderOf(name: string, widths: readonly number[], blocks: number): Encoder {
  return {
    name,
    channels: widths[0]!,
    stages: widths.map((outputs, stage) =>
      chain(`${name}.layer${stage + 1}`, widths[Math.max(0, stage - 1)]!, outputs, blocks, stage > 0),
    ),
  };
}

/** Widths of the stages down to twice the stride of the coarsest map. */
export function studentWidths(levels: readonly PyramidLevel[], imageSize: number, width: number): number[] {
  const deepest = stageOf(levels.at(-1)!, imageSize) + 1;
  return Array.from({ length: deepest + 1 }, (_, stage) => width * Math.min(widest, 2 ** stage));
}

/**
 * Lays a student out for the maps of a teacher.
 * @param levels finest first.
 * @param widths of the encoder's stages, see {@link studentWidths}.
 * @param rectified whether the maps of each level are never negative.
 */
export function studentOf(
  levels: readonly PyramidLevel[],
  imageSize: number,
  { widths, blocks, rectified }: { widths: readonly number[]; blocks: number; rectified: readonly boolean[] },
): Student {
  const outputs = levels.map((level, i) => ({ at: stageOf(level, imageSize), output: outputOf(level, i) }));
  function outputOf(level: PyramidLevel, i: number): Output {
    const inputs = widths[stageOf(level, imageSize)]!;
    const isSame = inputs === level.channels && rectified[i]!;
    const head = { name: `student.head.${i}`, inputs, outputs: level.channels, rectified: rectified[i]! };
    return { level: i, side: level.side, head: isSame ? undefined : head };
  }
  const finest = Math.min(...outputs.map(({ at }) => at));
  const stages = Array.from({ length: widths.length - finest }, (_, i) => widths.length - 1 - i);
  return {
    encoder: encoderOf('student.encoder', widths, blocks),
    decoder: stages.map((at) => ({
      at,
      blocks: chain(`student.decoder.${at}`, widths[Math.min(at + 1, widths.length - 1)]!, widths[at]!, blocks, false),
      outputs: outputs.filter((each) => each.at === at).map(({ output }) => output),
    })),
  };
}

/** The stage of an encoder whose stride is nearest to the map's. */
function stageOf({ side }: PyramidLevel, imageSize: number): number {
  return Math.max(0, Math.round(Math.log2(imageSize / stemStride / side)));
}

function chain(name: string, inputs: number, outputs: number, count: number, halves: boolean): ResidualBlock[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ name: `${name}.${i}`, kind: 'basic', inputs: i === 0 ? inputs : outputs, outputs, width: outputs },
    resample: halves && i === 0 ? 'halve' : 'keep',
  }));
}

/** Convolutions by He, heads as PyTorch begins them. */
export function initialStudent({ encoder, decoder }: Student, random: RandomSource): Record<string, HostTensor> {
  const stem = { inputs: 3, outputs: encoder.channels, kernel: 7, bias: false };
  const blocks = [...encoder.stages.flat(), ...decoder.flatMap((stage) => stage.blocks)];
  const heads = decoder.flatMap(({ outputs }) => outputs.flatMap(({ head }) => (head ? [head] : [])));
  return Object.assign(
    convolutionParameters(`${encoder.name}.conv1`, stem, heNormal, random),
    normalisationParameters(`${encoder.name}.bn1`, encoder.channels),
    ...blocks.map((block) => residualBlockParameters(block, random)),
    ...heads.map((head) => convolutionParameters(head.name, { ...head, kernel: 1 }, uniformByFanIn, random)),
  ) as Record<string, HostTensor>;
}

/**
 * @param images `[n, s, s, 3]`, colours normalised.
 * @returns a map for each stage, `[n, s / 4, s / 4, c]` first.
 */
export function encode(
  parameters: NamedTensors,
  { name, stages }: Encoder,
  images: tf.Tensor4D,
  normalise: Normalise,
): tf.Tensor4D[] {
  const stem = normalise(parameters, `${name}.bn1`, convolution(parameters, `${name}.conv1`, images, { stride: 2 }));
  let x = tf.maxPool(tf.relu(stem), 3, 2, 1);
  return stages.map((blocks) => {
    x = blocks.reduce((input, block) => residualBlock(parameters, block, input, normalise), x);
    return x;
  });
}

/**
 * What the student gives for the teacher's maps of the image without its defects (section 3.2).
 * @param images `[n, s, s, 3]`, colours normalised.
 * @returns maps of the teacher's shapes, finest first.
 */
export function studentMaps(
  parameters: NamedTensors,
  { encoder, decoder }: Student,
  images: tf.Tensor4D,
  normalise: Normalise,
): tf.Tensor4D[] {
  const encoded = encode(parameters, encoder, images, normalise);
  let x = encoded.at(-1)!;
  const maps: tf.Tensor4D[] = [];
  for (const { at, blocks, outputs } of decoder) {
    const [, rows, columns] = encoded[at]!.shape;
    const scaled = resizeBilinear(x, rows, columns);
    x = blocks.reduce((input, block) => residualBlock(parameters, block, input, normalise), scaled);
    for (const { level, side, head } of outputs) {
      const fitted = resizeBilinear(x, side, side);
      const mapped = head ? convolution(parameters, head.name, fitted) : fitted;
      maps[level] = head?.rectified ? tf.relu(mapped) : mapped;
    }
  }
  return maps;
}

/** One minus the cosine of both networks' features at each place of each level, `[n, h, w]` (Eq. 1). */
export function distances(teacher: readonly tf.Tensor4D[], student: readonly tf.Tensor4D[]): tf.Tensor3D[] {
  return teacher.map((map, i) => tf.tidy(() => tf.sub<tf.Tensor3D>(1, cosineSimilarity(map, student[i]!))));
}

/** Eq. 2: the mean distance over places, added up over levels and over the images of the batch. */
export function studentLoss(teacher: readonly tf.Tensor4D[], student: readonly tf.Tensor4D[]): tf.Scalar {
  return tf.addN(
    distances(teacher, student).map((each) => tf.div<tf.Scalar>(tf.sum(each), each.shape[1] * each.shape[2])),
  );
}

/** The product of the levels' distances at the size of the finest, `[n, h, w]`. */
export function distanceProduct(each: readonly tf.Tensor3D[]): tf.Tensor3D {
  const [, rows, columns] = each[0]!.shape;
  return each
    .map((map) => tf.squeeze<tf.Tensor3D>(resizeBilinear(tf.expandDims<tf.Tensor4D>(map, 3), rows, columns), [3]))
    .reduce((product, map) => tf.mul<tf.Tensor3D>(product, map));
}
