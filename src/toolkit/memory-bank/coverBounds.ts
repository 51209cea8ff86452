import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Compute, hostTensor } from '../../shared/compute.js';

/** Points compared at once. */
const blockRows = 8192;
/** Relative error of a multiplication and of an addition of 32 bits, at most. */
const rounding = 2 ** -23;
/** Relative error of factors on cards that keep ten bits of them in products of matrices. */
const shortFactors = 2 ** -10;

/** Upper bounds of squared distances to points, many at once: one product instead of a subtraction for each pair. */
export class CoverBounds {
  private readonly norms: Float64Array;
  private readonly nearest;
  /** Of the squared lengths of both, what a distance between them may be wrong by. */
  private readonly error: number;

  /** @param points `[n, dimensions]`, row-major. */
  constructor(
    compute: Compute,
    private readonly points: Float32Array,
    private readonly dimensions: number,
  ) {
    this.norms = squaredNorms(points, dimensions);
    this.error = 2 * (dimensions + 4) * rounding + (compute.environment['device'] === 'cpu' ? 0 : shortFactors);
    this.nearest = compute.specialise(
      'cover',
      (rows, picks, norms) => [tf.min(tf.sub(norms, tf.matMul(rows as Tensor2D, picks as Tensor2D, false, true)), 1)],
      2,
    );
  }

  /**
   * @param picks `[m, dimensions]`, row-major.
   * @returns for each point a number that its squared distance to the nearest pick does not exceed, `[n]`: above it by no more than rounding may have taken.
   */
  async of(picks: Float32Array): Promise<Float64Array> {
    const { points, dimensions, norms } = this;
    const count = picks.length / dimensions;
    const pickNorms = squaredNorms(picks, dimensions);
    const inputs = [
      hostTensor(
        picks.map((value) => 2 * value),
        [count, dimensions],
      ),
      hostTensor(Float32Array.from(pickNorms), [1, count]),
    ];
    const longest = pickNorms.reduce((most, norm) => Math.max(most, norm), 0);
    const bounds = new Float64Array(norms.length);
    for (let row = 0; row < norms.length; row += blockRows) {
      const end = Math.min(row + blockRows, norms.length);
      const block = hostTensor(points.subarray(row * dimensions, end * dimensions), [end - row, dimensions]);
      const [least] = await this.nearest.run([block, ...inputs]);
      least!.data.forEach((value, i) => {
        const norm = norms[row + i]!;
        bounds[row + i] = norm + value + this.error * (norm + longest);
      });
    }
    return bounds;
  }

  dispose(): Promise<void> {
    return this.nearest.dispose();
  }
}

function squaredNorms(points: Float32Array, dimensions: number): Float64Array {
  const norms = new Float64Array(points.length / dimensions);
  for (let row = 0, i = 0; row < norms.length; row++) {
    for (const end = i + dimensions; i < end; i++) norms[row]! += points[i]! ** 2;
  }
  return norms;
}
