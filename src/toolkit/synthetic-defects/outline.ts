import type { RandomSource } from '../../shared/random.js';
import { PerlinNoise } from './perlinNoise.js';

/** A closed irregular outline around a centre. */
export interface OutlineOptions {
  x: number;
  y: number;
  /** Half axes before the irregularity, pixels. */
  radiusX: number;
  radiusY: number;
  angle: number;
  /** 0 an ellipse, 0.5 a ragged blot. */
  irregularity: number;
  /** Features along the outline: 1 coarse, 3 fine. */
  detail: number;
}

/** Distance function of an outline: 0 in the centre, 1 on the outline, in units of its radius. */
export type Outline = (x: number, y: number) => number;

/** An ellipse whose radius wavers by gradient noise. */
export function makeOutline(options: OutlineOptions, random: RandomSource): Outline {
  const { x: centreX, y: centreY, radiusX, radiusY, angle, irregularity, detail } = options;
  const noise = new PerlinNoise(16, 16, random);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return (x, y) => {
    const u = ((x - centreX) * cos + (y - centreY) * sin) / radiusX;
    const v = ((y - centreY) * cos - (x - centreX) * sin) / radiusY;
    const wavering = noise.at(u * detail + 8.3, v * detail + 8.7) + 0.5 * noise.at(u * detail * 2.3, v * detail * 2.3);
    return Math.hypot(u, v) * (1 + irregularity * wavering);
  };
}

/** Calls `visit` for every pixel within `reach` times the outline's larger radius, with its distance. */
export function visitOutline(
  size: { width: number; height: number },
  options: OutlineOptions,
  outline: Outline,
  reach: number,
  visit: (index: number, distance: number) => void,
): void {
  const radius = reach * Math.max(options.radiusX, options.radiusY);
  const left = Math.max(0, Math.floor(options.x - radius));
  const right = Math.min(size.width - 1, Math.ceil(options.x + radius));
  const bottom = Math.min(size.height - 1, Math.ceil(options.y + radius));
  for (let y = Math.max(0, Math.floor(options.y - radius)); y <= bottom; y++) {
    for (let x = left; x <= right; x++) visit(y * size.width + x, outline(x + 0.5, y + 0.5));
  }
}
