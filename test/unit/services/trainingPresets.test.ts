import { describe, expect, it } from 'vitest';
import { builtInPlugins } from '../../../plugins/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { planTraining, type TrainingPlan } from '../../../src/services/training/trainingPlan.js';
import { trainingPresets } from '../../../src/services/training/trainingPresets.js';
import type { Supervision } from '../../../src/shared/training.js';

const registry = new PluginRegistry(builtInPlugins);
const planOf = (preset: string, supervision: Supervision): TrainingPlan =>
  planTraining(registry, { preset, supervision }, []);

/** What section 4.2.1 says for every data set and supervision. */
const everywhere = {
  featureDimension: 1024,
  positionWeight: 0.1,
  coresetRatio: 0.1,
  residual: 'square',
  tokenPatchSize: 1,
  windowSize: 32,
  windowStep: 8,
  swinBlocks: 4,
  swinWindow: 8,
  swinHeads: 32,
  weightDecay: 0.05,
  unknownBlockThreshold: 0.5,
  unlabelledWeight: 5,
  unlabelledRampSteps: 400,
  sharpeningTemperature: 0.5,
  guesses: 3,
  bagging: true,
};

/** lr, p, eps+, eps-, b1, b2, b3. */
function stepOf(values: readonly [number, number, number, number, number, number, number]) {
  const [learningRate, windowSamplingRatio, anomalousBlockThreshold, normalBlockThreshold, b1, b2, b3] = values;
  return {
    ...{ learningRate, windowSamplingRatio, anomalousBlockThreshold, normalBlockThreshold },
    ...{ normalImagesPerStep: b1, syntheticImagesPerStep: b2, anomalousImagesPerStep: b3 },
  };
}

describe('the presets of the paper', () => {
  const unsupervised = stepOf([1e-4, 1 / 4, 0.5, 0.08, 4, 2, 0]);
  const supervised = stepOf([1e-4, 1 / 4, 0.25, 0.08, 2, 2, 2]);
  const semiSupervised = stepOf([3e-5, 1 / 10, 0.25, 0.08, 3, 3, 2]);
  const ksdd2 = { coresetRatio: 0.001 };
  it.each<[string, Supervision, object]>([
    ['paper', 'UNSUPERVISED', unsupervised],
    ['paper', 'SUPERVISED', supervised],
    ['paper', 'SEMI_SUPERVISED', semiSupervised],
    ['paper-btad', 'UNSUPERVISED', stepOf([3e-4, 1 / 6, 0.25, 0.08, 4, 4, 0])],
    ['paper-btad', 'SUPERVISED', supervised],
    ['paper-btad', 'SEMI_SUPERVISED', { ...stepOf([3.125e-5, 1 / 25, 0.8, 0, 3, 3, 2]), unlabelledWeight: 10 }],
    ['paper-ksdd2', 'UNSUPERVISED', { ...unsupervised, ...ksdd2 }],
    ['paper-ksdd2', 'SUPERVISED', { ...supervised, ...ksdd2 }],
    ['paper-ksdd2', 'SEMI_SUPERVISED', { ...semiSupervised, ...ksdd2 }],
  ])('%s %s has the values of section 4.2.1', (preset, supervision, params) => {
    const { settings, detector } = planOf(preset, supervision);
    expect(settings).toEqual({ imageSize: 512, smoothingSigma: 4 });
    expect(detector.params).toMatchObject({ ...everywhere, ...params });
  });

  const papers = trainingPresets(registry, 'semirest').filter(({ name }) => name.startsWith('paper'));
  it.each(papers.map(({ name, supervision }) => [name, supervision] as const))(
    '%s %s has the network and augmentations of the paper, and nothing beyond them',
    (preset, supervision) => {
      const { featureExtractor, detector, augmentations, loss } = planOf(preset, supervision);
      expect(featureExtractor!.id).toBe('wide-resnet50');
      expect(detector.params).toMatchObject({
        ...{ leaveOwnImageOut: false, residualScale: 'none', residualInput: 'linear', featureInput: 0 },
        ...{ distancePrior: 0, anomalousWindowsFirst: false, mlpInitialGain: 0, tokenFalsePositiveRate: 0 },
        ...{ boxTightness: 0, mixMatch: true, boxLabelledAlpha: 0.25, unlabelledAlpha: 0.75 },
        ...{ head: 'swin', headPenalty: 0, whitening: 0, temperature: 1, imageScore: 'map' },
        ...{ boxLabelledGamma: 4, unlabelledGamma: 4 },
      });
      expect(loss).toMatchObject({ id: 'focal', params: { alpha: 0.25, gamma: 4 } });
      expect(augmentations.map(({ id, params }) => [id, params])).toEqual([
        ['synthetic-defect', expect.objectContaining({ kinds: ['memseg-structural', 'memseg-textural'] })],
        ['knn-residual', expect.objectContaining({ thresholds: [0.5, 0.8] })],
        ['residual-dropout', { probability: 0.25 }],
      ]);
    },
  );

  it('pre-train as the unsupervised preset of the same data set does', () => {
    for (const preset of ['paper', 'paper-btad', 'paper-ksdd2']) {
      const { pretraining } = planOf(preset, 'SEMI_SUPERVISED').detector.params as { pretraining: object };
      expect(planOf(preset, 'UNSUPERVISED').detector.params).toMatchObject(pretraining);
    }
  });
});
