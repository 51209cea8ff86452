import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import { convolution } from '../layers/convolution.js';
import { convolutionParameters, heNormal, normalisationParameters } from '../layers/initialise.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import type { Normalise } from '../layers/normalisation.js';

/** Sizes of an adaptor. */
export interface AdaptorParams {
  /** Channels of adapted features; 0: there is none. */
  adaptorWidth: number;
  /** Side of its kernel. */
  adaptorKernel: 1 | 3;
}

/**
 * {@link AdaptorParams} as parameters of detectors whose papers train the backbone, which stays as it is here: spread them into a
 * detector's own.
 */
export function adaptorParams(defaults: AdaptorParams) {
  return {
    adaptorWidth: z
      .int()
      .min(0)
      .max(4096)
      .default(defaults.adaptorWidth)
      .describe('Channels of the convolution that is trained on the frozen features; 0: none.'),
    adaptorKernel: z.literal([1, 3]).default(defaults.adaptorKernel).describe('Side of its kernel, features.'),
  };
}

const normalisation = 'adaptor.normalisation';

/** Parameters of {@link adaptFeatures}; none at a width of 0. */
export function initialAdaptor(
  inputs: number,
  { adaptorWidth: outputs, adaptorKernel: kernel }: AdaptorParams,
  random: RandomSource,
): Record<string, HostTensor> {
  if (outputs === 0) return {};
  return {
    ...convolutionParameters('adaptor', { inputs, outputs, kernel, bias: false }, heNormal, random),
    ...normalisationParameters(normalisation, outputs),
  };
}

/**
 * Frozen features made fit for what is trained on them: convolution, batch normalisation, ReLU. A tensor function.
 * @param features `[n, h, w, c]`.
 * @returns `[n, h, w, adaptorWidth]`; the features themselves where the parameters have no adaptor.
 */
export function adaptFeatures(parameters: NamedTensors, features: Tensor4D, normalise: Normalise): Tensor4D {
  if (!('adaptor.weight' in parameters)) return features;
  // Not tidied: a normalisation may hand on its statistics.
  return tf.relu(normalise(parameters, normalisation, convolution(parameters, 'adaptor', features)));
}
