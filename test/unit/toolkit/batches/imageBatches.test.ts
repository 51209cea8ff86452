import { describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { imageBatches, type ImageBatches } from '../../../../src/toolkit/batches/imageBatches.js';
import { ImageCache } from '../../../../src/toolkit/batches/imageCache.js';

/** Images of one pixel whose value is their number; notes which are loaded. */
function numbered(count: number, loaded: number[] = []) {
  return Array.from({ length: count }, (_, i) => ({
    id: `image-${i}`,
    filename: `${i}.png`,
    load: () => {
      loaded.push(i);
      return Promise.resolve({ width: 1, height: 1, data: Uint8Array.of(i, i, i) });
    },
  }));
}

const batches = (change: Partial<ImageBatches> = {}) =>
  imageBatches({
    images: numbered(10),
    perStep: 3,
    random: RandomSource.fromSeed(1),
    inputs: [{ shape: [3, 3] }, { shape: [3] }],
    entry: (image, _, random) => [image.data, [random.uniform()]],
    ...change,
  });

describe('batches of images', () => {
  test('each entry lies at its place in each input', async () => {
    const [pixels, numbers] = await batches()();
    expect([pixels!.shape, numbers!.shape]).toEqual([[3, 3], [3]]);
    for (let i = 0; i < 3; i++) expect(new Set(pixels!.data.slice(3 * i, 3 * i + 3)).size).toBe(1);
    expect(new Set(numbers!.data).size).toBe(3);
  });

  test('all is drawn before anything is waited for', () => {
    const random = RandomSource.fromSeed(1);
    const waiting = numbered(10).map((image) => ({ ...image, load: () => new Promise<never>(() => undefined) }));
    void batches({ random, images: waiting, others: 2 })();
    const drawn = random.snapshot();
    const expected = RandomSource.fromSeed(1);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) expected.integer(10);
      expected.fork();
    }
    expect(drawn).toEqual(expected.snapshot());
  });

  test('two batches are in arrays of their own, the third is where the first was', async () => {
    const next = batches();
    const [first, second, third] = [await next(), await next(), await next()];
    expect(second[0]).not.toBe(first[0]);
    expect(third[0]).toBe(first[0]);
  });

  test('the same seed gives the same batches, in whatever order images come', async () => {
    const values = async (delay: (i: number) => number) => {
      const late = numbered(10).map((image, i) => ({
        ...image,
        load: async () => {
          for (let tick = 0; tick < delay(i); tick++) await Promise.resolve();
          return image.load();
        },
      }));
      return (await batches({ images: late, others: 2 })()).map(({ data }) => [...data]);
    };
    expect(await values((i) => i)).toEqual(await values((i) => 10 - i));
  });

  test('an image that cannot be loaded ends it, and is asked for again by the next', async () => {
    let failures = 1;
    const [image] = numbered(1);
    const load = () => (failures-- > 0 ? Promise.reject(new Error('gone')) : image!.load());
    const next = batches({ images: [{ ...image!, load }], perStep: 1, inputs: [{ shape: [1, 3] }, { shape: [1] }] });
    await expect(next()).rejects.toThrow('gone');
    expect((await next())[0]!.data[0]).toBe(0);
  });
});

describe('the cache of images', () => {
  test('holds as many bytes as it may, and lets go of those used longest ago', async () => {
    const loaded: number[] = [];
    const images = numbered(4, loaded);
    const cache = new ImageCache(6);
    for (const i of [0, 1, 0, 2, 0, 1]) await cache.load(images[i]!);
    // 2 took the place of 1, since 0 was used again.
    expect(loaded).toEqual([0, 1, 2, 1]);
  });

  test('loads an image once for all who ask at the same time', async () => {
    const loaded: number[] = [];
    const [image] = numbered(1, loaded);
    const cache = new ImageCache(100);
    await Promise.all([cache.load(image!), cache.load(image!), cache.load(image!)]);
    expect(loaded).toEqual([0]);
  });

  test('gives what does not fit, and keeps none of it', async () => {
    const loaded: number[] = [];
    const [image] = numbered(1, loaded);
    const cache = new ImageCache(2);
    for (let i = 0; i < 2; i++) expect((await cache.load(image!)).data[0]).toBe(0);
    expect(loaded).toEqual([0, 0]);
  });
});
