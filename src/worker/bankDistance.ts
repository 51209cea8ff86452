import type { NormalMatches } from '../plugin-api/index.js';

/**
 * How far an image is from the memory bank: the largest distance of one of its places to the nearest normal patch, before any
 * smoothing or weighing.
 * @returns null where the detector has no memory bank, or an old state of it does not say what its places resemble.
 */
export function bankDistanceOf(matches: NormalMatches | undefined): number | null {
  if (!matches) return null;
  let largest = 0;
  for (let place = 0; place < matches.grid ** 2; place++) largest = Math.max(largest, matches.of(place).distance);
  return largest;
}
