import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EagerCompute } from '../../../../../../src/compute/engines/eager.js';
import { createCompute } from '../../../../../../src/compute/index.js';
import { semirestParams } from '../../../../../../plugins/detectors/semirest/semirestParams.js';
import { hostTensor, type Compute } from '../../../../../../src/shared/compute.js';
import type { TrainingProgress } from '../../../../../../src/plugin-api/index.js';
import { RandomSource } from '../../../../../../src/shared/random.js';
import { labelValues } from '../../../../../../src/toolkit/labels/blockLabels.js';
import type { MatchedImage } from '../../../../../../plugins/detectors/semirest/window-training/matchedImage.js';
import {
  matchingDistance,
  tokenScores,
} from '../../../../../../plugins/detectors/semirest/window-training/tokenScores.js';
import {
  trainOnWindows,
  type WindowTrainingContext,
} from '../../../../../../plugins/detectors/semirest/window-training/trainOnWindows.js';
import { initialSwinParameters } from '../../../../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { focalLoss } from '../../../../../../src/toolkit/losses/focalLoss.js';
import { windowGrid } from '../../../../../../plugins/detectors/semirest/windows/windowStarts.js';

const channels = 8;
const side = 8;
const grid = windowGrid(side, side, 4, 2);
const { NORMAL, UNKNOWN, ANOMALOUS } = labelValues;
const scoring = {
  featureInput: 0,
  residualInput: 'logarithm',
  distancePrior: 1,
  headNeighbourhood: 5,
  fineWeight: 0.3,
} as const;

/** What a defect adds to the features: synthetic ones stand out plainly, the real ones less, and in other channels. */
const synthetic = [5, 5, 5, 5, 0, 0, 0, 0];
const real = [0, 0, 0, 0, 3.5, 3.5, 3.5, 3.5];

/** Tokens near the only memory vector, but for a defect of 2 x 2 tokens that lies inside a box of 4 x 4. */
function image(random: RandomSource, defect?: readonly number[], box?: number): MatchedImage {
  const features = Float32Array.from({ length: side * side * channels }, () => random.normal());
  const labels = new Float32Array(side * side).fill(NORMAL);
  for (let row = 2; row < 6; row++) {
    for (let column = 2; column < 6; column++) {
      const place = row * side + column;
      const isDefect = row >= 3 && row < 5 && column >= 3 && column < 5;
      if (box !== undefined) labels[place] = box;
      if (!defect || !isDefect) continue;
      if (box === undefined) labels[place] = ANOMALOUS;
      defect.forEach((shift, c) => (features[place * channels + c]! += shift));
    }
  }
  return { features, neighbours: new Int32Array(side * side), labels };
}

/** Starves no token. */
const evenLoss: typeof focalLoss = (scores, labels) => focalLoss(scores, labels, { alpha: 0.5, gamma: 0 });

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime' });
});
afterAll(() => compute.dispose());

function context(anomalous: MatchedImage[], reports: Record<string, number>[]): WindowTrainingContext {
  const random = RandomSource.fromSeed(3);
  const swinSettings = { inputDimension: channels, dimension: 16, heads: 2, window: 4, blocks: 2 };
  const parameters = initialSwinParameters(swinSettings, random.fork());
  parameters['head.weight']!.data.fill(0);
  return {
    compute,
    steps: {
      random: random.fork(),
      resumeFrom: undefined,
      checkpoint: () => Promise.resolve(),
      report: ({ metrics }: TrainingProgress) => reports.push({ ...metrics }),
      signal: new AbortController().signal,
    },
    supervision: 'SEMI_SUPERVISED',
    params: semirestParams.parse({
      ...scoring,
      ...{ boxTightness: 0, mixMatch: true, anomalousWindowsFirst: true },
      steps: 60,
      learningRate: 3e-3,
      windowSize: 4,
      windowStep: 2,
      emaDecay: 0.9,
      normalImagesPerStep: 1,
      syntheticImagesPerStep: 1,
      anomalousImagesPerStep: 2,
      unlabelledRampSteps: 20,
    }),
    samples: {
      normal: Array.from({ length: 4 }, () => image(random)),
      synthetic: Array.from({ length: 4 }, () => ({
        ...image(random, synthetic),
        mask: { width: 1, height: 1, data: new Uint8Array(1) },
      })),
      anomalous,
    },
    loss: focalLoss,
    grid,
    neighbours: 1,
    bank: hostTensor(new Float32Array(channels), [1, channels]),
    residualScale: hostTensor(Float32Array.of(1), [1]),
    parameters,
    residualAugmentations: [],
    imageAugmentations: [],
    normalImages: [],
    anomalousImages: [],
    startFrom: undefined,
  } as unknown as WindowTrainingContext;
}

/** The same training with other parameters. */
const changed = (training: WindowTrainingContext, params: Partial<WindowTrainingContext['params']>) => ({
  ...training,
  params: { ...training.params, ...params },
});

