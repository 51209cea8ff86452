import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortKeys, sortKeysWith } from '../../../../src/toolkit/evaluation/radixSort.js';
import { isNonFinite, keyOfBits, scoreBits, scoreOfKey } from '../../../../src/toolkit/evaluation/scoreKeys.js';

const keys = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 3 })));

describe('radix sort', () => {
  it('sorts as the built-in does', () => {
    fc.assert(
      fc.property(keys, (values) => {
        const sorted = Uint32Array.from(values);
        sortKeys(sorted);
        expect([...sorted]).toEqual([...Uint32Array.from(values).sort()]);
      }),
    );
  });

  it('takes the payload along, equal keys in their old order', () => {
    fc.assert(
      fc.property(keys, (values) => {
        const sorted = Uint32Array.from(values);
        const payload = Uint32Array.from(values, (_, i) => i);
        sortKeysWith(sorted, payload);
        expect([...payload]).toEqual(values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b));
        expect([...sorted]).toEqual([...payload].map((i) => values[i]));
      }),
    );
    expect(() => sortKeysWith(new Uint32Array(2), new Uint32Array(3))).toThrow('2 keys');
  });
});

describe('score keys', () => {
  const key = (score: number) => keyOfBits(scoreBits(Float32Array.of(score))[0]!);
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });

  it('order scores from the highest to the lowest', () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(Math.sign(key(a) - key(b))).toBe(Math.sign(b - a) + 0);
        expect(scoreOfKey(key(a))).toBe(a + 0);
      }),
      {
        examples: [
          [0, -0],
          [-0, 0],
        ],
      },
    );
  });

  it('know what is not finite', () => {
    const bits = scoreBits(Float32Array.of(NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 0));
    expect([...bits].map(isNonFinite)).toEqual([true, true, true, false, false, false]);
  });
});
