import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { distanceToOnnx } from './onnxPrediction.js';
import { compute, registry, sampleImage } from './plugins.js';
import { tinyDetectors } from './tinyDetectors.js';
import { defective, normalImages, predict, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

const detectors = registry.plugins('detector');
/** Whether a pixel of {@link defective} is one of its defect's. */
const onDefect = (i: number) => i % 64 < 24 && i < 24 * 64;
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const trainings = detectors.flatMap((plugin) =>
  plugin.supervisions.map((supervision) => [plugin.id, supervision] as const),
);

describe.each(trainings)('detector %s, %s', (id, supervision) => {
  let offered = 0;
  let trained: Awaited<ReturnType<typeof train>>;
  beforeAll(async () => {
    trained = await train(id, supervision, 1, { checkpoint: () => Promise.resolve(void (offered += 1)) });
  });

  it('scores a defect above normal images, with a map that tells where it is', async () => {
    const { plan, state } = trained;
    const normal = await predict(plan, state, sampleImage(64, 64, 50));
    const anomalous = await predict(plan, state, defective(51));
    expect(anomalous.anomalyScore).toBeGreaterThan(normal.anomalyScore);
    const { data } = anomalous.anomalyMap;
    const peak = data.indexOf(Math.max(...data));
    const [on, beside] = [true, false].map((isDefect) => data.filter((_, i) => onDefect(i) === isDefect));
    // Of a training of some steps the one highest pixel may lie anywhere, by the last bits of a processor; the defect as a whole does not.
    if (Math.max(peak % 64, Math.floor(peak / 64)) >= 32) expect(mean(on!)).toBeGreaterThan(1.2 * mean(beside!));
  });

  it('predicts what its ONNX file predicts, in finite numbers for black, white and grey images too', async () => {
    const plain = (value: number) => ({ width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(value) });
    expect(await distanceToOnnx(trained, [defective(51), plain(0), plain(255), plain(128)])).toBeLessThan(1e-4);
  });

  it('offers to resume from more than one step, where it has steps', () => {
    expect(offered).toBeGreaterThanOrEqual('steps' in trained.plan.detector.params ? 2 : 0);
  });

  it('scores a training image higher when its own features are left out of what it keeps of them', async () => {
    const { plan, state } = trained;
    const image = await normalImages[0]!.load();
    const known = await predict(plan, state, image);
    const unseen = await predict(plan, state, image, normalImages[0]!.id);
    const [left, whole] = [mean(unseen.anomalyMap.data), mean(known.anomalyMap.data)];
    if ('imageIds' in state.metadata) expect(left).toBeGreaterThan(whole);
    else expect(left).toBe(whole);
  });
});

describe.each(detectors.map((plugin) => [plugin.id, plugin] as const))('detector %s', (id, plugin) => {
  it('has a row among the tiny detectors, and one in docs/methods.md', () => {
    expect(Object.keys(tinyDetectors)).toContain(id);
    const methods = readFileSync(new URL('../../docs/methods.md', import.meta.url), 'utf8');
    expect(methods).toMatch(new RegExp(`^\\| \\[\`${id}\`\\]`, 'm'));
  });

  it('names what does not fit its features', () => {
    const { settings, params, says } = tinyDetectors[id]?.unfit ?? {};
    if (says === undefined) return;
    const choice = { supervision: plugin.supervisions[0]!, detector: { id, params }, settings };
    expect(() => planTraining(registry, choice, ['input'])).toThrow(says);
  });

  it('states what it uses, and a run records no more', () => {
    const { uses, supervisions } = plugin;
    for (const supervision of supervisions) {
      const { featureExtractor, augmentations, loss } = planTraining(registry, { supervision, detector: { id } }, []);
      expect({ features: featureExtractor !== null, loss: loss !== null }).toEqual({
        features: uses.features,
        loss: uses.loss,
      });
      const stages = augmentations.map((record) => registry.resolveRecord('augmentation', record).plugin.stage);
      expect(stages.filter((stage) => !uses.augmentations.includes(stage))).toEqual([]);
    }
  });

  it('states stages of different names, each with a weight above 0', () => {
    for (const supervision of plugin.supervisions) {
      const { params } = registry.resolve('detector', { id }, []);
      const stages = plugin.stages({ params, supervision, continuing: plugin.continues });
      expect(new Set(stages.map(({ name }) => name)).size).toBe(stages.length);
      expect(stages.filter(({ weight }) => !(weight > 0))).toEqual([]);
      expect(stages.length).toBeGreaterThan(0);
    }
  });

  it('names parameters that it has as those that take memory', () => {
    const { params } = registry.resolve('detector', { id }, []);
    expect(plugin.memoryParams?.filter((name) => !(name in params)) ?? ['none']).toEqual([]);
  });

  it('continues from a version of its own, or says that it cannot', () => {
    const choice = { supervision: plugin.supervisions[0]!, detector: { id } };
    const { settings, detector, featureExtractor } = planTraining(registry, choice, []);
    const startFrom = { settings, detector, featureExtractor, sampleBits: null, modelFiles: [] };
    const plan = () => planTraining(registry, choice, ['input'], startFrom);
    if (plugin.continues) expect(plan().detector.id).toBe(id);
    else expect(plan).toThrow(`CONFIG_INVALID: detector ${id} cannot continue from a model version`);
  });

  it('refuses a parameter it does not know, naming it', () => {
    const plan = () =>
      planTraining(registry, { supervision: plugin.supervisions[0]!, detector: { id, params: { depth: 3 } } }, [
        'input',
      ]);
    expect(plan).toThrow('depth');
  });
});
