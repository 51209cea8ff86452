import { afterAll, describe, expect, it } from 'vitest';
import type { DetectorState } from '../../src/plugin-api/index.js';
import { compute, largestDifference, sampleImage } from './plugins.js';
import { defective, normalImages, predict, train, type TrainingVariation } from './tinyTrainings.js';

afterAll(() => compute.dispose());

/** The map is smooth where the distance speaks alone: pixels between tokens are then above a half about as often as tokens are. */
const residualsAlone = { featureInput: 0, distancePrior: 4, residualScale: 'mean', temperature: 1 };

describe('detector semirest without labels', () => {
  it.each([
    [0.5, 0.4, 0.6],
    [0.1, 0.05, 0.15],
    [0.0001, 0, 0.001],
  ])('ends with a share of %d of the normal tokens above 0.5', async (tokenFalsePositiveRate, least, most) => {
    const params = { tokenFalsePositiveRate, ...residualsAlone };
    const { plan, state } = await train('semirest', 'UNSUPERVISED', 4, { params });
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
      const { state: startFrom } = await train('semirest', 'UNSUPERVISED', 4, { params: { featureInput: 0 } });
      const { plan, state } = await train('semirest', supervision, 4, { startFrom });
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

/** Largest difference between the networks of two states. */
function networkDifference(a: DetectorState, b: DetectorState): number {
  const names = Object.keys(a.tensors).filter((name) => name.startsWith('swin.'));
  return Math.max(...names.map((name) => largestDifference(a.tensors[name]!.data, b.tensors[name]!.data)));
}

describe('the modules of the paper, by the preset `paper`', () => {
  const synthetic = { id: 'synthetic-defect' };
  /** Two steps that are seen in the network. */
  const quick = { learningRate: 1e-2, emaDecay: 0 };
  const paper = (supervision: 'UNSUPERVISED' | 'SUPERVISED' | 'SEMI_SUPERVISED', variation: TrainingVariation = {}) =>
    train('semirest', supervision, 9, { preset: 'paper', ...variation, params: { ...quick, ...variation.params } });

  it.each<[string, TrainingVariation]>([
    ['residual function (Eq. 5)', { params: { residual: 'absolute' } }],
    ['position code (Eq. 2)', { params: { positionWeight: 0 } }],
    ['k-NN augmentation (Eq. 12)', { augmentations: [synthetic, { id: 'residual-dropout' }] }],
    ['residual dropout (Eq. 13)', { augmentations: [synthetic, { id: 'knn-residual' }] }],
  ])('%s: another network is trained without it', async (_, variation) => {
    const { state: whole } = await paper('UNSUPERVISED');
    const { state: without } = await paper('UNSUPERVISED', variation);
    expect(networkDifference(whole, without)).toBeGreaterThan(1e-4);
  });

  it('bagging (Eq. 10): the same network, another map without it', async () => {
    const { state: whole, plan } = await paper('UNSUPERVISED');
    const { state, plan: without } = await paper('UNSUPERVISED', { params: { bagging: false } });
    expect(networkDifference(whole, state)).toBe(0);
    const image = defective(51);
    const [bagged, single] = [await predict(plan, whole, image), await predict(without, state, image)];
    expect(largestDifference(bagged.anomalyMap.data, single.anomalyMap.data)).toBeGreaterThan(1e-5);
  });

  it('MixMatch (Algorithm 1): another network without it, and each of its losses has its own weight', async () => {
    // Every window, so that some of them show a box.
    const seen = { windowSamplingRatio: 1, unlabelledRampSteps: 1 };
    const boxes = (params: Record<string, unknown>) => paper('SEMI_SUPERVISED', { params: { ...seen, ...params } });
    const { state: whole } = await boxes({});
    const { state: without } = await boxes({ mixMatch: false });
    expect(networkDifference(whole, without)).toBeGreaterThan(1e-4);
    // With no weight on L_u its alpha means nothing, and that of L_x still does.
    const unweighted = { unlabelledWeight: 0 };
    const { state: base } = await boxes(unweighted);
    const { state: inside } = await boxes({ unlabelledAlpha: 0.1, ...unweighted });
    expect(networkDifference(base, inside)).toBe(0);
    const { state: outside } = await boxes({ boxLabelledAlpha: 0.9, ...unweighted });
    expect(networkDifference(base, outside)).toBeGreaterThan(1e-4);
    const { state: weighted } = await boxes({ unlabelledAlpha: 0.1 });
    expect(networkDifference(whole, weighted)).toBeGreaterThan(1e-4);
  });
});
