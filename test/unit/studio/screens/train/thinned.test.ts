import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinned } from '../../../../../studio/screens/train/thinned.js';

describe('a line thinned for a screen', () => {
  it('keeps every peak and needs no more points than the screen shows', () => {
    const x = Array.from({ length: 10_000 }, (_, i) => i);
    const y = x.map((at) => (at === 7_777 ? 50 : at === 1_234 ? -50 : Math.sin(at)));
    const thin = thinned({ x, y }, 300);
    expect(thin.x.length).toBeLessThanOrEqual(600);
    expect([Math.max(...thin.y), Math.min(...thin.y)]).toEqual([50, -50]);
  });

  it('is a part of the line, in its order, with its lowest and highest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (y, columns) => {
          const x = y.map((_, i) => i * 3);
          const thin = thinned({ x, y }, columns);
          expect(thin.x.every((at, i) => y[at / 3] === thin.y[i] && (i === 0 || at > thin.x[i - 1]!))).toBe(true);
          expect(thin.x.length).toBeLessThanOrEqual(Math.max(2 * columns, 1));
          expect([Math.max(...thin.y), Math.min(...thin.y)]).toEqual([Math.max(...y), Math.min(...y)]);
        },
      ),
    );
  });
});
