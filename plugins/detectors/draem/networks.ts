import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  normalisationParameters,
  normalWeights,
  withoutGradient,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';
import { initialSspcab, sspcab, sspcabLoss, type SspcabParams } from './sspcab.js';

/** Begins the names of SSPCAB's parameters. */
const sspcabName = 'rec.encoder.sspcab.';

/** Widths of the two networks: channels of their first stage. */
export interface DraemWidths {
  /** w. */
  reconstruction: number;
  /** v. */
  discrimination: number;
}

/** Networks of these widths, with or without SSPCAB. */
export interface DraemShape extends DraemWidths {
  /** In place of the autoencoder's deepest stage; left out: that stage. */
  sspcab?: SspcabParams | undefined;
}

/** What both networks say. */
export interface DraemOutput {
  reconstruction: tf.Tensor4D;
  logits: tf.Tensor4D;
  /** Of SSPCAB, where there is one: see {@link sspcabLoss}. */
  predictionError?: tf.Scalar;
}

/** A convolution of 3x3, its batch normalisation and ReLU; names are those of the original implementation. */
interface Layer {
  convolution: string;
  normalisation: string;
  inputs: number;
  outputs: number;
}

/** Two layers, `<name>.0` to `<name>.4`. */
const pair = (name: string, inputs: number, middle: number, outputs = middle): Layer[] => [
  { convolution: `${name}.0`, normalisation: `${name}.1`, inputs, outputs: middle },
  { convolution: `${name}.3`, normalisation: `${name}.4`, inputs: middle, outputs },
];
/** The layer behind an enlargement, `<name>.1` and `<name>.2`. */
const behindEnlarging = (name: string, inputs: number, outputs: number): Layer[] => [
  { convolution: `${name}.1`, normalisation: `${name}.2`, inputs, outputs },
];

/** One enlargement: its layer, the two behind it, and which stage of the encoder they see as well. */
interface DecoderStage {
  up: Layer[];
  pair: Layer[];
}

interface Network {
  encoder: Layer[][];
  decoder: DecoderStage[];
  last: { name: string; inputs: number; outputs: number };
}

/** The autoencoder, without connections that pass its narrowest stage by. */
function reconstructionNetwork(w: number): Network {
  const channels = [w, 2 * w, 4 * w, 8 * w, 8 * w];
  const decoder = [8 * w, 4 * w, 2 * w, w].map((inputs, i) => ({
    up: behindEnlarging(`rec.decoder.up${i + 1}`, inputs, inputs),
    pair: pair(`rec.decoder.db${i + 1}`, inputs, inputs, Math.max(w, inputs / 2)),
  }));
  return {
    encoder: encoder('rec.encoder', 3, channels),
    decoder,
    last: { name: 'rec.decoder.fin_out.0', inputs: w, outputs: 3 },
  };
}

/** The U-Net, of reconstruction and image. */
function discriminationNetwork(v: number): Network {
  const channels = [v, 2 * v, 4 * v, 8 * v, 8 * v, 8 * v];
  const names = ['_b', '1', '2', '3', '4'];
  const outputs = [8 * v, 4 * v, 2 * v, v, v];
  const decoder = outputs.map((of, i) => ({
    up: behindEnlarging(`seg.decoder_segment.up${names[i]}`, i === 0 ? 8 * v : outputs[i - 1]!, of),
    pair: pair(`seg.decoder_segment.db${names[i]}`, of + channels[4 - i]!, of),
  }));
  return {
    encoder: encoder('seg.encoder_segment', 6, channels),
    decoder,
    last: { name: 'seg.decoder_segment.fin_out.0', inputs: v, outputs: 2 },
  };
}

const encoder = (name: string, inputs: number, channels: readonly number[]) =>
  channels.map((outputs, i) => pair(`${name}.block${i + 1}`, i === 0 ? inputs : channels[i - 1]!, outputs));

/** Of both networks, as the original begins: convolutions N(0, 0.02), scales of the normalisations around 1. */
export function initialParameters(shape: DraemShape, random: RandomSource): Record<string, HostTensor> {
  const reconstruction = reconstructionNetwork(shape.reconstruction);
  if (shape.sspcab) reconstruction.encoder.pop();
  const networks = [reconstruction, discriminationNetwork(shape.discrimination)];
  const initialise = normalWeights(0.02);
  const parameters: Record<string, HostTensor> = {};
  for (const { encoder: stages, decoder, last } of networks) {
    for (const layer of [...stages.flat(), ...decoder.flatMap((stage) => [...stage.up, ...stage.pair])]) {
      Object.assign(parameters, convolutionParameters(layer.convolution, layer, initialise, random));
      const normalisation = normalisationParameters(layer.normalisation, layer.outputs);
      const scale = normalisation[`${layer.normalisation}.weight`]!;
      scale.data.forEach((_, i) => (scale.data[i] = 1 + 0.02 * random.normal()));
      Object.assign(parameters, normalisation);
    }
    Object.assign(parameters, convolutionParameters(last.name, last, initialise, random));
  }
  if (shape.sspcab)
    Object.assign(parameters, initialSspcab(sspcabName, 8 * shape.reconstruction, shape.sspcab, random));
  return parameters;
}

