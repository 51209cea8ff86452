import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { DetectorState, TrainingContext } from '../../plugin-api/index.js';
import { likelihoodCosts } from '../losses/likelihoodLoss.js';
import type { FlowParams } from './flowParams.js';
import { prepareFlows } from './prepareFlows.js';
import { highestLikelihoods, trainFlows } from './trainFlows.js';

/**
 * Features of normal images, flows that learn how likely those are, and how likely the likeliest is: the whole training of a method
 * that learns from nothing else.
 * @throws ProblemError as `prepareFlows` and `trainSteps`.
 */
export async function trainByLikelihood(context: TrainingContext<FlowParams>): Promise<DetectorState> {
  const { random } = context.steps;
  const flows = await prepareFlows(context);
  const trained = await trainFlows({
    ...{ context, flows },
    place: (level) => {
      const image = random.pick(flows.normal);
      return { image, place: random.integer(image[level]!.shape[0]!) };
    },
    parts: flows.levels.map(({ name }) => name),
    loss: (likelihoods) =>
      Object.fromEntries(
        flows.levels.map(({ name }, level) => [name, tf.mean<Scalar>(likelihoodCosts(likelihoods[level]!))]),
      ),
  });
  const highest = await highestLikelihoods(context, flows, trained);
  return { tensors: { ...flows.features, ...trained, ...highest }, metadata: {} };
}
