import type { RandomSource } from '../../shared/random.js';
import { logBetween } from './defectLayer.js';
import type { Scene } from './scene.js';

/** How a defect changes the brightness: `level * factor + offset`. */
export interface Tone {
  factor: number;
  offset: number;
}

/** How much darker or brighter than its surroundings a defect is. */
export interface ToneOptions {
  /** Chance of a darker rather than a brighter tone. */
  darkChance: number;
  /** Range of the change in multiples of the local contrast, drawn logarithmically. */
  contrast: readonly [number, number];
  /** Least change, grey levels. */
  least?: number;
  /** Most change, grey levels: an object's own structure is no texture to shout down. */
  most?: number;
}

/**
 * A tone for a defect at a place, as strong as the texture there asks for: what stands out on a polished face drowns in a
 * rough one. Shadows multiply, so that they keep the colour; glints add, since they reflect the lamp.
 */
export function drawTone(
  scene: Scene,
  place: { x: number; y: number },
  random: RandomSource,
  options: ToneOptions,
): Tone {
  const x = Math.max(0, Math.min(scene.width - 1, Math.floor(place.x)));
  const y = Math.max(0, Math.min(scene.height - 1, Math.floor(place.y)));
  const i = y * scene.width + x;
  const level = (scene.mean[3 * i]! + scene.mean[3 * i + 1]! + scene.mean[3 * i + 2]!) / 3;
  const { least = 14, most = 110 } = options;
  const contrast = scene.deviation[i]! * logBetween(random, ...options.contrast);
  const change = Math.min(most, Math.max(least, contrast));
  const canDarken = level * 0.9 > least;
  const canBrighten = 250 - level > least;
  const dark = canDarken && (!canBrighten || random.uniform() < options.darkChance);
  if (dark) return { factor: 1 - Math.min(0.85, change / level), offset: 0 };
  return { factor: 1, offset: Math.min(change, 250 - level) };
}

/** The tone that turns one into its opposite, weaker: the lit edge beside a groove. */
export function oppositeTone(tone: Tone, share: number): Tone {
  if (tone.factor < 1) return { factor: 1, offset: share * (1 - tone.factor) * 90 };
  return { factor: Math.max(0.3, 1 - (share * tone.offset) / 120), offset: 0 };
}

/**
 * The image as it looks in a tone, where `coverage` is above 0. `texture` is the share of the surface's texture that
 * stays: 1 for a stain on it, 0 for a hole in it.
 */
export function toned(scene: Scene, coverage: Float32Array, tone: Tone, texture: number): Float32Array {
  const source = new Float32Array(scene.mean.length);
  for (let i = 0; i < coverage.length; i++) {
    if (coverage[i] === 0) continue;
    for (let c = 3 * i; c < 3 * i + 3; c++) {
      const level = scene.mean[c]! + texture * (scene.pixels[c]! - scene.mean[c]!);
      source[c] = level * tone.factor + tone.offset;
    }
  }
  return source;
}
