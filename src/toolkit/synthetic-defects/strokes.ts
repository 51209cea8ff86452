import type { Scene } from './scene.js';

/** A point of a line: place, half the width in pixels, and opacity in [0, 1]. */
export interface StrokePoint {
  x: number;
  y: number;
  halfWidth: number;
  strength: number;
}

/** Draws points as soft discs into `coverage`; points closer than a pixel make a line with smooth edges. */
export function drawStroke(scene: Scene, coverage: Float32Array, points: readonly StrokePoint[]): void {
  const { width, height } = scene;
  for (const { x, y, halfWidth, strength } of points) {
    const reach = halfWidth + 0.5;
    const top = Math.max(0, Math.ceil(y - reach - 0.5));
    const bottom = Math.min(height - 1, Math.floor(y + reach - 0.5));
    const left = Math.max(0, Math.ceil(x - reach - 0.5));
    const right = Math.min(width - 1, Math.floor(x + reach - 0.5));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const value = strength * Math.max(0, Math.min(1, reach - distance));
        const i = row * width + column;
        if (value > coverage[i]!) coverage[i] = value;
      }
    }
  }
}

/** Thickness along a line, 0 at both ends: rises over the first `rise` of it and falls over the last `fall`. */
export function taper(t: number, rise: number, fall: number): number {
  return Math.sqrt(Math.max(0, Math.min(1, t / rise, (1 - t) / fall)));
}
