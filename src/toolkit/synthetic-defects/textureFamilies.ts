import type { RandomSource } from '../../shared/random.js';
import { logBetween } from './defectLayer.js';
import { proceduralTexture } from './proceduralTexture.js';
import type { Scene, TextureFamily } from './scene.js';

/** Draws a texture over the whole image, `[height * width * 3]`, RGB 0..255; read only where `coverage` is above 0. */
type Texture = (scene: Scene, coverage: Float32Array, random: RandomSource) => Float32Array;

const textures = {
  noise: proceduralTexture,
  lattice,
  cells,
  recoloured,
} satisfies Record<TextureFamily, Texture>;

/** A texture of one of the scene's families, chosen with equal chance; no chance is drawn where there is one alone. */
export const drawTexture: Texture = (scene, coverage, random) => {
  const { textures: families } = scene;
  const family = families.length === 1 ? families[0]! : random.pick(families);
  return textures[family](scene, coverage, random);
};

/** Three values 0..255. */
const colour = (random: RandomSource): number[] => Array.from({ length: 3 }, () => random.between(0, 255));

/** Paints by the index of a colour at each place. */
function painted(
  { width, height }: Scene,
  coverage: Float32Array,
  colours: readonly (readonly number[])[],
  at: (x: number, y: number) => number,
): Float32Array {
  const result = new Float32Array(3 * width * height);
  for (let i = 0; i < coverage.length; i++) {
    if (coverage[i]! > 0) result.set(colours[at(i % width, Math.floor(i / width))]!, 3 * i);
  }
  return result;
}

/** A turned lattice of squares, like a chessboard, or of dots, in two colours. */
function lattice(scene: Scene, coverage: Float32Array, random: RandomSource): Float32Array {
  const side = logBetween(random, 3, 32) * scene.unit;
  const angle = random.between(0, Math.PI);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const isDots = random.uniform() < 0.5;
  const radius = random.between(0.2, 0.5);
  return painted(scene, coverage, [colour(random), colour(random)], (x, y) => {
    const [u, v] = [(x * cosine + y * sine) / side, (y * cosine - x * sine) / side];
    const [column, row] = [Math.floor(u), Math.floor(v)];
    if (!isDots) return Math.abs(column + row) % 2;
    return Math.hypot(u - column - 0.5, v - row - 0.5) < radius ? 1 : 0;
  });
}

/** Cells around random points (Voronoi 1908), one point in each square of a lattice, in four colours. */
function cells(scene: Scene, coverage: Float32Array, random: RandomSource): Float32Array {
  const side = logBetween(random, 5, 40) * scene.unit;
  const [columns, rows] = [scene.width, scene.height].map((length) => Math.ceil(length / side) + 2) as [number, number];
  const points = Array.from({ length: columns * rows }, () => ({
    x: random.uniform(),
    y: random.uniform(),
    colour: random.integer(4),
  }));
  const colours = Array.from({ length: 4 }, () => colour(random));
  return painted(scene, coverage, colours, (x, y) => {
    // With a border of one square, so that each place has neighbours on all sides.
    const [column, row] = [Math.floor(x / side) + 1, Math.floor(y / side) + 1];
    let [nearest, found] = [Infinity, 0];
    for (let r = row - 1; r <= row + 1; r++) {
      for (let c = column - 1; c <= column + 1; c++) {
        const point = points[Math.min(rows - 1, r) * columns + Math.min(columns - 1, c)]!;
        const distance = (c - 1 + point.x - x / side) ** 2 + (r - 1 + point.y - y / side) ** 2;
        if (distance < nearest) [nearest, found] = [distance, point.colour];
      }
    }
    return found;
  });
}

/** Another normal image, or this one, with its colours inverted, its channels permuted, or both. */
function recoloured(scene: Scene, coverage: Float32Array, random: RandomSource): Float32Array {
  const { width, height } = scene;
  const source = scene.others.length > 0 ? random.pick(scene.others) : { width, height, data: scene.pixels };
  const channels = random.shuffle([0, 1, 2]);
  const isInverted = channels.every((channel, c) => channel === c) || random.uniform() < 0.5;
  const result = new Float32Array(3 * width * height);
  for (let i = 0; i < coverage.length; i++) {
    if (coverage[i] === 0) continue;
    const x = Math.floor(((i % width) * source.width) / width);
    const y = Math.floor((Math.floor(i / width) * source.height) / height);
    const from = 3 * (y * source.width + x);
    for (let c = 0; c < 3; c++) {
      const value = source.data[from + channels[c]!]!;
      result[3 * i + c] = isInverted ? 255 - value : value;
    }
  }
  return result;
}
