import * as tf from '@tensorflow/tfjs-core';
import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Reads images at places between their pixels, bilinearly, zeros outside: the spatial transformer's sampler (Jaderberg et al.
 * 2015, Eq. 5), as PyTorch's `grid_sample` with `align_corners=True`. Differentiable in both arguments.
 * @param x `[n, h, w, c]`.
 * @param grid `[n, rows, columns, 2]`: x and y of each place, -1 and 1 at the centres of the outermost pixels.
 * @returns `[n, rows, columns, c]`.
 * @throws RangeError when the shapes do not fit.
 */
export function gridSample(x: Tensor4D, grid: Tensor4D): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const [images, rows, columns, two] = grid.shape;
  if (images !== n || two !== 2) {
    throw new RangeError(
      `a grid for ${n} images has the shape [${n}, rows, columns, 2], got [${grid.shape.join(', ')}]`,
    );
  }
  return tf.tidy(() => {
    const axis = (which: 0 | 1, size: number) =>
      neighbours(tf.reshape(tf.slice(grid, [0, 0, 0, which], [n, rows, columns, 1]), [n, rows * columns]), size);
    const [across, down] = [axis(0, width), axis(1, height)];
    const pixels: Tensor2D = tf.reshape(x, [n * height * width, channels]);
    const firstOfImage = tf.tensor2d(
      Int32Array.from({ length: n }, (_, image) => image * height * width),
      [n, 1],
    );
    const parts = down.flatMap((vertical) =>
      across.map((horizontal) => {
        const place = tf.add(tf.add(tf.mul(vertical.place, tf.scalar(width, 'int32')), horizontal.place), firstOfImage);
        const values = rowsAt(pixels, tf.reshape(place, [n * rows * columns]));
        return tf.mul(values, tf.reshape(tf.mul(vertical.weight, horizontal.weight), [n * rows * columns, 1]));
      }),
    );
    return tf.reshape(tf.addN(parts), [n, rows, columns, channels]);
  });
}

/** Rows of a matrix. The indices have no gradient, where the kernel's own would give them one of the wrong type. */
function rowsAt(matrix: Tensor2D, indices: Tensor1D): Tensor2D {
  return tf.customGrad((from, save) => {
    (save as GradSaveFunc)([indices]);
    return {
      value: tf.gather(from as Tensor2D, indices),
      gradFunc: (dy: Tensor2D, [saved]: Tensor[]) => tf.unsortedSegmentSum(dy, saved as Tensor1D, matrix.shape[0]),
    };
  })(matrix);
}

/** The two pixels beside each place along one axis of `size` pixels: index and weight, 0 for one that is not there. */
function neighbours(places: Tensor2D, size: number): { place: Tensor2D; weight: Tensor2D }[] {
  const position = tf.mul(tf.add(places, 1), (size - 1) / 2);
  const before = tf.floor(position);
  return [before, tf.add(before, 1)].map((pixel) => {
    // Comparisons with a gradient, 0: `less` and `logicalAnd` have none.
    const isInside = [tf.greaterEqual(pixel, 0), tf.greaterEqual(size - 1, pixel)].map((is) => tf.cast(is, 'float32'));
    const share = tf.sub(1, tf.abs(tf.sub(position, pixel)));
    return {
      place: tf.cast(tf.clipByValue(pixel, 0, size - 1), 'int32') as Tensor2D,
      weight: tf.mul(share, tf.mul(isInside[0]!, isInside[1]!)),
    };
  });
}