/**
 * The reconstruction of images (reconstructive sub-network, section 3.1).
 * @param images `[n, s, s, 3]`, 0..1; s a multiple of 16.
 * @param deepest what stands in place of the deepest stage.
 * @returns the same shape.
 */
export function reconstruct(
  parameters: NamedTensors,
  images: tf.Tensor4D,
  w: number,
  normalise: Normalise,
  deepest?: (x: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const network = reconstructionNetwork(w);
  const run = layersOf(parameters, normalise);
  const encoder = deepest ? network.encoder.slice(0, -1) : network.encoder;
  let x = encode(images, { encoder }, run).at(-1)!;
  if (deepest) x = deepest(halved(x));
  for (const { up, pair: two } of network.decoder) x = run(run(enlarged(x), up), two);
  return convolution(parameters, network.last.name, x);
}

/**
 * Which pixels are defective (discriminative sub-network, section 3.2).
 * @param joined reconstruction, then image, `[n, s, s, 6]`; s a multiple of 32.
 * @returns logits of normal and anomalous, `[n, s, s, 2]`.
 */
export function discriminate(
  parameters: NamedTensors,
  joined: tf.Tensor4D,
  v: number,
  normalise: Normalise,
): tf.Tensor4D {
  const network = discriminationNetwork(v);
  const run = layersOf(parameters, normalise);
  const stages = encode(joined, network, run);
  let x = stages.pop()!;
  for (const { up, pair: two } of network.decoder) x = run(tf.concat([run(enlarged(x), up), stages.pop()!], 3), two);
  return convolution(parameters, network.last.name, x);
}

/**
 * Both networks: reconstruction, and the logits of it and the image.
 * @param shape and how many images, the first ones, teach both networks; the others teach the discriminative one alone. Left out: all.
 */
export function draemNetworks(
  parameters: NamedTensors,
  images: tf.Tensor4D,
  { reconstruction: w, discrimination: v, sspcab: block, repaired }: DraemShape & { repaired?: number },
  normalise: Normalise,
): DraemOutput {
  let predictionError: tf.Scalar | undefined;
  const taught = (x: tf.Tensor4D) => (repaired === undefined ? x : firstOf(x, repaired));
  const predict = (x: tf.Tensor4D, settings: SspcabParams) => {
    const predicted = sspcab(parameters, sspcabName, x, settings);
    predictionError = sspcabLoss(taught(x), taught(predicted));
    return predicted;
  };
  const reconstruction = reconstruct(parameters, images, w, normalise, block && ((x) => predict(x, block)));
  const seen = repaired === undefined ? reconstruction : constantBehind(reconstruction, repaired);
  const logits = discriminate(parameters, tf.concat([seen, images], 3), v, normalise);
  return { reconstruction, logits, ...(predictionError && { predictionError }) };
}

/** The first entries of a batch. */
export function firstOf(x: tf.Tensor4D, count: number): tf.Tensor4D {
  return count === x.shape[0] ? x : tf.slice(x, 0, count);
}

/** A batch whose entries behind the first ones are constants to whoever differentiates. */
function constantBehind(x: tf.Tensor4D, count: number): tf.Tensor4D {
  if (count === x.shape[0]) return x;
  return tf.concat([tf.slice(x, 0, count), withoutGradient(tf.slice(x, count), tf.clone<tf.Tensor4D>)]);
}

/** Probability of class 1, anomalous, `[n, s, s]`. */
export function anomalousProbability(logits: tf.Tensor4D): tf.Tensor3D {
  return tf.tidy(() => tf.squeeze(tf.slice(tf.softmax(logits, -1), [0, 0, 0, 1], [-1, -1, -1, 1]), [3]));
}

type RunLayers = (x: tf.Tensor4D, layers: readonly Layer[]) => tf.Tensor4D;

function layersOf(parameters: NamedTensors, normalise: Normalise): RunLayers {
  return (x, layers) =>
    layers.reduce(
      (input, layer) =>
        tf.relu(normalise(parameters, layer.normalisation, convolution(parameters, layer.convolution, input))),
      x,
    );
}

/** What each stage of the encoder gives, halved between them. */
function encode(images: tf.Tensor4D, { encoder: stages }: Pick<Network, 'encoder'>, run: RunLayers): tf.Tensor4D[] {
  const outputs: tf.Tensor4D[] = [];
  stages.forEach((layers, i) => {
    outputs.push(run(i === 0 ? images : halved(outputs[i - 1]!), layers));
  });
  return outputs;
}

function halved(x: tf.Tensor4D): tf.Tensor4D {
  return tf.maxPool(x, 2, 2, 0);
}

function enlarged(x: tf.Tensor4D): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [2 * x.shape[1], 2 * x.shape[2]], true);
}
