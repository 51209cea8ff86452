import { describe, expect, it } from 'vitest';
import {
  elementCount,
  RandomSource,
  tf,
  type ImageAugmentation,
  type ResidualAugmentation,
} from '../../src/plugin-api/index.js';
import { compute, nonFinite, registry, sampleImage } from './plugins.js';

void compute;

const created = registry
  .plugins('augmentation')
  .map((plugin) => [plugin.id, plugin.create(plugin.params.parse({}))] as const);
const ofImages = created.filter((entry): entry is [string, ImageAugmentation] => entry[1].stage === 'image');
const ofResiduals = created.filter((entry): entry is [string, ResidualAugmentation] => entry[1].stage === 'residual');

describe.each(ofImages)('image augmentation %s', (_, augmentation) => {
  const image = sampleImage(96, 64, 1);
  const others = [sampleImage(80, 64, 2), sampleImage(64, 96, 3)];
  const augment = (seed: number) => augmentation.augment(image, others, RandomSource.fromSeed(seed));

  it('keeps the size, changes pixels inside its mask only, and says where', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { image: changed, mask } = augment(seed);
      expect([changed.width, changed.height, mask.width, mask.height]).toEqual([96, 64, 96, 64]);
      const outside = changed.data.filter((value, i) => mask.data[Math.floor(i / 3)] === 0 && value !== image.data[i]);
      expect(outside.length).toBe(0);
      expect(mask.data.includes(1)).toBe(true);
    }
  });

  it('gives the same for the same seed and something else for another', () => {
    expect(augment(5).image.data).toEqual(augment(5).image.data);
    expect(augment(5).image.data).not.toEqual(augment(6).image.data);
  });

  it('leaves its input alone', () => {
    const before = image.data.slice();
    augment(7);
    expect(image.data).toEqual(before);
  });
});

describe.each(ofResiduals)('residual augmentation %s', (_, augmentation) => {
  const shape: [number, number, number, number, number] = [augmentation.neighbours, 2, 4, 4, 8];
  const apply = (seed: number) => {
    const random = RandomSource.fromSeed(seed);
    return tf.tidy(() => {
      const values = Float32Array.from({ length: elementCount(shape) }, (_, i) => 0.5 + (i % 17) / 17);
      const inputs = augmentation.randomInputs(shape).map(({ spec, fill }) => {
        const data = new Float32Array(elementCount(spec.shape)).fill(NaN);
        fill(data, random);
        return tf.tensor(data, [...spec.shape]);
      });
      const result = augmentation.apply(tf.tensor5d(values, shape), inputs);
      return { shape: result.shape, data: result.dataSync().slice() };
    });
  };

  it('keeps windows, rows, columns and channels, and leaves one neighbour where it chooses', () => {
    const { shape: found, data } = apply(1);
    expect(found.slice(1)).toEqual(shape.slice(1));
    expect(found[0]).toBe(1);
    expect(nonFinite(data)).toBe(0);
  });

  it('gives the same for the same seed and something else for another', () => {
    expect(apply(1).data).toEqual(apply(1).data);
    expect(apply(1).data).not.toEqual(apply(2).data);
  });

  it('gives back every tensor', () => {
    const before = tf.memory().numTensors;
    apply(3);
    expect(tf.memory().numTensors).toBe(before);
  });
});
