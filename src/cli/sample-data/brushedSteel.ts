import type { RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { ValueNoise } from './valueNoise.js';

/** A surface before the camera saw it: brightness 0..1 of each pixel and a tint, so that defects change material, not noise. */
export interface Surface {
  size: number;
  /** `size * size`, row-major, about 0.3 to 0.8. */
  brightness: Float32Array;
  /** `size * size * 3`: factor per colour channel, 1 = the steel's own colour. */
  tint: Float32Array;
  /** Direction the light comes from, unit vector in the image plane. */
  light: { x: number; y: number };
}

/**
 * Brushed steel: streaks along a slightly varying direction, mottling, a soft highlight and a lighting gradient. What varies
 * from part to part varies here too, so that a detector cannot call every change of brightness a defect.
 */
export function brushedSteel(size: number, random: RandomSource): Surface {
  const coarse = new ValueNoise(random.uint32());
  const fine = new ValueNoise(random.uint32());
  const mottling = new ValueNoise(random.uint32());
  const angle = random.between(-0.05, 0.05);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const lightAngle = random.between(0, 2 * Math.PI);
  const light = { x: Math.cos(lightAngle), y: Math.sin(lightAngle) };
  const gradient = random.between(0.02, 0.12);
  const level = random.between(0.5, 0.6);
  const streaks = random.between(0.045, 0.07);
  const highlight = {
    centre: random.between(-0.2, 1.2),
    width: random.between(0.15, 0.35),
    gain: random.between(0, 0.1),
  };

  const brightness = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const along = x * cos + y * sin;
      const across = y * cos - x * sin;
      const streak =
        0.6 * coarse.fractal(along / 70, across / 2.6, 2) + 0.5 * fine.fractal(along / 22, across / 1.1, 2);
      const shade = gradient * (light.x * (x / size - 0.5) + light.y * (y / size - 0.5));
      const band = highlight.gain * Math.exp(-(((across / size - highlight.centre) / highlight.width) ** 2));
      brightness[y * size + x] = level + streaks * streak + 0.02 * mottling.fractal(x / 48, y / 48, 3) + shade + band;
    }
  }
  const warmth = random.between(-0.02, 0.02);
  const tint = new Float32Array(size * size * 3);
  for (let i = 0; i < size * size; i++) tint.set([1 + warmth, 1, 1.015 - warmth], i * 3);
  return { size, brightness, tint, light };
}

/** What the camera gives: 8-bit colours with sensor noise (sigma about two grey levels). */
export function photograph(surface: Surface, random: RandomSource): RgbImage {
  const { size, brightness, tint } = surface;
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const shared = brightness[i]! + 0.006 * random.normal();
    for (let channel = 0; channel < 3; channel++) {
      const value = 255 * (shared * tint[i * 3 + channel]! + 0.004 * random.normal());
      data[i * 3 + channel] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
  return { width: size, height: size, data };
}
