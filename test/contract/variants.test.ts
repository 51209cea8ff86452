import { afterAll, describe, expect, it } from 'vitest';
import type { ProblemError } from '../../src/shared/errors.js';
import type { DetectorCheckpoint } from '../../src/plugin-api/index.js';
import { distanceToOnnx } from './onnxPrediction.js';
import { compute, largestDifference, sampleImage } from './plugins.js';
import { defective, predict, train, type TrainingVariation } from './tinyTrainings.js';
import { fine, fineParams, linear, tiled, whitened } from './variations.js';

afterAll(() => compute.dispose());

describe('what goes beyond the papers', () => {
  describe.each<[string, 'UNSUPERVISED' | 'SUPERVISED' | 'SEMI_SUPERVISED', TrainingVariation]>([
    ['patchcore', 'UNSUPERVISED', { params: whitened(1) }],
    ['patchcore', 'UNSUPERVISED', { params: { ...whitened(0.5), positionWeight: 0 } }],
    ['patchcore', 'UNSUPERVISED', { ...fine, params: { ...whitened(1), ...fineParams } }],
    ['patchcore', 'UNSUPERVISED', { ...tiled, params: { ...whitened(1), ...fineParams } }],
    ['semirest', 'UNSUPERVISED', { params: { ...whitened(0.5), ...linear, distancePrior: 1 } }],
    ['semirest', 'SUPERVISED', { params: { ...whitened(1), ...linear } }],
    ['semirest', 'SUPERVISED', { params: { head: 'both', tokenFalsePositiveRate: 0.01, leaveOwnImageOut: true } }],
    ['semirest', 'SEMI_SUPERVISED', { params: { ...whitened(1), ...linear, mixMatch: true } }],
    ['semirest', 'UNSUPERVISED', { ...fine, params: { ...whitened(0.5), ...linear, ...fineParams, distancePrior: 1 } }],
    ['semirest', 'SUPERVISED', { ...fine, params: { ...fineParams, head: 'both', learningRate: 3e-3 } }],
    [
      'semirest',
      'SUPERVISED',
      { ...fine, params: { ...whitened(1), ...linear, ...fineParams, crossValidation: { folds: 2, steps: 2 } } },
    ],
    [
      'semirest',
      'SEMI_SUPERVISED',
      { ...fine, params: { syntheticShare: 0.2, ...whitened(1), ...linear, ...fineParams, mixMatch: false } },
    ],
  ])('%s, %s, %o', (id, supervision, variation) => {
    it('trains to the same bits from a checkpoint, finds a defect and predicts what its ONNX file does', async () => {
      const checkpoints: DetectorCheckpoint[] = [];
      const trained = await train(id, supervision, 1, {
        ...variation,
        checkpoint: async (save) => void checkpoints.push(structuredClone(await save())),
      });
      const { plan, state } = trained;
      const normal = await predict(plan, state, sampleImage(64, 64, 50));
      const anomalous = await predict(plan, state, defective(51));
      expect(anomalous.anomalyScore).toBeGreaterThan(normal.anomalyScore);
      expect(anomalous.matches!.of(0).imageId).toMatch(/^normal-/);
      expect(await distanceToOnnx(trained, [defective(51), sampleImage(64, 64, 50)])).toBeLessThan(1e-4);
      for (const resumeFrom of checkpoints.slice(0, 1)) {
        expect((await train(id, supervision, 1, { ...variation, resumeFrom })).state).toEqual(state);
      }
    });
  });

  it('whitening is part of the state, as wide as it is asked for, and other powers give other banks', async () => {
    const stateOf = async (params: TrainingVariation['params'] = {}) =>
      (await train('patchcore', 'UNSUPERVISED', 1, { params })).state.tensors;
    const [plain, half, full] = [
      await stateOf({ whitening: 0 }),
      await stateOf(whitened(0.5)),
      await stateOf(whitened(1)),
    ];
    expect(Object.keys(plain).filter((name) => name.startsWith('whitening'))).toEqual([]);
    expect(plain['memory-bank.vectors']!.shape[1]).toBe(64);
    expect(full['whitening.matrix']!.shape).toEqual([64, 16]);
    expect(full['memory-bank.vectors']!.shape[1]).toBe(16);
    expect(half['memory-bank.vectors']!.data).not.toEqual(full['memory-bank.vectors']!.data);
    const all = await stateOf({ whitening: 1 });
    expect(all['whitening.matrix']!.shape).toEqual([64, 64]);
  });

  it('whitening looks at every normal image', async () => {
    const normalImages = Array.from({ length: 70 }, (_, i) => ({
      ...{ id: `many-${i}`, filename: `many-${i}.png` },
      load: () => Promise.resolve(sampleImage(64, 64, i)),
    }));
    const { reports } = await train('patchcore', 'UNSUPERVISED', 1, { params: whitened(1), normalImages });
    expect(reports.filter(({ stage }) => stage === 'whitening').at(-1)).toMatchObject({ step: 70, totalSteps: 70 });
  });

  it('a network sees at most 512 normal images, its memory bank all', async () => {
    const few = Array.from({ length: 8 }, (_, i) => sampleImage(64, 64, i));
    const normalImages = Array.from({ length: 515 }, (_, i) => ({
      ...{ id: `many-${i}`, filename: `many-${i}.png` },
      load: () => Promise.resolve(few[i % 8]!),
    }));
    const params = { ...linear, coresetRatio: 0.01, syntheticPool: 4 };
    const { reports } = await train('semirest', 'UNSUPERVISED', 1, { params, normalImages });
    const last = (name: string) => reports.filter(({ stage }) => stage === name).at(-1);
    expect(last('feature-extraction')).toMatchObject({ step: 515, totalSteps: 515 });
    expect(last('matching')).toMatchObject({ step: 516, totalSteps: 516 });
  });

  it('a training that continues keeps the whitening its network knows, whatever its own images say', async () => {
    const params = { ...whitened(1), ...linear };
    const residualsAlone = { ...params, featureInput: 0 };
    const { state: startFrom } = await train('semirest', 'UNSUPERVISED', 4, { params: residualsAlone });
    const normalImages = [70, 71, 72].map((seed) => ({
      ...{ id: `other-${seed}`, filename: `other-${seed}.png` },
      load: () => Promise.resolve(sampleImage(64, 64, seed)),
    }));
    const { state } = await train('semirest', 'SUPERVISED', 4, { params, startFrom, normalImages });
    expect(state.tensors['whitening.matrix']).toEqual(startFrom.tensors['whitening.matrix']);
    const { state: fresh } = await train('semirest', 'SUPERVISED', 4, { params, normalImages });
    expect(fresh.tensors['whitening.matrix']).not.toEqual(startFrom.tensors['whitening.matrix']);
    // It sees features beside residuals, which the one before did not.
    expect(startFrom.tensors['linear.weight']!.shape).toEqual([2, 16]);
    expect(state.tensors['linear.weight']!.shape).toEqual([2, 32]);
  });

  it.each([
    ['head', { head: 'swin' }, "head is swin: with fine layers it must be 'linear' or 'both'"],
    [
      'mixMatch',
      { ...linear, mixMatch: true },
      'mixMatch is true: with fine layers it must be false: boxTightness reads boxes',
    ],
    [
      'tokenPatchSize',
      { ...linear, mixMatch: false, tokenPatchSize: 2 },
      'tokenPatchSize is 2: with fine layers it must be 1',
    ],
    [
      'fineLayers',
      { ...linear, mixMatch: false, fineLayers: 3 },
      'fineLayers is 3: the feature extractor gives 3 layers',
    ],
  ])('fine layers are refused beside what cannot have them: %s', async (item, params, says) => {
    const training = train('semirest', 'SEMI_SUPERVISED', 1, { ...fine, params: { ...fineParams, ...params } });
    const refused = await training.then(
      () => undefined,
      (error: unknown) => error as ProblemError,
    );
    expect(refused?.problems.find((problem) => problem.item === item)?.message).toContain(says);
  });

  it('heads are compared on labelled images that are left out, and the better one trains', async () => {
    const compare = (crossValidation: Record<string, unknown>) =>
      train('semirest', 'SUPERVISED', 1, { params: { ...linear, steps: 20, crossValidation } });
    const choices = { folds: 2, steps: 20, headPenalties: [0.1, 100], syntheticShares: [0.35] };
    const { reports, state } = await compare(choices);
    const told = reports.filter(({ stage }) => stage === 'cross-validation');
    expect(told.map(({ step, totalSteps }) => [step, totalSteps])).toEqual([1, 2, 3, 4].map((step) => [step, 4]));
    // What was taken is what the choice alone trains.
    const weightOf = ({ tensors }: typeof state) => tensors['linear.weight']!.data;
    const alone = await Promise.all(
      [0.1, 100].map(async (headPenalty) =>
        weightOf((await compare({ ...choices, headPenalties: [headPenalty] })).state),
      ),
    );
    expect(alone.filter((weights) => largestDifference(weights, weightOf(state)) < 1e-6)).toHaveLength(1);
    const few = await compare({ ...choices, folds: 3 });
    expect(few.reports.filter(({ stage }) => stage === 'cross-validation')).toEqual([]);
  });

  it('synthetic defects beside labelled ones have the share of the loss that they are given', async () => {
    const lossesOf = async (syntheticShare: number) => {
      const params = { ...linear, headPenalty: 0, syntheticShare };
      const { reports } = await train('semirest', 'SUPERVISED', 1, { params });
      return reports.filter(({ stage }) => stage === 'training').map(({ metrics }) => metrics!);
    };
    const [apart, most, together] = [await lossesOf(0.25), await lossesOf(0.75), await lossesOf(0)];
    for (const { loss, labelled, synthetic } of [...apart, ...most])
      expect(loss).toBeCloseTo(labelled! + synthetic!, 5);
    // The first step is that of a network that says nothing yet.
    expect(most[0]!['synthetic']! / apart[0]!['synthetic']!).toBeCloseTo(3, 3);
    expect(apart[0]!['labelled']! / most[0]!['labelled']!).toBeCloseTo(3, 3);
    expect(together[0]).not.toHaveProperty('synthetic');
  });

  it('a linear head has no Swin beside it, and both have', async () => {
    const names = async (head: string) =>
      Object.keys((await train('semirest', 'UNSUPERVISED', 1, { params: { head } })).state.tensors);
    const [alone, both] = [await names('linear'), await names('both')];
    expect(alone.filter((name) => name.startsWith('swin.'))).toEqual([]);
    expect(both).toEqual(expect.arrayContaining(['swin.head.weight', 'linear.weight', 'linear.bias']));
  });
});
