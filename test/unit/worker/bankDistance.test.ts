import { describe, expect, it } from 'vitest';
import { bankDistanceOf } from '../../../src/worker/bankDistance.js';

describe('the distance to the memory bank', () => {
  it('is the largest of all places, the last one included', () => {
    const distances = [0.5, 0.25, 1, 3];
    const of = (place: number) => ({ imageId: 'a', place, distance: distances[place]! });
    expect(bankDistanceOf({ grid: 2, of })).toBe(3);
  });

  it('is null where there is no bank', () => {
    expect(bankDistanceOf(undefined)).toBeNull();
  });
});
