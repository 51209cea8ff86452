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

/** How a rate rises and falls over epochs. */
export interface EpochCosine {
  stepsPerEpoch: number;
  epochs: number;
  /** In which it rises in a straight line. */
  warmEpochs: number;
  /** Where it starts, share of the rate. Default 0.1. */
  start?: number;
  /** Where the cosine ends, share of the rate. Default 0.001. */
  end?: number;
}

/**
 * Half a cosine that falls from epoch to epoch, as CFLOW-AD has it (Gudovskiy et al. 2022): the rate rises in a straight line to the
 * cosine's value behind the warm-up, and stays the same within each epoch after it.
 */
export function epochCosine(rate: number, of: EpochCosine): LearningRate {
  const { stepsPerEpoch, epochs, warmEpochs, start = 0.1, end = 0.001 } = of;
  const inEpoch = (epoch: number) => rate * (end + ((1 - end) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2);
  return (step) => {
    const done = (step - 1) / stepsPerEpoch;
    if (done < warmEpochs) return rate * start + ((inEpoch(warmEpochs) - rate * start) * done) / warmEpochs;
    return inEpoch(Math.min(epochs, Math.floor(done)));
  };
}
