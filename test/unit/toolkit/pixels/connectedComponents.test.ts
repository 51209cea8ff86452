import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../../../src/toolkit/pixels/connectedComponents.js';
import { array, expectGolden, goldenCases } from '../../../golden/golden.js';
import { referenceComponents } from '../../../reference/metrics.js';

describe('connected components', () => {
  it.each(goldenCases('14-metrics', 'connected_components'))('agrees with $name', (golden) => {
    const { shape, data } = array(golden.inputs['mask']);
    const mask = { width: shape[1]!, height: shape[0]!, data: Uint8Array.from(data) };
    const { labels, components } = connectedComponents(mask);
    expectGolden(golden, { count: components.length, labels: { data: [...labels], shape } });
  });

  const masks = fc
    .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
    .chain(([width, height]) =>
      fc
        .array(fc.integer({ min: 0, max: 2 }), { minLength: width * height, maxLength: width * height })
        .map((data) => ({ width, height, data: Uint8Array.from(data) })),
    );

  it('agrees with a flood fill', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const { labels, components } = connectedComponents(mask);
        expect({ count: components.length, labels: [...labels] }).toEqual(referenceComponents(mask));
      }),
      { numRuns: 300 },
    );
  });

  it('counts the pixels of each region and bounds it tightly', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const { labels, components } = connectedComponents(mask);
        components.forEach(({ pixels, box }, index) => {
          const own = [...labels].flatMap((label, i) => (label === index + 1 ? [i] : []));
          const xs = own.map((i) => i % mask.width);
          const ys = own.map((i) => Math.floor(i / mask.width));
          expect(pixels).toBe(own.length);
          expect([box.x, box.y, box.x + box.width - 1, box.y + box.height - 1]).toEqual([
            Math.min(...xs),
            Math.min(...ys),
            Math.max(...xs),
            Math.max(...ys),
          ]);
        });
      }),
    );
  });
});
