import { z } from 'zod';

/** Parameters of every detector that trains in steps of AdamW, with a moving average of what is trained. */
export interface OptimiserParams {
  /** Optimiser steps. */
  steps: number;
  learningRate: number;
  /** AdamW's decoupled weight decay. */
  weightDecay: number;
  /** Of the moving average of the weights, which is the final model. */
  emaDecay: number;
}

/** {@link OptimiserParams} as parameters: spread them into a detector's own. @param defaults the method's. */
export function optimiserParams(defaults: OptimiserParams) {
  return {
    steps: z.int().min(1).max(1_000_000).default(defaults.steps).describe('Optimiser steps.'),
    learningRate: z.number().gt(0).max(1).default(defaults.learningRate).describe('Learning rate of AdamW.'),
    weightDecay: z.number().min(0).max(1).default(defaults.weightDecay).describe('Decoupled weight decay of AdamW.'),
    emaDecay: z
      .number()
      .min(0)
      .lt(1)
      .default(defaults.emaDecay)
      .describe('Decay of the moving average of the weights; the average is the final model.'),
  };
}
