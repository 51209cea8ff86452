import type { RandomSource } from '../../shared/random.js';
import { logBetween } from './defectLayer.js';
import { PerlinNoise } from './perlinNoise.js';
import type { Scene } from './scene.js';

/**
 * A texture of layered gradient noise, grainy, cloudy or striped by chance, in the image's own range of colours.
 * `[height * width * 3]`, RGB 0..255, drawn where `coverage` is above 0.
 */
export function proceduralTexture(
  { width, height, mean }: Scene,
  coverage: Float32Array,
  random: RandomSource,
): Float32Array {
  const noise = new PerlinNoise(64, 64, random);
  const frequency = logBetween(random, 4, 60);
  const stretch = logBetween(random, 0.2, 5);
  const angle = random.between(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const fine = random.between(0, 0.8);
  const amplitude = logBetween(random, 15, 90);
  const base = 3 * random.integer(mean.length / 3);
  const result = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      if (coverage[i / 3] === 0) continue;
      const u = ((x * cos - y * sin) / width) * frequency * stretch;
      const v = ((x * sin + y * cos) / height) * frequency;
      const value = noise.at(u, v) + fine * noise.at(2.7 * u + 0.3, 2.7 * v + 0.7);
      for (let c = 0; c < 3; c++) result[i + c] = mean[base + c]! + amplitude * value;
    }
  }
  return result;
}
