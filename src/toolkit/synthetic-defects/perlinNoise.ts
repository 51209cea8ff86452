import type { RandomSource } from '../../shared/random.js';

/**
 * Gradient noise (Perlin 1985) on a lattice of random unit vectors: a smooth function of the plane with values in about
 * [-1, 1] and zeros at the lattice points.
 */
export class PerlinNoise {
  private readonly gradients: Float32Array;

  /** A lattice of `columns` x `rows` cells, repeated beyond. @param random gives the angle of each vector, row by row. */
  constructor(
    private readonly columns: number,
    private readonly rows: number,
    random: Pick<RandomSource, 'between'>,
  ) {
    this.gradients = new Float32Array(2 * columns * rows);
    for (let i = 0; i < columns * rows; i++) {
      const angle = random.between(0, 2 * Math.PI);
      this.gradients[2 * i] = Math.cos(angle);
      this.gradients[2 * i + 1] = Math.sin(angle);
    }
  }

  /** Value at a point, in lattice cells. */
  at(x: number, y: number): number {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const dx = x - column;
    const dy = y - row;
    const u = fade(dx);
    const v = fade(dy);
    const top = mix(this.slope(column, row, dx, dy), this.slope(column + 1, row, dx - 1, dy), u);
    const bottom = mix(this.slope(column, row + 1, dx, dy - 1), this.slope(column + 1, row + 1, dx - 1, dy - 1), u);
    return Math.SQRT2 * mix(top, bottom, v);
  }

  private slope(column: number, row: number, dx: number, dy: number): number {
    const i = 2 * (wrap(row, this.rows) * this.columns + wrap(column, this.columns));
    return this.gradients[i]! * dx + this.gradients[i + 1]! * dy;
  }
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

function wrap(i: number, n: number): number {
  const rest = i % n;
  return rest < 0 ? rest + n : rest;
}
