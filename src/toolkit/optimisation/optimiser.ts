import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { type LearningRate, rateAt } from './schedules.js';

/** What an optimiser makes of one parameter in one step. */
export interface OptimiserUpdate {
  parameter: Tensor;
  /** In the order of {@link Optimiser.slots}. */
  slots: readonly Tensor[];
}

/** Moves parameters along their gradients. */
export interface Optimiser {
  /** Names of the tensors it keeps for each parameter: of the parameter's shape, zero before the first step. */
  readonly slots: readonly string[];
  /**
   * What changes from step to step, as an input of the compiled step; always of the same length.
   * @param step from 1.
   */
  coefficients(this: void, step: number): Float32Array;
  /** A tensor function: one step for one parameter. @param coefficients of this step, see {@link coefficients}. */
  update(
    this: void,
    parameter: Tensor,
    gradient: Tensor,
    slots: readonly Tensor[],
    coefficients: Tensor1D,
  ): OptimiserUpdate;
}

/** What every optimiser is told. */
export interface RateSettings {
  learningRate: LearningRate;
}

/** The learning rate of a step. @param step from 1. */
export function learningRateOf({ learningRate }: RateSettings, step: number): number {
  return rateAt(learningRate, step);
}
