import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { hostTensor, type Compute, type HostTensor, type TensorFunction } from '../shared/compute.js';
import type { RgbImage } from '../shared/images.js';
import type { TrainingSettings } from '../shared/training.js';
import type { NormalMatches, PatchOrigin, Predictor } from './predictor.js';

/** What a detector says about one image, as tensors. */
export interface PredictedTensors {
  /** `[1, imageSize, imageSize]`. */
  anomalyMap: Tensor3D;
  /** `[1]`. */
  anomalyScore: Tensor1D;
  /** Which vector of its memory each place of the image resembles most; left out by a detector without a memory. */
  nearest?: {
    /** int32, one row of the memory a place of the square grid, row-major. */
    rows: Tensor1D;
    /** L2, of the same length. */
    distances: Tensor1D;
  };
}

/**
 * A trained detector as one tensor function: what predictions run, and what an exported ONNX file holds. Tensors that it
 * captures become constants there; they live until `dispose`.
 */
export interface PredictionGraph {
  /**
   * A tensor function.
   * @param image `[1, imageSize, imageSize, 3]`, RGB 0..255.
   * @param leaveOut what {@link leaveOut} gives; a scalar 0 where there is no such method.
   */
  predict(image: Tensor4D, leaveOut: Tensor): PredictedTensors;
  /**
   * What tells `predict` that the image was in training, so that its own features are left out. Always of the same shape.
   * @param trainingImageId undefined for any other image.
   */
  leaveOut?(trainingImageId: string | undefined): HostTensor;
  /** Where a row of the memory comes from; left out when the state does not say. */
  originOf?(row: number): PatchOrigin;
  /** Names of tensors of the state that `predict` has not asked for so far; left out where nobody keeps count. */
  unread?(): string[];
  /** Frees what was captured. */
  dispose(): void;
}

const noMark = () => hostTensor(new Float32Array(1), []);

/** An image as the input of a tensor function: `[1, height, width, 3]`, float32 0..255. */
export function imageTensor({ data, width, height }: RgbImage): HostTensor {
  return hostTensor(Float32Array.from(data), [1, height, width, 3]);
}

/**
 * The graph as a function of the image alone, for use elsewhere, where no image is one of the training:
 * `[1, imageSize, imageSize, 3]` to anomaly map and image score.
 */
export function standaloneFunction(graph: PredictionGraph): TensorFunction {
  const { shape, data } = graph.leaveOut?.(undefined) ?? noMark();
  return (image) =>
    tf.tidy(() => {
      const { anomalyMap, anomalyScore } = graph.predict(image as Tensor4D, tf.tensor(data, [...shape]));
      return [anomalyMap, anomalyScore];
    });
}

/** Makes a graph runnable. It is disposed with the predictor, or when it does not compile. */
export async function compilePrediction(
  name: string,
  graph: PredictionGraph,
  { compute, settings: { imageSize } }: { compute: Compute; settings: Pick<TrainingSettings, 'imageSize'> },
): Promise<Predictor> {
  const mark = (trainingImageId?: string) => graph.leaveOut?.(trainingImageId) ?? noMark();
  const inputs = [{ shape: [1, imageSize, imageSize, 3] }, { shape: mark().shape }];
  const compiled = await compute
    .compile(name, (image, leaveOut) => outputsOf(graph, image as Tensor4D, leaveOut), inputs)
    .catch((error: unknown) => {
      graph.dispose();
      throw error;
    });
  return {
    unread: () => graph.unread?.() ?? [],
    predict: async (image, trainingImageId) => {
      const [map, score, ...nearest] = await compiled.run([imageTensor(image), mark(trainingImageId)]);
      const matches = matchesOf(graph, nearest);
      return {
        anomalyMap: { width: imageSize, height: imageSize, data: map!.data as Float32Array },
        anomalyScore: score!.data[0]!,
        ...(matches && { matches }),
      };
    },
    dispose: async () => {
      await compiled.dispose();
      graph.dispose();
    },
  };
}

function outputsOf(graph: PredictionGraph, image: Tensor4D, leaveOut: Tensor): Tensor[] {
  return tf.tidy(() => {
    const { anomalyMap, anomalyScore, nearest } = graph.predict(image, leaveOut);
    return [anomalyMap, anomalyScore, ...(nearest && graph.originOf ? [nearest.rows, nearest.distances] : [])];
  });
}

function matchesOf(graph: PredictionGraph, [rows, distances]: readonly HostTensor[]): NormalMatches | undefined {
  if (!rows || !distances) return undefined;
  return {
    grid: Math.sqrt(rows.data.length),
    of: (place) => ({ ...graph.originOf!(rows.data[place]!), distance: distances.data[place]! }),
  };
}
