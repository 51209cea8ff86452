import { afterAll, describe, expect, it } from 'vitest';
import { tf, type DetectorCheckpoint } from '../../src/plugin-api/index.js';
import { planTraining } from '../../src/services/training/trainingPlan.js';
import { compute, largestDifference, nonFinite, registry, sampleImage } from './plugins.js';
import { defective, normalImages, predict, train } from './tinyTrainings.js';

afterAll(() => compute.dispose());

const detectors = registry.plugins('detector');
const trainings = detectors.flatMap((plugin) =>
  plugin.supervisions.map((supervision) => [plugin.id, supervision] as const),
);

describe.each(trainings)('detector %s, %s', (id, supervision) => {
  it('scores a defect above normal images, with a finite map of the image size that peaks on it', async () => {
    const { plan, state } = await train(id, supervision, 1);
    const normal = await predict(plan, state, sampleImage(64, 64, 50));
    const anomalous = await predict(plan, state, defective(51));
    for (const { anomalyMap, anomalyScore } of [normal, anomalous]) {
      expect([anomalyMap.width, anomalyMap.height, anomalyMap.data.length]).toEqual([64, 64, 4096]);
      expect(nonFinite(anomalyMap.data) + nonFinite([anomalyScore])).toBe(0);
    }
    expect(anomalous.anomalyScore).toBeGreaterThan(normal.anomalyScore);
    const peak = anomalous.anomalyMap.data.indexOf(Math.max(...anomalous.anomalyMap.data));
    expect(Math.max(peak % 64, Math.floor(peak / 64))).toBeLessThan(32);
  });

  it('gives the same state for the same seed', async () => {
    const [first, again] = [await train(id, supervision, 7), await train(id, supervision, 7)];
    for (const [name, tensor] of Object.entries(first.state.tensors)) {
      expect(largestDifference(tensor.data, again.state.tensors[name]!.data), name).toBe(0);
    }
  });

  it('gives the same state when it is interrupted at any step that it offers to resume from', async () => {
    const checkpoints: DetectorCheckpoint[] = [];
    const checkpoint = async (save: () => DetectorCheckpoint) => void checkpoints.push(structuredClone(save()));
    const { state: whole } = await train(id, supervision, 3, { checkpoint });
    for (const resumeFrom of checkpoints.slice(0, 4)) {
      const { state, reports } = await train(id, supervision, 3, { resumeFrom });
      expect(state).toEqual(whole);
      const told = reports.filter(({ phase }) => phase === resumeFrom.metadata['phase']);
      expect(told[0]?.step ?? Number.POSITIVE_INFINITY).toBeGreaterThan(resumeFrom.step);
    }
    const trainsInSteps = ['semirest', 'simplenet', 'devnet'].includes(id);
    expect(checkpoints.length).toBeGreaterThanOrEqual(trainsInSteps ? 2 : 0);
  });

  it('scores a training image higher when its own features are left out of what it keeps of them', async () => {
    const { plan, state } = await train(id, supervision, 1);
    const image = await normalImages[0]!.load();
    const known = await predict(plan, state, image);
    const unseen = await predict(plan, state, image, normalImages[0]!.id);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [left, whole] = [mean(unseen.anomalyMap.data), mean(known.anomalyMap.data)];
    if ('imageIds' in state.metadata) expect(left).toBeGreaterThan(whole);
    else expect(left).toBe(whole);
  });

  it('reports every phase to its end and gives back every tensor', async () => {
    const before = tf.memory().numTensors;
    const { plan, state, reports } = await train(id, supervision, 3);
    await predict(plan, state, sampleImage(64, 64, 60));
    expect(tf.memory().numTensors).toBe(before);
    const last = new Map(reports.map((report) => [report.phase, report]));
    expect([...last.keys()][0]).toBe('feature-extraction');
    expect(last.size).toBeGreaterThan(1);
    for (const { phase, step, totalSteps } of last.values()) expect([phase, step]).toEqual([phase, totalSteps]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('cancelled by the test'));
    await expect(train(id, supervision, 1, { signal: controller.signal })).rejects.toThrow('cancelled by the test');
  });
});

describe.each(detectors.map((plugin) => [plugin.id, plugin] as const))('detector %s', (id, plugin) => {
  it('names every setting that does not fit, all at once', () => {
    const settings = { featureDimension: 1001 };
    // The only detector that makes no use of the feature dimension.
    const params = id === 'padim' ? { channels: 721 } : {};
    const plan = () =>
      planTraining(registry, { supervision: plugin.supervisions[0]!, detector: { id, params }, settings }, ['input']);
    expect(plan).toThrow(id === 'padim' ? 'channels is 721' : 'featureDimension is 1001');
  });

  it('continues from a version of its own, or says that it cannot', () => {
    const choice = { supervision: plugin.supervisions[0]!, detector: { id } };
    const { settings, detector, featureExtractor } = planTraining(registry, choice, []);
    const plan = () => planTraining(registry, choice, ['input'], { settings, detector, featureExtractor });
    if (id === 'semirest') expect(plan().detector.id).toBe(id);
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
