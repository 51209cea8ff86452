import { z } from 'zod';

/** What every detector that trains in steps is told. */
export interface StepParams {
  /** Optimiser steps. */
  steps: number;
  learningRate: number;
}

/** Parameters of detectors that train in steps of AdamW, with a moving average of what is trained. */
export interface OptimiserParams extends StepParams {
  /** AdamW's decoupled weight decay. */
  weightDecay: number;
  /** Of the moving average of the weights, which is the final model. */
  emaDecay: number;
}

/** What parameters say of themselves where the method has more to say of them. */
type Descriptions<Params> = Partial<Record<keyof Params, string>>;

/** {@link StepParams} as parameters: spread them into a detector's own. @param defaults the method's. */
export function stepParams(defaults: StepParams, says: Descriptions<StepParams> = {}) {
  return {
    steps: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(defaults.steps)
      .describe(says.steps ?? 'Optimiser steps.'),
    learningRate: z
      .number()
      .gt(0)
      .max(1)
      .default(defaults.learningRate)
      .describe(says.learningRate ?? 'Learning rate.'),
  };
}

/** {@link OptimiserParams} as parameters: spread them into a detector's own. @param defaults the method's. */
export function optimiserParams(defaults: OptimiserParams, says: Descriptions<OptimiserParams> = {}) {
  return {
    ...stepParams(defaults, { learningRate: 'Learning rate of AdamW.', ...says }),
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(defaults.weightDecay)
      .describe(says.weightDecay ?? 'Decoupled weight decay of AdamW.'),
    emaDecay: z
      .number()
      .min(0)
      .lt(1)
      .default(defaults.emaDecay)
      .describe(says.emaDecay ?? 'Decay of the moving average of the weights; the average is the final model.'),
  };
}
