import { afterAll, describe, expect, it } from 'vitest';
import {
  RandomSource,
  tf,
  type DetectorCheckpoint,
  type DetectorState,
  type PredictionContext,
  type TrainingContext,
  type TrainingImage,
  type TrainingProgress,
} from '../../src/plugin-api/index.js';
import { planTraining, type TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { Supervision, TrainingSettings } from '../../src/shared/training.js';
import { compute, largestDifference, nonFinite, pluginContext, registry, sampleImage } from './plugins.js';

afterAll(() => compute.dispose());

/** Small enough for a test, with every part of the real thing. */
const tiny: Partial<TrainingSettings> = {
  imageSize: 64,
  steps: 2,
  featureDimension: 64,
  coresetRatio: 0.2,
  windowSize: 4,
  windowStep: 2,
  swinBlocks: 2,
  swinWindow: 4,
  swinHeads: 2,
  swinDimension: 16,
};

const normalImages = Array.from({ length: 5 }, (_, i) => ({
  id: `normal-${i}`,
  filename: `normal-${i}.png`,
  load: () => Promise.resolve(sampleImage(64, 64, i)),
}));

const mask = {
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 4096 }, (_, i) => (i % 64 < 24 && i < 24 * 64 ? 1 : 0)),
};

/** A dark corner on a surface like the normal ones. */
function defective(seed: number) {
  const image = sampleImage(64, 64, seed);
  mask.data.forEach((anomalous, i) => {
    if (anomalous) image.data.fill(5, 3 * i, 3 * i + 3);
  });
  return image;
}

/** Labels of the kind that each supervision reads. */
const labels = {
  SUPERVISED: { loadMask: () => Promise.resolve(mask) },
  SEMI_SUPERVISED: { boxes: [{ x: 0, y: 0, width: 24, height: 24 }] },
};

function anomalousImages(supervision: Supervision): TrainingImage[] {
  if (supervision === 'UNSUPERVISED') return [];
  return [20, 21].map((seed) => ({
    id: `anomalous-${seed}`,
    filename: `anomalous-${seed}.png`,
    load: () => Promise.resolve(defective(seed)),
    ...labels[supervision],
  }));
}

/** Parameters that make a test quick. */
const smaller: Partial<Record<string, Record<string, unknown>>> = {
  simplenet: { hidden: 64, featuresPerStep: 128 },
  devnet: { hidden: 16, references: 100 },
};

/** Networks that start from nothing need more than two steps to know anything. */
const longer: Partial<Record<string, Partial<TrainingSettings>>> = {
  simplenet: { steps: 80, learningRate: 3e-3 },
  devnet: { steps: 80, learningRate: 3e-3 },
};

const detectors = registry.plugins('detector');
const trainings = detectors.flatMap((plugin) =>
  plugin.supervisions.map((supervision) => [plugin.id, supervision] as const),
);

async function open(plan: TrainingPlan): Promise<PredictionContext<Record<string, unknown>> & { close(): void }> {
  const extractor = registry.resolveRecord('feature-extractor', plan.featureExtractor);
  const featureExtractor = await extractor.plugin.load(extractor.params, pluginContext);
  const featureLayers = extractor.plugin.layers(extractor.params);
  const { settings, detector } = plan;
  const context = {
    params: detector.params,
    settings,
    compute,
    featureExtractor,
    featureLayers,
    log: pluginContext.log,
  };
  return { ...context, close: () => featureExtractor.dispose() };
}

/** Fewer synthetic images and steps, for the detectors that have them. */
function shortened({ syntheticPool, pretraining }: Record<string, unknown>) {
  return {
    ...(syntheticPool !== undefined && { syntheticPool: 4 }),
    ...(pretraining !== undefined && { pretraining: { ...(pretraining as object), steps: 2 } }),
  };
}

/** What an interrupted training, or one that continues a model version, adds to one from nothing. */
type Additions = Partial<Pick<TrainingContext<unknown>, 'resumeFrom' | 'startFrom' | 'checkpoint'>>;

