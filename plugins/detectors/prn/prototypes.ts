import { hostTensor, tf, type Compute, type HostTensor, type RandomSource } from 'residua/plugin-api';

/** Rounds of k-means at most; it ends when nothing changes. */
const mostRounds = 100;
/** Values of each map that are multiplied at once. */
const valuesAtOnce = 32_768;

/**
 * Whole maps that stand for all (Zhang et al. 2023): the means of the clusters that k-means finds. Exact, although it
 * looks at the products of every two maps alone.
 * @param maps of at least `count` images, each `[1, h, w, c]`.
 * @returns `[count, h, w, c]`.
 */
export async function findPrototypes(
  compute: Compute,
  maps: readonly HostTensor[],
  count: number,
  random: RandomSource,
): Promise<HostTensor> {
  const clusters = clusterByProducts(await products(compute, maps), maps.length, count, random);
  const size = maps[0]!.data.length;
  const means = new Float32Array(count * size);
  clusters.forEach((members, k) => {
    const sum = new Float64Array(size);
    for (const i of members) maps[i]!.data.forEach((value, at) => (sum[at]! += value));
    sum.forEach((value, at) => (means[k * size + at] = value / members.length));
  });
  return hostTensor(means, [count, ...maps[0]!.shape.slice(1)]);
}

/** Scalar product of every two maps less the mean map, row-major `[n, n]`. */
async function products(compute: Compute, maps: readonly HostTensor[]): Promise<Float64Array> {
  const [n, size] = [maps.length, maps[0]!.data.length];
  const sums = new Float64Array(n * n);
  const product = compute.specialise('products of maps', (x) => [centredProducts(x as tf.Tensor2D)], 2);
  try {
    for (let from = 0; from < size; from += valuesAtOnce) {
      const width = Math.min(valuesAtOnce, size - from);
      const rows = new Float32Array(n * width);
      maps.forEach(({ data }, i) => rows.set(data.subarray(from, from + width), i * width));
      const [part] = await product.run([hostTensor(rows, [n, width])]);
      part!.data.forEach((value, i) => (sums[i]! += value));
    }
  } finally {
    await product.dispose();
  }
  return sums;
}

/** Without the mean the products keep the digits that tell maps apart. */
function centredProducts(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const centred = tf.sub<tf.Tensor2D>(rows, tf.mean(rows, 0, true));
    return tf.matMul<tf.Tensor2D>(centred, centred, false, true);
  });
}

/**
 * Lloyd's k-means on scalar products, from points that lie apart (Arthur and Vassilvitskii 2007).
 * @param products of every two of n points, `[n, n]`.
 * @returns the members of each cluster, none empty.
 */
export function clusterByProducts(products: Float64Array, n: number, count: number, random: RandomSource): number[][] {
  const squared = (i: number, j: number) =>
    Math.max(0, products[i * n + i]! - 2 * products[i * n + j]! + products[j * n + j]!);
  const centres = spreadPoints(n, count, squared, random);
  let clusters = centres.map((centre) => [centre]);
  let before = '';
  for (let round = 0; round < mostRounds; round++) {
    const distances = clusters.map((members) => distancesTo(products, n, members));
    const nearest = Array.from({ length: n }, (_, i) => leastIndex(distances.map((of) => of[i]!)));
    refill(nearest, distances, count);
    clusters = Array.from({ length: count }, (_, k) => [...nearest.keys()].filter((i) => nearest[i] === k));
    const now = nearest.join();
    if (now === before) break;
    before = now;
  }
  return clusters;
}

/** The first by chance, each further one with a chance in proportion to its squared distance from those chosen. */
function spreadPoints(
  n: number,
  count: number,
  squared: (i: number, j: number) => number,
  random: RandomSource,
): number[] {
  const chosen = [random.integer(n)];
  while (chosen.length < count) {
    const distances = Array.from({ length: n }, (_, i) => Math.min(...chosen.map((centre) => squared(i, centre))));
    let left = random.uniform() * distances.reduce((sum, value) => sum + value, 0);
    const next = distances.findIndex((value, i) => !chosen.includes(i) && (left -= value) < 0);
    // Where all that is left lies on chosen points, any of it will do.
    chosen.push(next >= 0 ? next : distances.findIndex((_, i) => !chosen.includes(i)));
  }
  return chosen;
}

/** Squared distance of every point from the mean of the members. */
function distancesTo(products: Float64Array, n: number, members: readonly number[]): Float64Array {
  let within = 0;
  for (const i of members) for (const j of members) within += products[i * n + j]!;
  return Float64Array.from({ length: n }, (_, i) => {
    const along = members.reduce((sum, j) => sum + products[i * n + j]!, 0);
    return products[i * n + i]! - (2 * along) / members.length + within / members.length ** 2;
  });
}

const leastIndex = (values: readonly number[]) => values.indexOf(Math.min(...values));

/** Gives every empty cluster a point of a cluster that can spare one: of those that fit theirs worst. */
function refill(nearest: number[], distances: readonly Float64Array[], count: number): void {
  for (let k = 0; k < count; k++) {
    if (nearest.includes(k)) continue;
    const size = (cluster: number) => nearest.filter((of) => of === cluster).length;
    const spare = [...nearest.keys()].filter((i) => size(nearest[i]!) > 1);
    const worst = spare.reduce((a, b) => (distances[nearest[b]!]![b]! > distances[nearest[a]!]![a]! ? b : a));
    nearest[worst] = k;
  }
}

/**
 * Distances of maps from prototypes, and the squared difference from the nearest, channel by channel. A tensor function.
 * @param maps `[n, h, w, c]`.
 * @param prototypes `[k, h, w, c]`.
 * @returns L2 distances `[n, k]`, int32 `[n]`, and the shape of the maps.
 */
export function prototypeResiduals(
  maps: tf.Tensor4D,
  prototypes: tf.Tensor4D,
): { distances: tf.Tensor2D; nearest: tf.Tensor1D; residuals: tf.Tensor4D } {
  const [count] = prototypes.shape;
  const each = tf.split(prototypes, count, 0);
  const distances = tf.sqrt(
    tf.stack(
      each.map((prototype) => tf.sum(tf.squaredDifference(maps, prototype), [1, 2, 3])),
      1,
    ),
  ) as tf.Tensor2D;
  const nearest = tf.argMin<tf.Tensor1D>(distances, 1);
  return { distances, nearest, residuals: tf.squaredDifference(maps, tf.gather(prototypes, nearest)) };
}
