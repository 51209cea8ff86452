/** A learning rate, or one that changes from step to step (from 1). */
export type LearningRate = number | ((step: number) => number);

/** The rate of a step, from 1. */
export function rateAt(rate: LearningRate, step: number): number {
  return typeof rate === 'number' ? rate : rate(step);
}

/** Times `factor` behind each of the milestones, in steps. */
export function multiStep(rate: LearningRate, milestones: readonly number[], factor: number): LearningRate {
  return (step) => rateAt(rate, step) * factor ** milestones.filter((milestone) => step > milestone).length;
}

/** Times `factor` so often, after equal parts of the steps. */
export function evenDrops(rate: LearningRate, steps: number, drops: number, factor = 0.1): LearningRate {
  const milestones = Array.from({ length: drops }, (_, i) => ((i + 1) * steps) / (drops + 1));
  return multiStep(rate, milestones, factor);
}

/** Half a cosine from the rate, at the first step, to `end` behind the last one (Loshchilov and Hutter 2017, without restarts). */
export function cosine(rate: number, steps: number, end = 0): LearningRate {
  return (step) => {
    const done = Math.min(1, (step - 1) / steps);
    return end + ((rate - end) * (1 + Math.cos(Math.PI * done))) / 2;
  };
}

/** Rises in a straight line from `start` times the rate to the rate, which it has from step `steps + 1` on. */
export function warmUp(rate: LearningRate, steps: number, start = 0): LearningRate {
  return (step) => {
    const share = Math.min(1, (step - 1) / steps);
    return rateAt(rate, step) * (steps > 0 ? start + (1 - start) * share : 1);
  };
}
