import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompute } from '../../src/compute/index.js';
import type { DetectorCheckpoint, DetectorState, TrainingProgress, TrainingSteps } from '../../src/plugin-api/index.js';
import type { Compute } from '../../src/shared/compute.js';
import type { Supervision } from '../../src/shared/training.js';
import { compute as tested, registry } from '../contract/plugins.js';
import { fewSteps } from '../contract/tinyDetectors.js';
import { defective, predict, train, type TrainingVariation } from '../contract/tinyTrainings.js';
import { fine, fineParams, linear, tiled, whitened } from '../contract/variations.js';
import { gradientDistance, keepsGradients } from './gradients.js';
import { detectorTolerance, firstStep } from './tolerances.js';

let processor: Compute;
beforeAll(async () => {
  processor = await createCompute({ engine: 'onnxruntime' });
});
afterAll(() => Promise.all([processor.dispose(), tested.dispose()]));

type Training = [name: string, id: string, supervision: Supervision, variation: TrainingVariation];

const trainings: Training[] = registry
  .plugins('detector')
  .flatMap(({ id, supervisions }) => supervisions.map((supervision): Training => [id, id, supervision, {}]));

/** As the presets for processors of detectors with a memory bank are. */
const withFineLayers: Training[] = [
  ['patchcore in tiles', 'patchcore', 'UNSUPERVISED', { ...tiled, params: { ...whitened(1), ...fineParams } }],
  ...(['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const).map((supervision): Training => {
    const params = {
      ...whitened(1),
      ...linear,
      ...fineParams,
      mixMatch: false,
      crossValidation: { folds: 2, steps: 2 },
    };
    return ['semirest, fine layers', 'semirest', supervision, { ...fine, params }];
  }),
];

describe.each([...trainings, ...withFineLayers])('%s (%s, %s)', (_, id, supervision, variation) => {
  it('trains and predicts as on the processor', async () => {
    const here = await twoSteps(id, supervision, { ...variation, compute: processor });
    const there = await twoSteps(id, supervision, { ...variation, compute: tested });
    expect(there.reports.map(stepOf)).toEqual(here.reports.map(stepOf));
    const { metrics, gradients, map } = detectorTolerance(id);
    const expected = metricsOf(here.reports);
    metricsOf(there.reports).forEach(({ name, step, value }, i) => {
      const tolerance = step === expected[0]!.step ? firstStep : metrics;
      const right = expected[i]!.value;
      expect(Math.abs(value - right) / Math.max(1, Math.abs(right)), `${name} of ${step}`).toBeLessThan(tolerance);
    });
    if (here.first) expect(gradientDistance(here.first, there.first!), 'first gradients').toBeLessThan(gradients);
    // A state that was trained there, too, predicts on both the same.
    for (const { plan, state } of [here, there]) {
      const [one, other] = [await maps(plan, state, processor), await maps(plan, state, tested)];
      expect(distance(one, other)).toBeLessThan(map);
    }
  });
});

/** A training and its checkpoint behind the first step; none where nothing is trained in steps. */
async function twoSteps(id: string, supervision: Supervision, variation: TrainingVariation) {
  let first: DetectorCheckpoint | undefined;
  const checkpoint: TrainingSteps['checkpoint'] = async (save) => {
    if (!first || !keepsGradients(first)) first = structuredClone(await save());
  };
  const training = await train(id, supervision, 1, {
    ...{ ...variation, checkpoint },
    params: { ...fewSteps(id), ...variation.params },
  });
  return { ...training, first };
}

const stepOf = ({ stage, step, totalSteps }: TrainingProgress) => `${stage} ${step} of ${totalSteps}`;
const metricsOf = (reports: readonly TrainingProgress[]) =>
  reports.flatMap((report) =>
    Object.entries(report.metrics ?? {}).map(([name, value]) => ({ name, value, step: stepOf(report) })),
  );

type Plan = Parameters<typeof predict>[0];
async function maps(plan: Plan, state: DetectorState, compute: Compute): Promise<Float32Array> {
  return (await predict(plan, state, defective(51), undefined, compute)).anomalyMap.data;
}

/** The largest difference, in the range of the first map. */
function distance(one: Float32Array, other: Float32Array): number {
  const range =
    one.reduce((most, value) => Math.max(most, value), -Infinity) -
    one.reduce((least, value) => Math.min(least, value), Infinity);
  const differences = one.map((value, i) => Math.abs(value - other[i]!));
  return (
    differences.reduce((most, value) => (Number.isNaN(value) ? Infinity : Math.max(most, value)), 0) / (range || 1)
  );
}
