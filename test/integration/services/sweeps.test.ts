import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import {
  EvaluationEntity,
  ImageEntity,
  ModelAliasEntity,
  ProjectChangeEntity,
  type SweepEntity,
} from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { resultsOf, winnerOf } from '../../../src/services/sweeps/results.js';
import { sweepLook } from '../../../src/services/sweeps/sweepSteps.js';
import type { StartSweep } from '../../../src/services/sweeps.service.js';
import type { ProblemError } from '../../../src/shared/errors.js';
import type { Supervision } from '../../../src/shared/training.js';
import { tinyDetectors } from '../../contract/tinyDetectors.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';
import { tinySettings } from '../../support/tinySettings.js';

const database = useDatabase();
let installation: Installation;
let snapshotId = '';
let withoutValidation = '';
/** With masks in training, and none in validation. */
let labelled = '';
beforeAll(async () => {
  installation = await Installation.open(database.url);
  withoutValidation = await installation.snapshot('tiles', 6);
  snapshotId = await withValidation('tiles');
  await installation.snapshot('labelled', 6, 64, 2);
  labelled = await withValidation('labelled');
}, 120_000);
afterAll(() => installation.stop());

const manager = () => database.dataSource.manager;
const sweeps = () => installation.services.sweeps;

/** Adds two normal and two anomalous validation images to a data set. @returns a snapshot. */
async function withValidation(name: string): Promise<string> {
  const { id: datasetId } = (await installation.services.datasets.byName(everything, name))!;
  for (const [i, isDefective] of [false, true, false, true].entries()) {
    const blob = await installation.runtime.blobs.put(await encodePng(surface(70 + i, isDefective)));
    await manager().insert(ImageEntity, {
      ...{ id: uuid(), datasetId, filename: `validation/${i}.png`, ...blob, width: 64, height: 64 },
      ...{ split: 'VALIDATION', label: isDefective ? 'ANOMALOUS' : 'NORMAL', defectType: null },
    });
  }
  return (await installation.services.snapshots.create(everything, { datasetId })).id;
}

/** A look of any process, at some time after now. */
function look(minutes = 0) {
  const now = () => new Date(Date.now() + minutes * 60_000);
  return sweepLook({ ...installation.runtime, ...installation.services }, now).now();
}

function start(change: Partial<StartSweep> = {}) {
  return sweeps().start(everything, {
    ...{ snapshotId, modelName: 'tiles', supervision: 'UNSUPERVISED', metric: 'IMAGE_AUROC', budgetMinutes: 30 },
    ...{ detector: { id: 'patchcore', params: tinyDetectors['patchcore']?.params }, settings: tinySettings },
    ...{ space: { reweightingNeighbours: [2, 3] }, seeds: [0], author: 'Ada', ...change },
  });
}

/** Instead of one detector and a space. */
const several = { detector: null, space: null };

const trialsOf = ({ id }: SweepEntity) => sweeps().trialsOf(everything, [id]);
const again = async ({ id }: SweepEntity) => (await sweeps().byIds(everything, [id]))[0]!;

/** Looks, and waits for the job of the trial under way, until the sweep is over. */
async function finish(sweep: SweepEntity): Promise<SweepEntity> {
  for (let steps = 0; steps < 30; steps++) {
    await look();
    const now = await again(sweep);
    if (now.state !== 'RUNNING') return now;
    const current = (await trialsOf(sweep)).find(({ state }) => state === 'TRAINING' || state === 'EVALUATING');
    // One whose training was refused has no job.
    if (current) await installation.ended((current.evaluationId ?? current.trainingRunId)!);
  }
  throw new Error('the sweep does not end');
}

