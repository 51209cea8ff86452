import { tf } from 'residua/plugin-api';

/** Binomial weights of a blur along one axis, over 16. */
const binomial = [1, 4, 6, 4, 1];

/** Blurred over 5x5 channel by channel, zeros around the map. */
function blurred(x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3];
  const weights = binomial.flatMap((row) =>
    binomial.flatMap((column) => Array<number>(channels).fill((row * column) / 256)),
  );
  return tf.depthwiseConv2d(x, tf.tensor4d(weights, [5, 5, channels, 1]), 1, 2);
}

/** Larger by the nearest value, then blurred. */
function enlarged(x: tf.Tensor4D, { shape: [, rows, columns] }: tf.Tensor4D): tf.Tensor4D {
  return blurred(nearest(x, rows, columns));
}

/** `[n, h, w, c]` to `[n, rows, columns, c]` by the nearest value, that of the upper left where two are as near. */
export function nearest(x: tf.Tensor4D, rows: number, columns: number): tf.Tensor4D {
  if (x.shape[1] === rows && x.shape[2] === columns) return x;
  return tf.image.resizeNearestNeighbor(x, [rows, columns]);
}

/**
 * Laplacian pyramid whose maps are halved by the largest of each 2x2 (section 3.3): each level is what the next coarser one misses,
 * the last one is a blurred map itself.
 * @param x `[n, h, w, c]`, sides divisible by 2^(levels - 1).
 * @returns finest first.
 */
export function laplacianPyramid(x: tf.Tensor4D, levels: number): tf.Tensor4D[] {
  const maps = [x];
  while (maps.length < levels) maps.push(tf.maxPool(blurred(maps.at(-1)!), 2, 2, 0));
  return maps.map((map, i) => {
    const coarser = maps[i + 1];
    return coarser ? tf.sub<tf.Tensor4D>(map, enlarged(coarser, map)) : map;
  });
}

/** A pyramid as one map of the size of its finest level: the opposite of {@link laplacianPyramid}. */
export function composed(levels: readonly tf.Tensor4D[]): tf.Tensor4D {
  return levels.reduceRight((coarser, level) => tf.add<tf.Tensor4D>(level, enlarged(coarser, level)));
}
