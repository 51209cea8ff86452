import { tf } from 'residua/plugin-api';

/** Keeps the gradient finite where a coefficient is 0. */
const smallest = 1e-12;

/**
 * Mean absolute value of the two-dimensional Fourier transform (Eq. 10), by products with matrices of cosines and sines.
 * @param maps `[n, h, w]`, real.
 */
export function fourierLoss(maps: tf.Tensor3D): tf.Scalar {
  return tf.tidy(() => {
    const [n, rows, columns] = maps.shape;
    const [down, across] = [waves(rows), waves(columns)];
    const alongRows = (wave: tf.Tensor2D): tf.Tensor2D =>
      tf.reshape(tf.matMul(tf.reshape(wave, [1, rows, rows]), maps), [n * rows, columns]);
    const [cosines, sines] = [alongRows(down.cosines), alongRows(down.sines)];
    const product = (x: tf.Tensor2D, wave: tf.Tensor2D): tf.Tensor2D => tf.matMul(x, wave);
    const real = tf.sub(product(cosines, across.cosines), product(sines, across.sines));
    const imaginary = tf.add(product(sines, across.cosines), product(cosines, across.sines));
    return tf.mean<tf.Scalar>(tf.sqrt(tf.add(tf.add(tf.square(real), tf.square(imaginary)), smallest)));
  });
}

/** Cosines and sines of every frequency at every place of an axis, symmetric matrices. */
function waves(places: number): { cosines: tf.Tensor2D; sines: tf.Tensor2D } {
  const of = (wave: (angle: number) => number) =>
    tf.tensor2d(
      Float32Array.from({ length: places ** 2 }, (_, i) => {
        // Whole turns say nothing, and cost digits.
        const turn = (Math.floor(i / places) * (i % places)) % places;
        return wave((2 * Math.PI * turn) / places);
      }),
      [places, places],
    );
  return { cosines: of(Math.cos), sines: of(Math.sin) };
}
