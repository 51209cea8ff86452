import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { hostTensor, type Compute, type HostTensor } from '../../shared/compute.js';
import type { MatchedImage } from './matchedImage.js';

/** Keeps the logit finite where a probability has rounded to 0 or 1. */
const smallest = 1e-7;

/**
 * Logits of the anomaly probabilities of every token of matched images.
 * @param inputs of `probabilities`, the memory bank first, `[m, d_f]`.
 * @param probabilities a tensor function of an image's features, `[h_f * w_f, d_f]`, the rows of the memory bank nearest to them,
 * `[h_f * w_f]`, and `inputs`.
 * @returns sorted, of all images together.
 */
export async function matchedLogits(
  { compute, signal }: { compute: Compute; signal: AbortSignal },
  images: readonly MatchedImage[],
  inputs: readonly [HostTensor, ...HostTensor[]],
  probabilities: (features: Tensor2D, rows: Tensor1D, ...inputs: Tensor[]) => Tensor,
): Promise<Float32Array> {
  const channels = inputs[0].shape[1]!;
  const places = images[0]!.features.length / channels;
  const shape = [places, channels];
  const graph = await compute.compile(
    'logits of matched images',
    (features, rows, ...rest) => [probabilities(features as Tensor2D, rows as Tensor1D, ...rest)],
    [{ shape }, { shape: [places], dtype: 'int32' }, ...inputs],
  );
  const logits: Float32Array[] = [];
  for (const { features, neighbours } of images) {
    signal.throwIfAborted();
    const choices = neighbours.length / places;
    const rows = Int32Array.from({ length: places }, (_, place) => neighbours[place * choices]!);
    const [map] = await graph.run([hostTensor(features, shape), hostTensor(rows, [places]), ...inputs]);
    logits.push((map!.data as Float32Array).map(logit));
  }
  await graph.dispose();
  return Float32Array.from(logits.flatMap((map) => [...map])).sort();
}

function logit(probability: number): number {
  const inside = Math.min(Math.max(probability, smallest), 1 - smallest);
  return Math.log(inside / (1 - inside));
}
