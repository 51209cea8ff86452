import * as ort from 'onnxruntime-node';
import { traceToOnnx } from '../../src/compute/index.js';
import { standaloneFunction, type DetectorState } from '../../src/plugin-api/index.js';
import { openPlan } from '../../src/plugin-contract/openPlan.js';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import { nonFinite, type sampleImage } from './plugins.js';
import { predict, tools } from './tinyTrainings.js';

interface Trained {
  plan: TrainingPlan;
  state: DetectorState;
}

/** A prediction by the file that an export holds, run by ONNX Runtime alone. */
async function onnxOf({ plan, state }: Trained) {
  const { plugin, shared, close } = await openPlan(plan, 'UNSUPERVISED', tools);
  const graph = plugin.predictionGraph!(state, shared);
  const names = { inputNames: ['image'], outputNames: ['map', 'score'] };
  const bytes = traceToOnnx('detector', standaloneFunction(graph), [{ shape: [1, 64, 64, 3] }], names);
  graph.dispose();
  close();
  const session = await ort.InferenceSession.create(bytes);
  return async (pixels: Uint8Array) => {
    const image = new ort.Tensor('float32', Float32Array.from(pixels), [1, 64, 64, 3]);
    const { map, score } = await session.run({ image });
    return { map: map!.data as Float32Array, score: score!.data as Float32Array };
  };
}

/** The largest difference, relative where values are above 1, between predictions and those of the ONNX file; NaN where any is no number. */
export async function distanceToOnnx(
  trained: Trained,
  images: readonly ReturnType<typeof sampleImage>[],
): Promise<number> {
  const exported = await onnxOf(trained);
  let largest = 0;
  for (const image of images) {
    const { anomalyMap, anomalyScore } = await predict(trained.plan, trained.state, image);
    const { map, score } = await exported(image.data);
    const here = [...anomalyMap.data, anomalyScore];
    const there = [...map, ...score];
    if (nonFinite(here) > 0) return NaN;
    largest = Math.max(largest, ...here.map((value, i) => Math.abs(value - there[i]!) / (1 + Math.abs(value))));
  }
  return largest;
}