async function train(
  id: string,
  supervision: Supervision,
  seed: number,
  signal = new AbortController().signal,
  additions: Additions = {},
  params: Record<string, unknown> = {},
) {
  const settings = { ...tiny, ...longer[id] };
  const plan = planTraining(registry, { supervision, detector: { id, params }, settings }, []);
  const context = await open(plan);
  const reports: TrainingProgress[] = [];
  const augmentations = plan.augmentations.map((record) => {
    const { plugin, params } = registry.resolveRecord('augmentation', record);
    return plugin.create(params);
  });
  const loss = plan.loss && registry.resolveRecord('loss', plan.loss);
  const { plugin } = registry.resolve('detector', { id }, []);
  const state = await plugin
    .train({
      ...context,
      params: { ...context.params, ...shortened(context.params), ...smaller[id] },
      supervision,
      random: RandomSource.fromSeed(seed),
      normalImages,
      anomalousImages: anomalousImages(supervision),
      imageAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'image'),
      residualAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'residual'),
      loss: loss ? loss.plugin.create(loss.params) : undefined,
      startFrom: undefined,
      resumeFrom: undefined,
      checkpoint: () => Promise.resolve(),
      ...additions,
      report: (progress) => reports.push(progress),
      signal,
    })
    .finally(() => context.close());
  return { plan, plugin, state, reports };
}

async function predict(
  plan: TrainingPlan,
  state: DetectorState,
  image: ReturnType<typeof sampleImage>,
  trainingImageId?: string,
) {
  const context = await open(plan);
  const { plugin } = registry.resolveRecord('detector', plan.detector);
  const predictor = await plugin.load(state, context);
  const prediction = await predictor.predict(image, trainingImageId);
  await predictor.dispose();
  context.close();
  return prediction;
}

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
    const { state: whole } = await train(id, supervision, 3, undefined, { checkpoint });
    for (const resumeFrom of checkpoints.slice(0, 4)) {
      const { state, reports } = await train(id, supervision, 3, undefined, { resumeFrom });
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
    await expect(train(id, supervision, 1, controller.signal)).rejects.toThrow('cancelled by the test');
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

describe('detector semirest without labels', () => {
  it.each([
    [0.5, 0.4, 0.6],
    [0.1, 0.05, 0.15],
    [0.0001, 0, 0.001],
  ])('ends with a share of %d of the normal tokens above 0.5', async (tokenFalsePositiveRate, least, most) => {
    const params = { tokenFalsePositiveRate };
    const { plan, state } = await train('semirest', 'UNSUPERVISED', 4, undefined, {}, params);
    const unsmoothed = { ...plan, settings: { ...plan.settings, smoothingSigma: 0 } };
    const maps = [];
    for (const { id, load } of normalImages)
      maps.push((await predict(unsmoothed, state, await load(), id)).anomalyMap.data);
    // Pixels lie between tokens, so that their share is near that of the tokens.
    const above = maps.flatMap((map) => [...map]).filter((probability) => probability > 0.5).length;
    const share = above / maps.reduce((sum, { length }) => sum + length, 0);
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  });
});

describe('detector semirest with labels', () => {
  it.each(['SUPERVISED', 'SEMI_SUPERVISED'] as const)(
    'continues an unsupervised training, %s, and sees features as well',
    async (supervision) => {
      const { state: startFrom } = await train('semirest', 'UNSUPERVISED', 4);
      const { plan, state } = await train('semirest', supervision, 4, undefined, { startFrom });
      const [before, after] = [startFrom, state].map(({ tensors }) => tensors['swin.features.0.0.weight']!);
      expect(after!.shape).toEqual([before!.shape[0], 2 * before!.shape[1]!]);
      // Two steps at 1e-3 move a weight by no more than that, and the new half from zero.
      const [rows, columns] = before!.shape as [number, number];
      for (let row = 0; row < rows; row++) {
        const residualHalf = after!.data.slice(2 * row * columns, (2 * row + 1) * columns);
        expect(largestDifference(residualHalf, before!.data.slice(row * columns, (row + 1) * columns))).toBeLessThan(
          5e-3,
        );
        for (const weight of after!.data.slice((2 * row + 1) * columns, 2 * (row + 1) * columns)) {
          expect(Math.abs(weight)).toBeLessThan(5e-3);
        }
      }
      const { anomalyScore } = await predict(plan, state, defective(51));
      expect(anomalyScore).toBeGreaterThan((await predict(plan, state, sampleImage(64, 64, 50))).anomalyScore);
    },
  );
});