it('tries every candidate with every seed on the validation split alone, and proposes a winner', async () => {
  const space = { reweightingNeighbours: [2, 3] };
  const sweep = await start({ space });
  const over = await finish(sweep);
  expect(over).toMatchObject({
    state: 'COMPLETED',
    endReason: 'ALL_TRIED',
    candidates: [{}, { reweightingNeighbours: 2 }, { reweightingNeighbours: 3 }].map((changes) => ({ changes })),
  });
  const trials = await trialsOf(sweep);
  expect(trials.map(({ state, problem }) => [state, problem])).toEqual(Array.from({ length: 3 }, () => ['DONE', null]));
  const evaluations = await manager().find(EvaluationEntity);
  expect(evaluations).toHaveLength(3);
  expect(evaluations.every(({ split }) => split === 'VALIDATION')).toBe(true);
  for (const trial of trials) {
    const run = await installation.services.trainingRuns.require(everything, trial.trainingRunId!);
    const { metrics } = evaluations.find(({ jobId }) => jobId === trial.evaluationId)!;
    expect(trial.value).toBe(metrics!.imageAuroc);
    if (trial.candidate > 0) expect(run.detector.params).toMatchObject(over.candidates[trial.candidate]!.changes);
  }
  expect(winnerOf(resultsOf(over, trials))).not.toBeNull();
  expect(await manager().count(ModelAliasEntity)).toBe(0);
  const { projectId } = over;
  const changes = await manager().findBy(ProjectChangeEntity, { projectId });
  const mine = changes.filter(({ ids }) => ids.includes(sweep.id)).map(({ kind }) => kind);
  expect(mine).toEqual(['SWEEP_STARTED', 'SWEEP_ENDED']);
}, 240_000);

it('compares several detectors in their turns, each by its preset, and goes on behind one that fails', async () => {
  const method = (id: string, supervision?: Supervision) => ({ id, params: tinyDetectors[id]!.params, supervision });
  const detectors = [method('patchcore'), method('devnet', 'SUPERVISED'), method('padim')];
  const sweep = await start({ ...several, snapshotId: labelled, detectors, seeds: [0, 1] });
  // Between its start and its turn the labels go.
  const masked = { split: 'TRAIN', label: 'ANOMALOUS', dataset: { name: 'labelled' } } as const;
  for (const { id } of await manager().findBy(ImageEntity, masked)) {
    await manager().update(ImageEntity, { id }, { erasedAt: new Date() });
  }
  expect(await finish(sweep)).toMatchObject({ state: 'COMPLETED', endReason: 'ALL_TRIED' });
  const trials = await trialsOf(sweep);
  const turns = trials.map(({ candidate, seed, state }) => [sweep.candidates[candidate]!.detector.id, seed, state]);
  expect(turns).toEqual([
    ...[0, 1].flatMap((seed) => [
      ['patchcore', seed, 'DONE'],
      ['devnet', seed, 'FAILED'],
      ['padim', seed, 'DONE'],
    ]),
  ]);
  expect(trials[1]!.problem).toContain('no anomalous training image with PIXEL labels');
  for (const { candidate, trainingRunId } of trials.filter(({ state }) => state === 'DONE')) {
    const run = await installation.services.trainingRuns.require(everything, trainingRunId!);
    const { detector, changes } = sweep.candidates[candidate]!;
    expect(run).toMatchObject({ supervision: 'UNSUPERVISED', detector: { id: detector.id, params: changes } });
  }
  // What nobody named is the preset's.
  const run = await installation.services.trainingRuns.require(everything, trials[0]!.trainingRunId!);
  expect(run.detector.params).toMatchObject({ whitening: 1 });
  const results = resultsOf(sweep, trials);
  const padim = results.find(({ detector }) => detector.id === 'padim')!;
  expect(padim.difference).toMatchObject({ low: expect.any(Number) as number });
  expect(results.at(-1)).toMatchObject({ detector: { id: 'devnet' }, mean: null, difference: null });
}, 240_000);

it('goes on where another process stopped, and starts no job twice', async () => {
  const sweep = await start({ space: { reweightingNeighbours: [2] } });
  await look();
  const [first] = await trialsOf(sweep);
  // As after a process that died between the job and the row.
  await manager().query(`UPDATE sweep_trial SET state = 'WAITING', training_run_id = NULL WHERE sweep_id = $1`, [
    sweep.id,
  ]);
  await Promise.all([look(), look()]);
  expect((await trialsOf(sweep))[0]).toMatchObject({ state: 'TRAINING', trainingRunId: first!.trainingRunId });
  expect(await finish(sweep)).toMatchObject({ endReason: 'ALL_TRIED' });
}, 240_000);

