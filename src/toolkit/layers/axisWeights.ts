/**
 * One axis of a separable linear filter: element `o` of the result is the sum over taps `t` of
 * `weights[o * taps + t]` times input element `sources[o * taps + t]`.
 */
export interface AxisWeights {
  /** Elements before and after. */
  from: number;
  to: number;
  taps: number;
  sources: Int32Array;
  weights: Float64Array;
}

/**
 * Bilinear scaling with half-pixel centres, edge values repeated (`align_corners=False`).
 * @throws RangeError when a size is no positive integer.
 */
export function resizeWeights(from: number, to: number): AxisWeights {
  checkSize(from);
  checkSize(to);
  const taps = 2;
  const sources = new Int32Array(to * taps);
  const weights = new Float64Array(to * taps);
  for (let o = 0; o < to; o++) {
    const position = Math.max(0, ((o + 0.5) * from) / to - 0.5);
    const first = Math.min(Math.floor(position), from - 1);
    const fraction = Math.min(1, position - first);
    sources[o * taps] = first;
    sources[o * taps + 1] = Math.min(first + 1, from - 1);
    weights[o * taps] = 1 - fraction;
    weights[o * taps + 1] = fraction;
  }
  return { from, to, taps, sources, weights };
}

/**
 * Gaussian of `sigma` elements, radius int(4 sigma + 0.5), weights normalised, boundary `reflect` of SciPy
 * (d c b a | a b c d | d c b a, reflected again where the axis is shorter than the radius). `sigma` 0 changes nothing.
 * @throws RangeError when the size is no positive integer, or sigma is negative or no number.
 */
export function smoothingWeights(size: number, sigma: number): AxisWeights {
  checkSize(size);
  if (!(sigma >= 0 && sigma < Infinity)) throw new RangeError(`sigma is ${sigma}, not a number >= 0`);
  const radius = Math.floor(4 * sigma + 0.5);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    sigma === 0 ? 1 : Math.exp(-0.5 * ((i - radius) / sigma) ** 2),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const taps = kernel.length;
  const sources = new Int32Array(size * taps);
  const weights = new Float64Array(size * taps);
  for (let o = 0; o < size; o++) {
    for (let tap = 0; tap < taps; tap++) {
      sources[o * taps + tap] = reflect(o + tap - radius, size);
      weights[o * taps + tap] = kernel[tap]! / sum;
    }
  }
  return { from: size, to: size, taps, sources, weights };
}

/** Index in [0, size) of a position before or after the axis, which is mirrored at its outer edges with period 2 size. */
function reflect(position: number, size: number): number {
  const period = 2 * size;
  const phase = ((position % period) + period) % period;
  return phase < size ? phase : period - 1 - phase;
}

function checkSize(size: number): void {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`size ${size} is no positive integer`);
}

/** A constant matrix, row-major. */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float64Array;
}

/** The filter as a matrix `[to, from]`. */
export function matrixOf({ from, to, sources, weights, taps }: AxisWeights): Matrix {
  const data = new Float64Array(to * from);
  for (let row = 0; row < to; row++) {
    for (let tap = 0; tap < taps; tap++) data[row * from + sources[row * taps + tap]!]! += weights[row * taps + tap]!;
  }
  return { rows: to, columns: from, data };
}
