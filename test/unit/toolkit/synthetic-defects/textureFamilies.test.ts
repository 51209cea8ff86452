import { describe, expect, test } from 'vitest';
import { syntheticDefect } from '../../../../plugins/augmentations/synthetic-defect.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { makeSyntheticDefect } from '../../../../src/toolkit/synthetic-defects/makeSyntheticDefect.js';
import { readScene, textureFamilies, type TextureFamily } from '../../../../src/toolkit/synthetic-defects/scene.js';
import { drawTexture } from '../../../../src/toolkit/synthetic-defects/textureFamilies.js';

const size = 96;
const image = {
  width: size,
  height: size,
  data: Uint8Array.from({ length: 3 * size * size }, (_, i) => 100 + ((i * 7) % 23)),
};
const everywhere = new Float32Array(size * size).fill(1);

/** A texture over the whole image. */
const drawn = (family: TextureFamily, seed: number, coverage = everywhere) =>
  drawTexture(readScene(image, [], [family]), coverage, RandomSource.fromSeed(seed));
const coloursOf = (texture: Float32Array) =>
  new Set(Array.from({ length: texture.length / 3 }, (_, i) => texture.subarray(3 * i, 3 * i + 3).join()));

describe.each(textureFamilies)('textures of family %s', (family) => {
  test('come from the seed alone, and differ from seed to seed', () => {
    expect(drawn(family, 1)).toEqual(drawn(family, 1));
    expect([2, 3, 4, 5].some((seed) => drawn(family, seed).some((value, i) => value !== drawn(family, 1)[i]))).toBe(
      true,
    );
  });

  test('are drawn where they are seen, and nowhere else', () => {
    const half = everywhere.map((_, i) => (i < everywhere.length / 2 ? 1 : 0));
    const texture = drawn(family, 6, half);
    expect(texture.subarray(texture.length / 2).every((value) => value === 0)).toBe(true);
    expect(texture.subarray(0, texture.length / 2)).toEqual(drawn(family, 6).subarray(0, texture.length / 2));
  });
});

test('a lattice has two colours in equal steps; cells have at most four, in patches', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    expect(coloursOf(drawn('lattice', seed)).size).toBe(2);
    const texture = drawn('cells', seed);
    const found = coloursOf(texture).size;
    expect(found).toBeGreaterThan(1);
    expect(found).toBeLessThanOrEqual(4);
    const same = Array.from({ length: size * size - 1 }, (_, i) => texture[3 * i] === texture[3 * i + 3]);
    expect(same.filter(Boolean).length / same.length).toBeGreaterThan(0.5);
  }
});

test('what is recoloured keeps its shapes: each channel is one of the image, or its inverse', () => {
  for (const seed of [1, 2, 3, 4]) {
    const texture = drawn('recoloured', seed);
    const channel = (values: ArrayLike<number>, c: number) =>
      Array.from({ length: size * size }, (_, i) => values[3 * i + c]!);
    const originals = [0, 1, 2].flatMap((c) => {
      const values = channel(image.data, c);
      return [values.join(), values.map((value) => 255 - value).join()];
    });
    const found = [0, 1, 2].map((c) => channel(texture, c).join());
    for (const each of found) expect(originals).toContain(each);
    expect(found).not.toEqual([0, 2, 4].map((i) => originals[i]));
  }
});

test('without families the defects are those of noise, to the bit; families of more kinds give others', () => {
  const made = (textures?: readonly TextureFamily[]) =>
    makeSyntheticDefect(image, [], RandomSource.fromSeed(3), { kinds: ['memseg-textural'], mostDefects: 1, textures });
  expect(made()).toEqual(made(['noise']));
  expect(made(['lattice']).image.data).not.toEqual(made().image.data);
  expect(() => made([])).toThrow('no family of textures');
});

test('a run that names no families records none', () => {
  expect(syntheticDefect.params.parse({})).not.toHaveProperty('textures');
  expect(() => syntheticDefect.params.parse({ textures: ['marble'] })).toThrow();
});

test('a picture of a texture takes the place of all other textures, and without one nothing changes', () => {
  const options = { kinds: ['memseg-textural'] as const, largestArea: 0.9, mostDefects: 1 };
  const black = { width: size, height: size, data: new Uint8Array(3 * size * size) };
  const white = { width: 5, height: 3, data: new Uint8Array(45).fill(255) };
  const defect = (seed: number, more: object) =>
    makeSyntheticDefect(image, [black], RandomSource.fromSeed(seed), { ...options, ...more });
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    expect(defect(seed, { pictures: [] })).toEqual(defect(seed, {}));
    const { image: changed, mask } = defect(seed, { pictures: [white] });
    // White, moved by 50 and at half its contrast, is brighter than all of the image; the other image is not.
    mask.data.forEach((anomalous, i) => {
      if (anomalous) expect(changed.data[3 * i]).toBeGreaterThanOrEqual(image.data[3 * i]!);
    });
  }
});
