import { describe, expect, it } from 'vitest';
import { StageClock } from '../../../src/jobs/stageClock.js';

const report = (stage: string, step: number, totalSteps = 10) => ({ stage, step, totalSteps });

describe('StageClock', () => {
  it('knows no pace after one report, then seconds per step and the seconds left', () => {
    const clock = new StageClock();
    expect(clock.measure(report('a', 1), 5)).toEqual({ secondsPerStep: null, etaSeconds: null });
    expect(clock.measure(report('a', 3), 9)).toEqual({ secondsPerStep: 2, etaSeconds: 14 });
  });

  it('begins anew with each stage, and when the steps do', () => {
    const clock = new StageClock();
    clock.measure(report('a', 1), 0);
    clock.measure(report('a', 2), 1);
    expect(clock.measure(report('b', 3), 2).secondsPerStep).toBeNull();
    expect(clock.measure(report('b', 1), 3).secondsPerStep).toBeNull();
    expect(clock.measure(report('b', 2), 7).secondsPerStep).toBe(4);
  });

  it('follows a pace that changes', () => {
    const clock = new StageClock();
    for (let step = 1; step <= 100; step++) clock.measure(report('a', step, 1000), step);
    let measured: number | null = null;
    for (let step = 101; step <= 140; step++) {
      measured = clock.measure(report('a', step, 1000), 100 + (step - 100) * 10).secondsPerStep;
    }
    expect(measured).toBe(10);
  });

  it('never tells negative seconds', () => {
    const clock = new StageClock();
    clock.measure(report('a', 10), 0);
    expect(clock.measure(report('a', 12), 1)).toEqual({ secondsPerStep: 0.5, etaSeconds: 0 });
  });
});
