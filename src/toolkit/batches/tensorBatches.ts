import { elementCount, hostTensor, type HostTensor, type TensorSpec } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import type { RandomSource } from '../../shared/random.js';

/** Batches of tensors that are in memory. */
export interface TensorBatches {
  /** Inputs of a step: as the tensors of an entry, but for the first axis, which counts entries. */
  inputs: TensorSpec[];
  /** Draws a batch, each entry at most once. Always in the same arrays. */
  batch(this: void): HostTensor[];
}

/**
 * Batches for `trainSteps` out of entries that stay in memory, such as the feature maps of images.
 * @param entries of the same shapes, the first axis of each tensor being 1.
 * @param perStep entries of a batch.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT when there are fewer entries.
 */
export function tensorBatches(
  entries: readonly (readonly HostTensor[])[],
  perStep: number,
  random: RandomSource,
): TensorBatches {
  requireImages(entries.length, perStep);
  const tensors = entries[0]!.map(({ shape }) => {
    const joined = [perStep, ...shape.slice(1)];
    return hostTensor(new Float32Array(elementCount(joined)), joined);
  });
  const order = Int32Array.from(entries, (_, i) => i);
  return {
    inputs: tensors.map(({ shape }) => ({ shape })),
    batch: () => {
      // From the same order each time, so that a batch depends on the random source alone.
      order.forEach((_, i) => (order[i] = i));
      for (let at = 0; at < perStep; at++) {
        const other = at + random.integer(order.length - at);
        [order[at], order[other]] = [order[other]!, order[at]!];
        const entry = entries[order[at]!]!;
        tensors.forEach(({ data }, i) => data.set(entry[i]!.data, (at * data.length) / perStep));
      }
      return tensors;
    },
  };
}

/**
 * Refuses a step that wants more normal images than there are.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT naming both numbers.
 */
export function requireImages(found: number, perStep: number): void {
  if (found >= perStep) return;
  const message = `imagesPerStep is ${perStep}, and there are only ${found} normal images to train on`;
  throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'imagesPerStep' });
}
