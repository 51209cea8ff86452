/** Smooth random field over the plane: hashed lattice values, blended by a quintic. The same seed gives the same field. */
export class ValueNoise {
  constructor(private readonly seed: number) {}

  /** In [-1, 1]; features are about one unit wide. */
  at(x: number, y: number): number {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = fade(x - column);
    const v = fade(y - row);
    const top = mix(this.lattice(column, row), this.lattice(column + 1, row), u);
    const bottom = mix(this.lattice(column, row + 1), this.lattice(column + 1, row + 1), u);
    return mix(top, bottom, v) * 2 - 1;
  }

  /** Octaves of halving width and weight, scaled back to about [-1, 1]. */
  fractal(x: number, y: number, octaves: number): number {
    let sum = 0;
    let total = 0;
    for (let octave = 0, weight = 1, frequency = 1; octave < octaves; octave++, weight /= 2, frequency *= 2) {
      sum += weight * this.at(x * frequency + octave * 17.3, y * frequency - octave * 9.7);
      total += weight;
    }
    return sum / total;
  }

  /** Uniform in [0, 1), a function of the lattice point and the seed alone. */
  private lattice(column: number, row: number): number {
    let h = Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ this.seed;
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) >>> 0) / 0x1_0000_0000;
  }
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}
