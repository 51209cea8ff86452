import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { DetectorState, PredictedTensors, PredictionGraph } from '../../plugin-api/index.js';
import { hostTensor } from '../../shared/compute.js';
import type { NamedTensors } from '../layers/namedTensors.js';

/** A prediction that reads the tensors of a state. */
export interface StatePrediction extends Pick<PredictionGraph, 'leaveOut' | 'originOf'> {
  /** A tensor function: see `PredictionGraph.predict`. */
  predict(image: Tensor4D, tensors: NamedTensors, leaveOut: Tensor): PredictedTensors;
  /** Names of tensors of the state that are read beside it. */
  beside?: readonly string[];
}

/** A prediction graph with the tensors of a state as its constants. */
export function stateGraph(
  { tensors }: DetectorState,
  { beside = [], ...prediction }: StatePrediction,
): PredictionGraph {
  const captured = Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape, dtype }]) => [name, tf.tensor(data, [...shape], dtype)]),
  );
  const read = new Set<string>(beside);
  const watched = new Proxy(captured, {
    get: (target, name: string) => {
      read.add(name);
      return target[name];
    },
  });
  return {
    ...prediction,
    predict: (image, leaveOut) => prediction.predict(image, watched, leaveOut),
    unread: () => Object.keys(captured).filter((name) => !read.has(name)),
    dispose: () => tf.dispose(captured),
  };
}

/** `PredictionGraph.leaveOut` as a scalar: 1 for an image of the training, otherwise 0. */
export function trainedFlag(imageIds: readonly string[]): NonNullable<PredictionGraph['leaveOut']> {
  return (id) => hostTensor(Float32Array.of(id !== undefined && imageIds.includes(id) ? 1 : 0), []);
}
