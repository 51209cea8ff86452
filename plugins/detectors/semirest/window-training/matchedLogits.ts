import { type Compute, elementCount, hostTensor, type HostTensor, type tf } from 'residua/plugin-api';
import type { MatchedFeatures, MatchedImage } from './matchedImage.js';

/** Keeps the logit finite where a probability has rounded to 0 or 1. */
const smallest = 1e-7;

/** Images and the function that judges their tokens. */
export interface MatchedLogitsOptions {
  compute: Compute;
  /** At least one, all of the same size. */
  images: readonly MatchedImage[];
  /** Channels of the features; of those of the fine layers, where the images have some. */
  channels: { own: number; fine?: number | undefined };
  /** Further inputs of `probabilities`. */
  inputs: readonly HostTensor[];
  /** A tensor function of an image's matched features and of `inputs`. It gives the anomaly probability of every token. */
  probabilities: (image: MatchedTensors, inputs: readonly tf.Tensor[]) => tf.Tensor;
  signal: AbortSignal;
  /** After each image, 1-based. */
  onProgress: (image: number, images: number) => void;
}

/** Matched features inside a tensor function. */
export interface MatchedTensors {
  /** `[h_f * w_f, d_f]`. */
  features: tf.Tensor2D;
  /** Rows of the memory bank nearest to them, `[h_f * w_f]`. */
  rows: tf.Tensor1D;
  /** The same of the fine layers, where there are any. */
  fine: Omit<MatchedTensors, 'fine'> | undefined;
}

/** Logits of the anomaly probabilities of every token of matched images, all together and sorted. */
export async function matchedLogits(options: MatchedLogitsOptions): Promise<Float32Array> {
  const { compute, images, inputs, probabilities, signal, onProgress } = options;
  const first = tensorsOf(images[0]!, options);
  const graph = await compute.compile(
    'logits of matched images',
    (features, rows, ...others) => {
      const rest = others.slice(first.length - 2);
      const fine =
        first.length > 2 ? { features: others[0] as tf.Tensor2D, rows: others[1] as tf.Tensor1D } : undefined;
      return [probabilities({ features: features as tf.Tensor2D, rows: rows as tf.Tensor1D, fine }, rest)];
    },
    [...first, ...inputs],
  );
  try {
    const tokens = elementCount(graph.outputs[0]!.shape);
    const logits = new Float32Array(images.length * tokens);
    for (const [i, image] of images.entries()) {
      signal.throwIfAborted();
      const [map] = await graph.run([...tensorsOf(image, options), ...inputs]);
      logits.set((map!.data as Float32Array).map(logit), i * tokens);
      onProgress(i + 1, images.length);
    }
    return logits.sort();
  } finally {
    await graph.dispose();
  }
}

/** Features and nearest rows; then those of the fine layers. */
function tensorsOf(image: MatchedImage, { channels }: Pick<MatchedLogitsOptions, 'channels'>): HostTensor[] {
  const of = ({ features, neighbours }: MatchedFeatures, width: number) => {
    const places = features.length / width;
    const choices = neighbours.length / places;
    const rows = Int32Array.from({ length: places }, (_, place) => neighbours[place * choices]!);
    return [hostTensor(features, [places, width]), hostTensor(rows, [places])];
  };
  return [...of(image, channels.own), ...(image.fine && channels.fine ? of(image.fine, channels.fine) : [])];
}

function logit(probability: number): number {
  const inside = Math.min(Math.max(probability, smallest), 1 - smallest);
  return Math.log(inside / (1 - inside));
}
