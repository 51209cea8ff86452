import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { DetectorState, PredictionContext, Predictor } from '../../plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { imageTensor } from '../features/featureStage.js';
import type { NamedTensors } from '../swin/swinSettings.js';

/**
 * Compiles a prediction with the state's tensors as constants.
 * @param predict tensor function: image `[1, size, size, 3]`, the state's tensors and a scalar, 1 for an image of the training
 * and 0 otherwise, to anomaly map `[1, size, size]` and image score `[1]`.
 */
export async function createImagePredictor(
  name: string,
  state: DetectorState,
  { compute, settings: { imageSize } }: PredictionContext<unknown>,
  predict: (image: Tensor4D, tensors: NamedTensors, trained: Scalar) => Tensor[],
): Promise<Predictor> {
  const imageIds = (state.metadata['imageIds'] as string[] | undefined) ?? [];
  const tensors = stateTensorsOf(state.tensors);
  const compiled = await compute
    .compile(name, (image, trained) => tf.tidy(() => predict(image as Tensor4D, tensors, trained as Scalar)), [
      { shape: [1, imageSize, imageSize, 3] },
      { shape: [] },
    ])
    .finally(() => tf.dispose(tensors));
  return {
    predict: async (image, trainingImageId) => {
      const trained = trainingImageId !== undefined && imageIds.includes(trainingImageId);
      const inputs = [imageTensor(image), hostTensor(Float32Array.of(trained ? 1 : 0), [])];
      const [map, score] = await compiled.run(inputs);
      const anomalyMap = { width: imageSize, height: imageSize, data: map!.data as Float32Array };
      return { anomalyMap, anomalyScore: score!.data[0]! };
    },
    dispose: () => compiled.dispose(),
  };
}

function stateTensorsOf(tensors: Readonly<Record<string, HostTensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape, dtype }]) => [name, tf.tensor(data, [...shape], dtype)]),
  );
}
