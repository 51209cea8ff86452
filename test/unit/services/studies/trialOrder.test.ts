import { describe, expect, it } from 'vitest';
import { trialOrder } from '../../../../src/services/studies/trialOrder.js';

const kinds = ['BOX', 'BLOCK', 'PIXEL'] as const;
const images = ['a', 'b', 'c', 'd', 'e'];

describe('the order of trials', () => {
  it('has each kind at each place equally often, over as many participants as kinds', () => {
    const places = kinds.map((_, seat) =>
      trialOrder(kinds, images, { seat, seed: 1 }).flatMap(({ kind }, i) => (i % images.length === 0 ? kind : [])),
    );
    expect(places).toEqual([
      ['BOX', 'BLOCK', 'PIXEL'],
      ['BLOCK', 'PIXEL', 'BOX'],
      ['PIXEL', 'BOX', 'BLOCK'],
    ]);
  });

  it('has every image once with each kind, none twice running, and three to practise each', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const order = trialOrder(kinds, images, { seat: seed % 7, seed });
      for (const kind of kinds) {
        const own = order.filter((trial) => trial.kind === kind);
        expect(own.map(({ imageId }) => imageId).sort()).toEqual(images);
        expect(own.map(({ isPractice }) => isPractice)).toEqual([true, true, true, false, false]);
      }
      expect(order.some(({ imageId }, i) => imageId === order[i + 1]?.imageId)).toBe(false);
    }
  });

  it('is the same for the same seat and seed, and another one for others', () => {
    const order = (seat: number, seed: number) =>
      trialOrder(kinds, images, { seat, seed })
        .filter(({ kind }) => kind === 'BOX')
        .map(({ imageId }) => imageId)
        .join('');
    expect(order(0, 5)).toBe(order(0, 5));
    const others = Array.from({ length: 20 }, (_, i) => order(i, 5));
    expect(new Set(others).size).toBeGreaterThan(10);
  });

  it('is empty where every image was deleted, and goes on with one', () => {
    expect(trialOrder(kinds, [], { seat: 0, seed: 1 })).toEqual([]);
    expect(trialOrder(kinds, ['a'], { seat: 0, seed: 1 }).map(({ imageId }) => imageId)).toEqual(['a', 'a', 'a']);
  });
});
