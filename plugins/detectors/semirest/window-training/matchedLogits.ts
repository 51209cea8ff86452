import { type Compute, elementCount, hostTensor, type HostTensor, type tf } from 'residua/plugin-api';
import type { MatchedImage } from './matchedImage.js';

/** Keeps the logit finite where a probability has rounded to 0 or 1. */
const smallest = 1e-7;

/** Images and the function that judges their tokens. */
export interface MatchedLogitsOptions {
  compute: Compute;
  /** At least one, all of the same size. */
  images: readonly MatchedImage[];
  /** Further inputs of `probabilities`, the memory bank first, `[m, d_f]`. */
  inputs: readonly [HostTensor, ...HostTensor[]];
  /**
   * A tensor function of an image's features, `[h_f * w_f, d_f]`, the rows of the memory bank nearest to them, `[h_f * w_f]`, and
   * `inputs`. It gives the anomaly probability of every token.
   */
  probabilities: (features: tf.Tensor2D, rows: tf.Tensor1D, ...inputs: tf.Tensor[]) => tf.Tensor;
  signal: AbortSignal;
  /** After each image, 1-based. */
  onProgress: (image: number, images: number) => void;
}

/** Logits of the anomaly probabilities of every token of matched images, all together and sorted. */
export async function matchedLogits(options: MatchedLogitsOptions): Promise<Float32Array> {
  const { compute, images, inputs, probabilities, signal, onProgress } = options;
  const channels = inputs[0].shape[1]!;
  const places = images[0]!.features.length / channels;
  const shape = [places, channels];
  const graph = await compute.compile(
    'logits of matched images',
    (features, rows, ...rest) => [probabilities(features as tf.Tensor2D, rows as tf.Tensor1D, ...rest)],
    [{ shape }, { shape: [places], dtype: 'int32' }, ...inputs],
  );
  try {
    const tokens = elementCount(graph.outputs[0]!.shape);
    const logits = new Float32Array(images.length * tokens);
    for (const [i, { features, neighbours }] of images.entries()) {
      signal.throwIfAborted();
      const choices = neighbours.length / places;
      const rows = Int32Array.from({ length: places }, (_, place) => neighbours[place * choices]!);
      const [map] = await graph.run([hostTensor(features, shape), hostTensor(rows, [places]), ...inputs]);
      logits.set((map!.data as Float32Array).map(logit), i * tokens);
      onProgress(i + 1, images.length);
    }
    return logits.sort();
  } finally {
    await graph.dispose();
  }
}

function logit(probability: number): number {
  const inside = Math.min(Math.max(probability, smallest), 1 - smallest);
  return Math.log(inside / (1 - inside));
}