/** Mean anomaly probability of the tokens inside the box of a new image: of the defect, and beside it. */
function scores(parameters: Awaited<ReturnType<typeof trainOnWindows>>, seed: number) {
  const { features, labels } = image(RandomSource.fromSeed(seed), real);
  return tf.tidy(() => {
    const swin = Object.fromEntries(
      Object.entries(parameters).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const tokens = tf.slice(
      tf.square(tf.tensor4d(features, [1, side, side, channels])),
      [0, 2, 2, 0],
      [1, 4, 4, channels],
    );
    const found = tokenScores(swin, tokens, matchingDistance(tokens, scoring), scoring).dataSync();
    const inside = [...found].map((score, i) => ({
      score,
      label: labels[(2 + Math.floor(i / 4)) * side + 2 + (i % 4)],
    }));
    const mean = (label: number) => {
      const chosen = inside.filter((token) => token.label === label);
      return chosen.reduce((sum, token) => sum + token.score, 0) / chosen.length;
    };
    return { defect: mean(ANOMALOUS), beside: mean(NORMAL) };
  });
}

describe('training on boxes (Algorithm 1)', () => {
  it('learns from inside the boxes, where nobody said which token is the defect', async () => {
    const reports: Record<string, number>[] = [];
    const random = RandomSource.fromSeed(8);
    const boxed = Array.from({ length: 4 }, () => image(random, real, UNKNOWN));
    const training = context(boxed, reports);
    const withBoxes = scores(await trainOnWindows(training), 99);
    const without = scores(await trainOnWindows(changed(context(boxed, []), { mixMatch: false })), 99);
    expect(withBoxes.defect - withBoxes.beside).toBeGreaterThan(without.defect - without.beside + 0.05);
    expect(withBoxes.defect).toBeGreaterThan(0.6);
    expect(withBoxes.beside).toBeLessThan(0.3);
    // The unlabelled part begins at weight 0 and is ramped up; the whole is the sum of its parts.
    expect(reports[0]).toMatchObject({ unlabelled: 0 });
    expect(reports.at(-1)!['unlabelled']).toBeGreaterThan(0);
    for (const { loss, labelled, boxLabelled, unlabelled } of reports) {
      expect(loss).toBeCloseTo(labelled! + boxLabelled! + unlabelled!, 5);
    }
  });

  it('learns from the tightness of boxes: each row and column has a defective token', async () => {
    const reports: Record<string, number>[] = [];
    const random = RandomSource.fromSeed(8);
    const boxed = Array.from({ length: 4 }, () => image(random, real, UNKNOWN));
    const even = (told: Record<string, number>[]) => ({ ...context(boxed, told), loss: evenLoss });
    const alone = { mixMatch: false, boxTightness: 1 };
    const tight = scores(await trainOnWindows(changed(even(reports), alone)), 99);
    const without = scores(await trainOnWindows(changed(even([]), { ...alone, boxTightness: 0 })), 99);
    expect(tight.defect - tight.beside).toBeGreaterThan(without.defect - without.beside + 0.05);
    expect(tight.defect).toBeGreaterThan(0.6);
    expect(tight.beside).toBeLessThan(0.3);
    for (const { loss, labelled, outsideBoxes, boxLines } of reports) {
      expect(loss).toBeCloseTo(labelled! + outsideBoxes! + boxLines!, 5);
    }
  });

  it('learns from MixMatch and tightness together, each with all of its parts', async () => {
    const reports: Record<string, number>[] = [];
    const boxed = [image(RandomSource.fromSeed(8), real, UNKNOWN)];
    await trainOnWindows(changed(context(boxed, reports), { boxTightness: 1, steps: 2 }));
    const names = ['labelled', 'boxLabelled', 'unlabelled', 'outsideBoxes', 'boxLines'];
    for (const { loss, ...parts } of reports) {
      expect(Object.keys(parts).sort()).toEqual([...names].sort());
      const sum = names.reduce((total, name) => total + parts[name]!, 0);
      expect(loss).toBeCloseTo(sum, 5);
    }
  });

  it('is the same step by step on an engine that runs eagerly, and leaves no tensor behind', async () => {
    const random = RandomSource.fromSeed(8);
    const boxed = [image(random, real, UNKNOWN), image(random, real, UNKNOWN)];
    const losses = async (engine: Compute) => {
      const reports: Record<string, number>[] = [];
      const training = changed(context(boxed, reports), { boxTightness: 1, steps: 3 });
      await trainOnWindows({ ...training, compute: engine });
      return reports;
    };
    const traced = await losses(compute);
    const before = tf.memory().numTensors;
    const eager = await losses(new EagerCompute('eager', 'cpu', {}));
    expect(tf.memory().numTensors).toBe(before);
    expect(eager).toHaveLength(3);
    eager.forEach((parts, step) => {
      for (const [name, value] of Object.entries(parts)) expect(value).toBeCloseTo(traced[step]![name]!, 4);
    });
  });
});
