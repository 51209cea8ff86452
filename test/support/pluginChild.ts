/**
 * Loads the plugin folder named by its first argument as a worker does, and trains a detector on it, with the parameters of the second
 * one (JSON). Prints what it found as JSON.
 */
import { builtInPlugins } from '../../plugins/index.js';
import { createCompute, importOnnx } from '../../src/compute/index.js';
import { inspectPlugin, PluginRegistry } from '../../src/plugin-host/index.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { RandomSource } from '../../src/shared/random.js';

const params = JSON.parse(process.argv[3]!) as Record<string, unknown>;
const loaded = await inspectPlugin(process.argv[2]!);
if (loaded.problem) throw new Error(JSON.stringify(loaded.problem));
const registry = new PluginRegistry(builtInPlugins, [loaded]);
const { id } = loaded.facts;
await registry.load('feature-extractor', id);
const listing = registry.list('feature-extractor').find((plugin) => plugin.id === id)!;

const choice = {
  supervision: 'UNSUPERVISED',
  detector: { id: 'patchcore', params: { coresetRatio: 0.5 } },
  featureExtractor: { id, params },
  settings: { imageSize: 64 },
} as const;
const plan = planTraining(registry, choice, ['input']);
const extractor = registry.resolveRecord('feature-extractor', plan.featureExtractor!);
const detector = registry.resolveRecord('detector', plan.detector);
const log = { info: () => undefined, warn: () => undefined };
const compute = await createCompute();
const featureExtractor = await extractor.plugin.load(extractor.params, {
  cacheDirectory: '.residua/cache',
  modelFile: () => Promise.reject(new Error('this plugin needs no file')),
  importOnnx,
  log,
});
const stripes = (shift: number) => ({
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 60 * Math.sin((Math.floor(i / 3) % 64) / 2 + shift)),
});
const context = {
  ...{ compute, featureExtractor, log, settings: plan.settings, params: detector.params },
  featureLayers: extractor.plugin.layers(extractor.params),
};
const training = {
  ...context,
  supervision: 'UNSUPERVISED' as const,
  normalImages: [0, 1, 2, 3].map((i) => ({
    id: `${i}`,
    filename: `${i}.png`,
    load: () => Promise.resolve(stripes(i)),
  })),
  anomalousImages: [],
  startFrom: undefined,
  steps: {
    random: RandomSource.fromSeed(1),
    resumeFrom: undefined,
    checkpoint: () => Promise.resolve(),
    report: () => undefined,
    signal: new AbortController().signal,
  },
};
const state = await detector.plugin.train(training);
const predictor = await detector.plugin.load(state, context);
const defective = stripes(5);
defective.data.fill(0, 32 * 64 * 3, 40 * 64 * 3);
const [normal, anomalous] = [await predictor.predict(stripes(1)), await predictor.predict(defective)];
console.log(
  JSON.stringify({
    listing,
    record: plan.featureExtractor,
    bank: state.tensors['memory-bank.vectors']!.shape,
    scores: { normal: normal.anomalyScore, anomalous: anomalous.anomalyScore },
  }),
);
process.exit(0);
