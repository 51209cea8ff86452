/** Trains one method and predicts with it, as its order says: see `runOurs`. Prints a `MethodResult` as JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { DetectorState, TrainingProgress } from '../../../src/plugin-api/index.js';
import type { OpenPlan } from '../../../src/plugin-contract/openPlan.js';
import { hostTensor } from '../../../src/shared/compute.js';
import type { RgbImage } from '../../../src/shared/images.js';
import { encodeSafetensors } from '../../../src/toolkit/index.js';
import { openOurs } from '../../measuring/engines.js';
import { peakMemory } from '../../measuring/peakMemory.js';
import { Exchange } from '../../measuring/python.js';
import { samples } from '../../measuring/samples.js';
import { StepTimes } from '../../measuring/stepTimes.js';
import { openChoice } from '../../measuring/tools.js';
import type { MethodOrder, MethodResult } from './methodOrder.js';
import { choiceOf } from './methods.js';

const order = JSON.parse(process.argv[2]!) as MethodOrder;
const { name: version, compute } = await openOurs();
const test = readImages(order.test);
const plan = await openChoice(choiceOf(order, test[0]!.width), compute, new Exchange(order.folder));
const { state, ...trained } = await train(plan);
const predictor = await plan.plugin.load(state, plan.shared);
const prediction = await samples(order.predictions, (round) => predictor.predict(test[round % test.length]!));
const peakBytes = peakMemory();
await predictor.dispose();
if (order.output) writeFileSync(order.output, await mapsOf(plan, state));
plan.close();
await compute.dispose();
const channels = state.tensors['channels']?.data;
const result: MethodResult = { version, ...trained, prediction, peakBytes, channels: channels && Array.from(channels) };
process.stdout.write(JSON.stringify(result));

function readImages({ file, shape }: MethodOrder['train']): RgbImage[] {
  const bytes = readFileSync(file);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const [count, height, width] = shape as [number, number, number, number];
  const size = height * width * 3;
  return Array.from({ length: count }, (_, i) => ({
    ...{ width, height },
    data: Uint8Array.from(values.subarray(i * size, (i + 1) * size)),
  }));
}

async function train({ plugin, trainingContext }: OpenPlan) {
  const images = readImages(order.train).map((image, i) => ({
    ...{ id: `image-${i}`, filename: `image-${i}.png` },
    load: () => Promise.resolve(image),
  }));
  const steps = new StepTimes();
  const report = (progress: TrainingProgress) => steps.take(progress);
  let state: DetectorState | undefined;
  const whole = await samples({ warmUp: 0, measured: 1 }, async () => {
    state = await plugin.train(trainingContext({ seed: 1, normalImages: images, anomalousImages: [], report }));
  });
  const training = order.steps === undefined ? whole : steps.between;
  return { state: state!, training, trainingSeconds: whole.clock[0]! / 1000 };
}

/** Of each image: its map before it is smoothed, and its score. */
async function mapsOf({ plugin, shared }: OpenPlan, state: DetectorState): Promise<Uint8Array> {
  const raw = await plugin.load(state, { ...shared, settings: { ...shared.settings, smoothingSigma: 0 } });
  const tensors: Record<string, ReturnType<typeof hostTensor>> = {};
  for (const [i, image] of test.entries()) {
    const { anomalyMap, anomalyScore } = await raw.predict(image);
    tensors[`map${i}`] = hostTensor(anomalyMap.data, [anomalyMap.height, anomalyMap.width]);
    tensors[`score${i}`] = hostTensor(Float32Array.of(anomalyScore), [1]);
  }
  await raw.dispose();
  return encodeSafetensors({ tensors, metadata: {} });
}
