import type { RandomSource, RgbImage } from 'residua/plugin-api';
import { PerlinNoise } from 'residua/toolkit';

/** Shortest side of the rectangle, pixels; the longest is below an eighth of the image's. */
const shortest = 10;
/** Octaves of the noise, each finer by half and weaker by `persistence`. */
const [octaves, persistence] = [6, 0.6];
/** Pixels of a wave of the first octave. */
const firstWavelength = 32;
/** Of values 0..255. */
const strength = 0.2 * 255;
/** Cells of a lattice; more than a rectangle covers at the finest octave of usual images. */
const cells = 64;

/** The image with noise in one rectangle (section 4.1: simplex noise there), values kept within 0..255. Each call has a pattern of its own. */
export function noisyImage(image: RgbImage, random: RandomSource): RgbImage {
  const { width, height } = image;
  const side = (of: number) => Math.min(of, shortest + random.integer(Math.max(1, Math.floor(of / 8) - shortest)));
  const [columns, rows] = [side(width), side(height)];
  const [left, top] = [random.integer(width - columns + 1), random.integer(height - rows + 1)];
  const noises = Array.from({ length: octaves }, () => new PerlinNoise(cells, cells, random));
  const data = image.data.slice();
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const change = strength * octaveSum(noises, x, y);
      const at = 3 * ((top + y) * width + left + x);
      for (let c = at; c < at + 3; c++) data[c] = Math.max(0, Math.min(255, Math.round(data[c]! + change)));
    }
  }
  return { width, height, data };
}

function octaveSum(noises: readonly PerlinNoise[], x: number, y: number): number {
  return noises.reduce((sum, noise, octave) => {
    const scale = 2 ** octave / firstWavelength;
    return sum + persistence ** octave * noise.at(x * scale, y * scale);
  }, 0);
}