it('ends when its minutes are used, or somebody cancels it, with the job that it runs', async () => {
  const late = await start({ budgetMinutes: 5 });
  await look();
  await look(6);
  expect(await again(late)).toMatchObject({ state: 'COMPLETED', endReason: 'BUDGET' });
  expect((await trialsOf(late)).every(({ state }) => state === 'SKIPPED')).toBe(true);

  // A training that has ended by then is not evaluated any more, by a job that nobody would stop.
  const trained = await start({ budgetMinutes: 5, seeds: [7], space: { reweightingNeighbours: [2] } });
  await look();
  const { trainingRunId } = (await trialsOf(trained)).find(({ state }) => state === 'TRAINING')!;
  expect((await installation.ended(trainingRunId!)).job.state).toBe('COMPLETED');
  const evaluations = await manager().count(EvaluationEntity);
  await look(6);
  expect(await again(trained)).toMatchObject({ state: 'COMPLETED', endReason: 'BUDGET' });
  expect((await trialsOf(trained)).every(({ state }) => state === 'SKIPPED')).toBe(true);
  expect(await manager().count(EvaluationEntity)).toBe(evaluations);

  const cancelled = await start();
  await look();
  const [trial] = await trialsOf(cancelled);
  expect(await sweeps().cancel(everything, cancelled.id)).toMatchObject({ state: 'CANCELLED', endReason: 'CANCELLED' });
  const { job } = await installation.ended(trial!.trainingRunId!);
  expect(['CANCELLED', 'COMPLETED']).toContain(job.state);
  await look();
  expect((await trialsOf(cancelled)).every(({ state }) => state === 'SKIPPED')).toBe(true);
  await expect(sweeps().cancel(everything, cancelled.id)).rejects.toMatchObject({ problems: [{ code: 'CONFLICT' }] });
}, 240_000);

/** What a sweep is refused for. */
async function refusal(change: Partial<StartSweep>) {
  const refused: unknown = await start(change).catch((error: unknown) => error);
  return (refused as ProblemError).problems;
}

it('is refused with all that is wrong: parameters the detector does not take, data, seeds, minutes', async () => {
  const codes = async (change: Partial<StartSweep>) => (await refusal(change)).map(({ code, item }) => [code, item]);
  const wrong = await codes({ space: { reweightingNeighbours: [2, -3], unheardOf: [1] } });
  expect(new Set(wrong.map(([code]) => code))).toEqual(new Set(['PLUGIN_PARAMS_INVALID']));
  expect(wrong.some(([, item]) => item === '{"reweightingNeighbours":-3,"unheardOf":1}')).toBe(true);
  expect(await codes({ snapshotId: withoutValidation })).toMatchObject([['TRAINING_DATA_INSUFFICIENT', undefined]]);
  const all = await codes({ snapshotId: uuid(), seeds: [1, 1], budgetMinutes: 0, space: {} });
  expect(all.map(([code]) => code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'NOT_FOUND']);
  expect(await manager().query('SELECT FROM sweep WHERE state = $1', ['RUNNING'])).toEqual([]);
});

it('of several detectors is refused by the name of each that cannot be tried', async () => {
  const detectors: StartSweep['detectors'] = [
    { id: 'patchcore' },
    { id: 'unheard-of' },
    { id: 'padim', supervision: 'SUPERVISED' },
    { id: 'devnet', supervision: 'SUPERVISED' },
    { id: 'rd', params: { width: -1 } },
  ];
  const problems = await refusal({ ...several, detectors });
  const named = problems.map(({ code, item, field }) => [code, item, field?.slice(1).join('.')]);
  expect(named).toEqual([
    ['CONFIG_INVALID', 'unheard-of, UNSUPERVISED', 'detectors.1.name'],
    ['CONFIG_INVALID', 'padim, SUPERVISED', 'detectors.2.supervision'],
    ['TRAINING_DATA_INSUFFICIENT', 'padim, SUPERVISED', 'detectors.2'],
    ['TRAINING_DATA_INSUFFICIENT', 'devnet, SUPERVISED', 'detectors.3'],
    ['PLUGIN_PARAMS_INVALID', 'rd, UNSUPERVISED', 'detectors.4.params.width'],
  ]);
  expect((await refusal({ detectors }))[0]!.message).toContain('give one of the two');
  const pixels = await refusal({ ...several, detectors: [{ id: 'patchcore' }, { id: 'padim' }], metric: 'PIXEL_AP' });
  expect(pixels.map(({ message }) => message)).toEqual([expect.stringContaining('which PIXEL_AP needs')]);
  const [missing] = await refusal({ snapshotId: withoutValidation });
  expect(missing!.message).toContain('residua split');
});
