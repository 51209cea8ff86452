import { describe, expect, it } from 'vitest';
import { centreOf, controlLimits } from '../../../../src/services/monitoring/controlLimits.js';
import { latencyQuantile } from '../../../../src/services/monitoring/latencyQuantile.js';

describe('control limits', () => {
  // Montgomery, Introduction to Statistical Quality Control, example 7.1: p = 0.2313, n = 50.
  it('are those of the textbook', () => {
    const { lowest, highest } = controlLimits(0.2313, 50, 3);
    expect(lowest).toBeCloseTo(0.0524, 4);
    expect(highest).toBeCloseTo(0.4102, 4);
  });

  it('stay shares, and the centre of a stretch without anomalies is not 0', () => {
    expect(controlLimits(0.01, 20, 3)).toMatchObject({ lowest: 0 });
    expect(controlLimits(0.99, 20, 3)).toMatchObject({ highest: 1 });
    expect(centreOf({ predictions: 99, anomalous: 0 })).toBeCloseTo(0.005, 6);
  });
});

describe('quantiles of counted latencies', () => {
  const counted = (bin: number, count: number) => Array.from({ length: 66 }, (_, i) => (i === bin ? count : 0));

  it('lie within the step that was counted', () => {
    // Step 9 is from 4 ms to 4 ms times the fourth root of two.
    expect(latencyQuantile(counted(9, 10), 0.5)).toBeCloseTo(0.004 * 2 ** 0.125, 9);
    expect(latencyQuantile(counted(0, 10), 0.5)).toBeCloseTo(0.0005, 9);
    expect(latencyQuantile(counted(65, 10), 0.95)).toBeCloseTo(65.536, 6);
  });

  it('are in the right one of several steps, and null of none', () => {
    const bins = counted(1, 90).map((count, i) => count + (i === 41 ? 10 : 0));
    expect(latencyQuantile(bins, 0.5)).toBeLessThan(0.0012);
    expect(latencyQuantile(bins, 0.95)).toBeCloseTo(1.024 * 2 ** 0.125, 6);
    expect(latencyQuantile(counted(0, 0), 0.5)).toBeNull();
  });
});
