import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { PluginDescription } from './plugin.js';

/**
 * A differentiable tensor function. `anomalyProbabilities` `[tokens]` in [0, 1]; `labels` `[tokens]`, float32: 0 NORMAL,
 * 1 ANOMALOUS, -1 UNKNOWN, -2 IGNORED; the last two must give no gradient. Returns a scalar.
 */
export type LossFunction = (anomalyProbabilities: Tensor1D, labels: Tensor1D) => Scalar;

/** Makes {@link LossFunction}s of its parameters. */
export interface LossPlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'loss';
  create(params: z.output<Params>): LossFunction;
}

/** Declares a loss on token probabilities. */
export function defineLoss<Params extends z.ZodObject>(plugin: Omit<LossPlugin<Params>, 'kind'>): LossPlugin<Params> {
  return { kind: 'loss', ...plugin };
}
