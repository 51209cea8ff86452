import type { AnomalyMap } from '../../shared/images.js';
import { resizeWeights, type AxisWeights } from '../layers/axisWeights.js';

/** A map scaled to another size, e.g. to its image's own (bilinear, half-pixel centres). The input is not changed. */
export function resizeMap(map: AnomalyMap, width: number, height: number): AnomalyMap {
  if (map.width === width && map.height === height) return { ...map, data: map.data.slice() };
  return alongColumns(alongRows(map, resizeWeights(map.width, width)), resizeWeights(map.height, height));
}

function alongRows(map: AnomalyMap, { to, taps, sources, weights }: AxisWeights): AnomalyMap {
  const data = new Float32Array(to * map.height);
  for (let y = 0; y < map.height; y++) {
    const row = y * map.width;
    for (let x = 0; x < to; x++) {
      let sum = 0;
      for (let i = x * taps; i < (x + 1) * taps; i++) sum += weights[i]! * map.data[row + sources[i]!]!;
      data[y * to + x] = sum;
    }
  }
  return { width: to, height: map.height, data };
}

/** Row by row of the result, so that memory is read in order. */
function alongColumns(map: AnomalyMap, { to, taps, sources, weights }: AxisWeights): AnomalyMap {
  const { width } = map;
  const data = new Float32Array(width * to);
  const sums = new Float64Array(width);
  for (let y = 0; y < to; y++) {
    sums.fill(0);
    for (let i = y * taps; i < (y + 1) * taps; i++) {
      const weight = weights[i]!;
      const row = sources[i]! * width;
      if (weight !== 0) for (let x = 0; x < width; x++) sums[x]! += weight * map.data[row + x]!;
    }
    data.set(sums, y * width);
  }
  return { width, height: to, data };
}
