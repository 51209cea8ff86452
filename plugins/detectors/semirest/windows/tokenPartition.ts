import { tf } from 'residua/plugin-api';

/**
 * Partition of a residual map into tokens (Eq. 7): the rho x rho features of a patch become one token, row by row, feature
 * channels innermost: channel = (dy*rho + dx)*d_f + k.
 * @param residuals `[n, h, w, d_f]`.
 * @param patchSize rho.
 * @returns `[n, h/rho, w/rho, rho*rho*d_f]`.
 * @throws RangeError when h or w is no multiple of rho.
 */
export function tokenPartition(residuals: tf.Tensor4D, patchSize: number): tf.Tensor4D {
  const [n, rows, columns, channels] = residuals.shape;
  if (rows % patchSize !== 0 || columns % patchSize !== 0) {
    throw new RangeError(
      `a map of ${rows}x${columns} features cannot be cut into patches of ${patchSize}x${patchSize}`,
    );
  }
  if (patchSize === 1) return tf.clone(residuals);
  const [tokenRows, tokenColumns] = [rows / patchSize, columns / patchSize];
  return tf.tidy(() => {
    // The features of one patch row are already neighbours in memory: [n, R, dy, C, dx*d_f] -> [n, R, C, dy, dx*d_f].
    const split = tf.reshape(residuals, [n * tokenRows, patchSize, tokenColumns, patchSize * channels]);
    const patches = tf.transpose(split, [0, 2, 1, 3]);
    return tf.reshape(patches, [n, tokenRows, tokenColumns, patchSize * patchSize * channels]);
  });
}
