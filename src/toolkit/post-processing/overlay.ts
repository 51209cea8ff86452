import type { AnomalyMap, RgbImage } from '../../shared/images.js';
import { resizeMap } from './hostMaps.js';

/** The scores shown as the two ends of the colour map. */
export interface ScoreRange {
  low: number;
  high: number;
}

/** Coefficients of t^0 ... t^5 for red, green and blue in 0..1. */
const turboPolynomials = [
  [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
  [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
  [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973],
] as const;

/** Of a score just above `low`, its share of the opacity and its place in the colour map: weak but present must be seen, and Turbo begins almost black. */
const [leastOpaque, firstColour] = [0.5, 0.15];

/** The colour map in 256 steps, three bytes each. */
const turboTable = Uint8Array.from({ length: 256 * 3 }, (_, i) => {
  const t = Math.floor(i / 3) / 255;
  const value = turboPolynomials[i % 3]!.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return Math.round(255 * Math.max(0, Math.min(1, value)));
});

/**
 * Colour of `t` in [0, 1] (clamped) in the Turbo map, 8-bit RGB: dark blue, cyan, green, yellow, dark red. Mikhailov 2019,
 * "Turbo, an improved rainbow colormap for visualization", in Du's polynomial approximation (Apache-2.0).
 */
export function turboColour(t: number): [number, number, number] {
  const i = 3 * Math.round(255 * clamp(t));
  return [turboTable[i]!, turboTable[i + 1]!, turboTable[i + 2]!];
}

/** A map as a picture of its own size: `low` and below dark blue, `high` and above dark red. */
export function colourMap(map: AnomalyMap, range: ScoreRange): RgbImage {
  const data = new Uint8Array(map.data.length * 3);
  for (let i = 0; i < map.data.length; i++) {
    const colour = 3 * Math.round(255 * share(map.data[i]!, range));
    for (let c = 0; c < 3; c++) data[3 * i + c] = turboTable[colour + c]!;
  }
  return { width: map.width, height: map.height, data };
}

/**
 * The image with its anomaly map laid over it, for reports: unchanged at `low` and below; above, from a blue that is seen at once on dark surfaces
 * towards red, and more opaque (at most `opacity`, default 0.65) the higher the score. A map of another size is scaled to the image.
 */
export function overlay(image: RgbImage, map: AnomalyMap, range: ScoreRange, opacity = 0.65): RgbImage {
  const { width, height } = image;
  const scores = map.width === width && map.height === height ? map.data : resizeMap(map, width, height).data;
  const data = image.data.slice();
  for (let i = 0; i < scores.length; i++) {
    const t = share(scores[i]!, range);
    if (t === 0) continue;
    const alpha = opacity * (leastOpaque + (1 - leastOpaque) * Math.sqrt(t));
    const colour = 3 * Math.round(255 * (firstColour + (1 - firstColour) * t));
    for (let c = 0; c < 3; c++) {
      data[3 * i + c] = Math.round((1 - alpha) * image.data[3 * i + c]! + alpha * turboTable[colour + c]!);
    }
  }
  return { width, height, data };
}

/** Where a score lies between the ends of the range; an empty range is a step. */
function share(score: number, { low, high }: ScoreRange): number {
  if (high > low) return clamp((score - low) / (high - low));
  return score > low ? 1 : 0;
}

function clamp(t: number): number {
  return t > 0 ? Math.min(1, t) : 0;
}
