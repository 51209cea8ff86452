import type { RandomSource } from '../../shared/random.js';
import type { Scene } from './scene.js';

/**
 * One translucent layer of a defect: result = image (1 - coverage) + source coverage. Both cover the whole image; `source`
 * is read only where `coverage` is above 0.
 */
export interface DefectLayer {
  /** `[height * width]` in [0, 1]. */
  coverage: Float32Array;
  /** `[height * width * 3]`, RGB 0..255, may lie outside and is clamped. */
  source: Float32Array;
}

/** Draws one defect of its kind: layers from the lowest to the uppermost. Reads the scene, never writes to it. */
export type DefectGenerator = (scene: Scene, random: RandomSource) => DefectLayer[];

/** Logarithmically uniform in [low, high): as many small as large values per octave. */
export function logBetween(random: RandomSource, low: number, high: number): number {
  return low * (high / low) ** random.uniform();
}

/** 0 at and before `edge0`, 1 at and after `edge1`, an S in between (for `edge0 > edge1` the other way round). */
export function smoothStep(edge0: number, edge1: number, x: number): number {
  const t = Math.max(0, Math.min(1, (x - edge0) / (edge1 - edge0)));
  return t * t * (3 - 2 * t);
}

/**
 * The canvas with layers over it, confined to the object where there is one. Changes nothing it is given.
 * @param canvas `[height * width * 3]`, RGB 0..255. @param foreground 1 on the object, `[height * width]`.
 */
export function blend(
  canvas: Float32Array,
  layers: readonly DefectLayer[],
  foreground: Uint8Array | null,
): Float32Array<ArrayBuffer> {
  const result = canvas.slice();
  for (const { coverage, source } of layers) {
    for (let i = 0; i < coverage.length; i++) {
      const share = coverage[i]!;
      if (share === 0 || (foreground && foreground[i] === 0)) continue;
      for (let c = 3 * i; c < 3 * i + 3; c++) {
        const blended = result[c]! + (source[c]! - result[c]!) * share;
        result[c] = Math.max(0, Math.min(255, blended));
      }
    }
  }
  return result;
}
