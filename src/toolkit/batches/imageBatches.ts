import type { TrainingImage } from '../../plugin-api/index.js';
import { elementCount, hostTensor, type HostTensor, type TensorSpec } from '../../shared/compute.js';
import type { RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { ImageCache } from './imageCache.js';

/** Which images a step is given, and what is made of them. */
export interface ImageBatches {
  images: readonly TrainingImage[];
  /** Entries of a batch; each is of one image, drawn with equal chance. */
  perStep: number;
  random: RandomSource;
  /** Inputs of a step, float32; the first axis of each counts entries. */
  inputs: readonly TensorSpec[];
  /** Further images that an entry is given, drawn with equal chance; default 0. */
  others?: number;
  /** Bytes of decoded images that are kept; default 256 MiB. */
  cacheBytes?: number;
  /**
   * Makes one entry: its values for each of the inputs.
   * @param random of this entry alone.
   */
  entry(this: void, image: RgbImage, others: readonly RgbImage[], random: RandomSource): readonly ArrayLike<number>[];
}

/**
 * Batches of images for `trainSteps`: everything is drawn at once, then the images are decoded and changed, while the step before
 * runs. Two sets of arrays take turns.
 */
export function imageBatches(options: ImageBatches): () => Promise<readonly HostTensor[]> {
  const { images, perStep, random, inputs, others = 0, cacheBytes = 256 * 2 ** 20, entry } = options;
  const cache = new ImageCache(cacheBytes);
  const empty = () => inputs.map(({ shape }) => hostTensor(new Float32Array(elementCount(shape)), shape));
  const sets = [empty(), empty()] as const;
  let turn = 0;
  const fill = async (targets: readonly HostTensor[], at: number, drawn: DrawnEntry) => {
    const [image, ...further] = await Promise.all(drawn.images.map((each) => cache.load(each)));
    const values = entry(image!, further, drawn.random);
    targets.forEach(({ data }, i) => data.set(values[i]!, (at * data.length) / perStep));
  };
  return async () => {
    const targets = sets[turn++ % 2 === 0 ? 0 : 1];
    const drawn = Array.from({ length: perStep }, () => ({
      images: Array.from({ length: 1 + others }, () => random.pick(images)),
      random: random.fork(),
    }));
    await Promise.all(drawn.map((each, at) => fill(targets, at, each)));
    return targets;
  };
}

interface DrawnEntry {
  /** The image of the entry, then the others. */
  images: readonly TrainingImage[];
  random: RandomSource;
}
