import { describe, expect, it } from 'vitest';
import { StageProgress } from '../../../../src/worker/training/stageProgress.js';

/** Fractions told for these reports, `[stage, step, totalSteps]`, of stages a, b and c that weigh 1, 2 and 1. */
function fractionsOf(reports: readonly (readonly [string, number, number])[]): number[] {
  const told: number[] = [];
  const job = { report: ({ fraction }: { fraction: number }) => void told.push(fraction) };
  const progress = new StageProgress(job, [
    { name: 'a', weight: 1 },
    { name: 'b', weight: 2 },
    { name: 'c', weight: 1 },
  ]);
  for (const [stage, step, totalSteps] of reports) progress.report({ stage, step, totalSteps });
  return told;
}

describe('progress by stages', () => {
  it('moves evenly from 0 to 1, each stage as far as it weighs', () => {
    const steps = [
      ['a', 1, 2],
      ['a', 2, 2],
      ['b', 1, 4],
      ['b', 2, 4],
      ['b', 4, 4],
      ['c', 1, 1],
    ] as const;
    expect(fractionsOf(steps)).toEqual([0.125, 0.25, 0.375, 0.5, 0.75, 1]);
  });

  it('never goes back, and never beyond 1', () => {
    const steps = [
      ['b', 4, 4],
      ['a', 1, 1],
      ['c', 9, 3],
      ['b', 1, 4],
    ] as const;
    expect(fractionsOf(steps)).toEqual([0.75, 0.75, 1, 1]);
  });

  it('stays where it is in a stage that was not announced, or has no steps', () => {
    const steps = [
      ['a', 1, 1],
      ['other', 1, 2],
      ['b', 0, 0],
    ] as const;
    expect(fractionsOf(steps)).toEqual([0.25, 0.25, 0.25]);
  });
});
