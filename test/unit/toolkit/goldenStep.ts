import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../../src/shared/compute.js';
import { focalLoss } from '../../../src/toolkit/losses/focalLoss.js';
import { anomalyProbability, swin } from '../../../src/toolkit/networks/swin/swin.js';
import { adamW } from '../../../src/toolkit/optimisation/adamW.js';
import type { StepPlan } from '../../../src/toolkit/optimisation/trainingStep.js';
import { number, type GoldenCase } from '../../golden/golden.js';

/** The training step of an `adamw_swin` case, with tokens and labels as its inputs. */
export function goldenStep({ inputs }: GoldenCase, parameters: Readonly<Record<string, HostTensor>>): StepPlan {
  const optimiser = adamW({
    learningRate: number(inputs['lr']),
    beta1: number(inputs['beta1']),
    beta2: number(inputs['beta2']),
    epsilon: number(inputs['eps']),
    weightDecay: number(inputs['weightDecay']),
  });
  const focal = { alpha: number(inputs['alpha']), gamma: number(inputs['gamma']) };
  const lossOf = (tokens: Tensor, labels: Tensor) => (current: Readonly<Record<string, Tensor>>) => ({
    loss: focalLoss(anomalyProbability(swin(current, tokens as Tensor4D)), labels, focal),
  });
  return {
    parameters,
    averageDecay: number(inputs['emaDecay']),
    turns: [{ parts: ['loss'], groups: [{ optimiser }], prepare: ([tokens, labels]) => lossOf(tokens!, labels!) }],
  };
}

/** Tensors of a state whose keys begin with a prefix, by what follows it. */
export function stateUnder<T>(prefix: string, state: Readonly<Record<string, T>>): Record<string, T> {
  const found = Object.entries(state).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(prefix.length), value]));
}
