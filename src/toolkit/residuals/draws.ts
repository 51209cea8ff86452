import type { RandomSource } from '../../shared/random.js';

/** Spread of Eq. 12's delta = e^z. */
export interface ResidualScaleSettings {
  /** Standard deviation of z. Default 0.2. */
  deviation?: number;
  /** z is clipped to [-limit, limit]. Default 0.223, which keeps delta within [0.8, 1.25]. */
  limit?: number;
}

/** Fills an array with random numbers. */
export type Draw = (data: Float32Array, random: RandomSource) => void;

const tableBits = 16;

/** Uniform numbers in [0, 1): tau of Eq. 12 and 13. */
export function drawUniform(data: Float32Array, random: RandomSource): void {
  // 24 bits, as many as a float32 below 1 holds: a division by 2^32 could round up to 1.
  for (let i = 0; i < data.length; i++) data[i] = (random.uint32() >>> 8) / 0x100_0000;
}

/**
 * A draw of delta = e^z, z ~ N(0, deviation) clipped (Eq. 12), from a table of 65,536 quantiles: one random word gives two
 * values, so that a step's millions of values cost milliseconds.
 */
export function residualScaleDraw(settings: ResidualScaleSettings = {}): Draw {
  const { deviation = 0.2, limit = 0.223 } = settings;
  const size = 2 ** tableBits;
  const table = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const z = deviation * normalQuantile((i + 0.5) / size);
    table[i] = Math.exp(Math.min(Math.max(z, -limit), limit));
  }
  return (data, random) => {
    const even = data.length - (data.length % 2);
    for (let i = 0; i < even; i += 2) {
      const word = random.uint32();
      data[i] = table[word >>> tableBits]!;
      data[i + 1] = table[word & (size - 1)]!;
    }
    if (even < data.length) data[even] = table[random.uint32() >>> tableBits]!;
  };
}

/** Inverse of the standard normal distribution function (Acklam 2003; relative error below 1.2e-9), 0 < share < 1. */
export function normalQuantile(share: number): number {
  const tail = 0.02425;
  if (share < tail) return lowerTail(Math.sqrt(-2 * Math.log(share)));
  if (share > 1 - tail) return -lowerTail(Math.sqrt(-2 * Math.log(1 - share)));
  const q = share - 0.5;
  const r = q * q;
  const numerator = polynomial(
    r,
    -39.69683028665376,
    220.9460984245205,
    -275.9285104469687,
    138.357751867269,
    -30.66479806614716,
    2.506628277459239,
  );
  const denominator = polynomial(
    r,
    -54.47609879822406,
    161.5858368580409,
    -155.6989798598866,
    66.80131188771972,
    -13.28068155288572,
    1,
  );
  return (q * numerator) / denominator;
}

function lowerTail(q: number): number {
  const numerator = polynomial(
    q,
    -0.007784894002430293,
    -0.3223964580411365,
    -2.400758277161838,
    -2.549732539343734,
    4.374664141464968,
    2.938163982698783,
  );
  return numerator / polynomial(q, 0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1);
}

/** Horner's rule, highest power first. */
function polynomial(x: number, ...coefficients: number[]): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
