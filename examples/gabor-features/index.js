/**
 * Gabor filters: Daugman 1985, "Uncertainty relation for resolution in space, spatial frequency, and orientation". A classic
 * of texture analysis that needs no weights, and so a feature extractor that fits on a page.
 */
import { createHash } from 'node:crypto';
import { defineFeatureExtractor, tf, z } from 'residua/plugin-api';

/** Filter side, pixels. */
const size = 15;

/** Even and odd filters for each orientation, `[size, size, 1, 2 * orientations]`, each with mean 0 and norm 1. */
function gaborFilters(orientations, wavelength) {
  const channels = 2 * orientations;
  const filters = new Float32Array(size * size * channels);
  for (let channel = 0; channel < channels; channel++) {
    const angle = (Math.PI * Math.floor(channel / 2)) / orientations;
    const phase = channel % 2 === 0 ? 0 : Math.PI / 2;
    const values = Array.from({ length: size * size }, (_, i) => {
      const [x, y] = [(i % size) - (size - 1) / 2, Math.floor(i / size) - (size - 1) / 2];
      const along = x * Math.cos(angle) + y * Math.sin(angle);
      const envelope = Math.exp(-(x * x + y * y) / (2 * (0.5 * wavelength) ** 2));
      return envelope * Math.cos((2 * Math.PI * along) / wavelength + phase);
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const norm = Math.hypot(...values.map((value) => value - mean));
    values.forEach((value, i) => (filters[i * channels + channel] = (value - mean) / norm));
  }
  return filters;
}

export const plugin = defineFeatureExtractor({
  id: 'gabor',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Gabor filters',
  description: 'Strength of edges and stripes in several directions and two widths. Needs no weights.',
  reference: 'Daugman 1985, Uncertainty relation for resolution in space, spatial frequency, and orientation',
  params: z.strictObject({
    orientations: z.int().min(2).max(16).default(8).describe('Directions, evenly over half a turn.'),
    wavelength: z
      .number()
      .min(2)
      .max(12)
      .default(4)
      .describe('Of the fine filters, pixels; the coarse ones have twice as much.'),
  }),
  sizeMultiple: 8,
  layers: ({ orientations }) => [
    { name: 'fine', channels: 2 * orientations, stride: 4 },
    { name: 'coarse', channels: 2 * orientations, stride: 8 },
  ],
  load: async ({ orientations, wavelength }) => {
    const values = [wavelength, 2 * wavelength].map((each) => gaborFilters(orientations, each));
    const [fine, coarse] = values.map((data) => tf.tensor4d(data, [size, size, 1, 2 * orientations]));
    const weightsDigest = createHash('sha256').update(values[0]).update(values[1]).digest('hex');
    return {
      weightsDigest,
      features: (images) =>
        tf.tidy(() => {
          const grey = tf.div(tf.mean(images, 3, true), 255);
          return [tf.abs(tf.conv2d(grey, fine, 4, 'same')), tf.abs(tf.conv2d(grey, coarse, 8, 'same'))];
        }),
      dispose: () => tf.dispose([fine, coarse]),
    };
  },
});
