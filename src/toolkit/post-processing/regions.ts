import type { Region } from '../../shared/evaluation.js';
import type { AnomalyMap } from '../../shared/images.js';
import { connectedComponents } from '../pixels/connectedComponents.js';

export type { Region } from '../../shared/evaluation.js';

/**
 * The 8-connected regions whose scores are at or above `threshold`, highest score first, at most `limit` (default 50).
 * Of equal scores the larger region comes first, then the one that starts further up.
 */
export function findRegions(map: AnomalyMap, threshold: number, limit = 50): Region[] {
  const { width, height } = map;
  const predicted = Uint8Array.from(map.data, (score) => (score >= threshold ? 1 : 0));
  const { labels, components } = connectedComponents({ width, height, data: predicted });
  const regions: Region[] = components.map(({ box, pixels }) => ({ box, pixels, score: -Infinity }));
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    const region = regions[labels[i]! - 1]!;
    region.score = Math.max(region.score, map.data[i]!);
  }
  return regions.sort((a, b) => b.score - a.score || b.pixels - a.pixels).slice(0, limit);
}
