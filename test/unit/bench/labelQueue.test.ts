import { describe, expect, it } from 'vitest';
import { labelInOrder } from '../../../bench/label-queue/labelInOrder.js';
import type { TokenImage, TokenPack } from '../../../bench/label-queue/packTokens.js';
import { queueReport } from '../../../bench/label-queue/report.js';
import { queueStrategies } from '../../../src/services/label-queue/rankImages.js';
import { RandomSource } from '../../../src/shared/random.js';

const grid = 8;
const width = 5;

/** Whitened features of normal tokens are noise; of defects the third one is high, which the distance tells a little. */
function tokenImage(id: string, seed: number, isAnomalous: boolean): TokenImage {
  const random = RandomSource.fromSeed(seed);
  const shares = new Float32Array(grid * grid);
  if (isAnomalous) for (let i = 0; i < 4; i++) shares[random.integer(grid * grid)] = 1;
  const inputs = new Float32Array(grid * grid * width);
  for (const [token, share] of shares.entries()) {
    const feature = Array.from({ length: width - 1 }, (_, i) => random.normal() + (i === 2 ? 3 * share : 0));
    const distance = feature.reduce((sum, value) => sum + value * value, 0) / feature.length;
    inputs.set([...feature, Math.log(1e-6 + distance)], token * width);
  }
  return { id, isAnomalous, inputs, shares, defects: isAnomalous ? 1 : 0 };
}

const images = (name: string, count: number, first: number, isAnomalous: (i: number) => boolean) =>
  Array.from({ length: count }, (_, i) => tokenImage(`${name} ${i}`, first + i, isAnomalous(i)));

const pack: TokenPack = {
  ...{ grid, width },
  normal: images('normal', 10, 0, () => false),
  validation: images('validation', 10, 100, () => false),
  unlabelled: images('unlabelled', 30, 200, (i) => i % 3 === 0),
  test: images('test', 30, 300, (i) => i % 2 === 0),
};

describe('the simulation of the label queue', () => {
  it('finds more with labels than without, at the seconds of what was looked at', () => {
    const reached = labelInOrder(pack, 'RANDOM', 6, 1);
    expect(reached[0]!.seconds).toBe(0);
    // Every image was looked at: ten with a defect, twenty without.
    expect(reached.at(-1)!.seconds).toBe(10 * 17 + 20 * 8.5);
    expect(reached.at(-1)!.pixelAp).toBeGreaterThan(reached[0]!.pixelAp + 0.05);
  });

  it('labels each image once and gives the same for the same seed', () => {
    for (const strategy of queueStrategies) {
      const reached = labelInOrder(pack, strategy, 9, 2);
      expect(reached).toHaveLength(7);
      expect(labelInOrder(pack, strategy, 9, 2)).toEqual(reached);
    }
  });

  it('reports the share of the seconds of random order', () => {
    const curve = (...pixelAps: number[]) => [pixelAps.map((pixelAp, i) => ({ seconds: 100 * i, pixelAp }))];
    const runs = [
      { strategy: 'DOUBTFUL_AND_DIVERSE' as const, curves: curve(0.1, 0.4, 0.6) },
      { strategy: 'EXPECTED_GAIN' as const, curves: curve(0.1, 0.2, 0.25) },
      { strategy: 'RANDOM' as const, curves: curve(0.1, 0.2, 0.3) },
    ];
    const report = queueReport([{ name: 'plates', runs }], { seeds: 1, rounds: 2 });
    expect(report).toContain('| plates |  | 0.33 | – | 1.00 |');
    expect(report).toContain('`DOUBTFUL_AND_DIVERSE` on 1, `EXPECTED_GAIN` on 0, `RANDOM` on 0 of 1 packs');
  });
});
