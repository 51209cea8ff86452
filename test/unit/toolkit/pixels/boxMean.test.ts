import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boxMean } from '../../../../src/toolkit/pixels/boxMean.js';

it('the box mean is the mean of the pixels within the radius, per channel', () => {
  const sizes = fc.record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    radius: fc.integer({ min: 0, max: 6 }),
    channels: fc.constantFrom(1, 3),
  });
  fc.assert(
    fc.property(sizes, ({ width, height, radius, channels }) => {
      const data = Float32Array.from({ length: width * height * channels }, (_, i) => (i * 37) % 101);
      const result = boxMean(data, width, height, radius, channels);
      for (let i = 0; i < data.length; i++) {
        const [y, x, c] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
        const near = [...data].filter((_, j) => {
          const [dy, dx] = [Math.floor(j / channels / width) - y, (Math.floor(j / channels) % width) - x];
          return j % channels === c && Math.abs(dx) <= radius && Math.abs(dy) <= radius;
        });
        expect(result[i]).toBeCloseTo(near.reduce((sum, value) => sum + value, 0) / near.length, 3);
      }
    }),
  );
});
