import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import {
  ImageEntity,
  ModelAliasEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  ProjectChangeEntity,
  RetrainingProposalEntity,
  SnapshotEntity,
} from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { retrainingLook } from '../../../src/services/retraining/retrainingLook.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let version: ModelVersionEntity;
let datasetId = '';
let projectId = '';
beforeAll(async () => {
  installation = await Installation.open(database.url);
  const snapshotId = await installation.snapshot('tiles');
  version = await installation.trained({ snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } });
  const [dataset] = (await installation.services.datasets.page(everything, {})).nodes;
  [datasetId, projectId] = [dataset!.id, dataset!.projectId];
}, 120_000);
afterAll(() => installation.stop());
beforeEach(async () => {
  for (const table of ['retraining_proposal', 'retraining_rule', 'monitoring_alert']) {
    await database.dataSource.query(`DELETE FROM ${table}`);
  }
});

const manager = () => database.dataSource.manager;
const look = () => retrainingLook(database.dataSource).now();
const retraining = () => installation.services.retraining;
const proposals = () => manager().find(RetrainingProposalEntity, { order: { id: 'ASC' } });

let count = 100;
/** More images for training, with a label. */
async function label(images: number): Promise<void> {
  for (let i = 0; i < images; i++) {
    const blob = await installation.runtime.blobs.put(await encodePng(surface((count += 1))));
    await manager().insert(ImageEntity, {
      ...{ id: uuid(), datasetId, filename: `train/good/${count}.png`, ...blob, width: 64, height: 64 },
      ...{ split: 'TRAIN', label: 'NORMAL', defectType: null },
    });
  }
}

async function drift(): Promise<void> {
  await manager().insert(MonitoringAlertEntity, {
    ...{
      id: uuid(),
      projectId,
      modelId: version.modelId,
      modelVersionId: version.id,
      station: '',
      kind: 'SCORE_DRIFT',
    },
    ...{ value: 0.9, highest: 0.3, predictions: 200 },
  });
}

it('proposes nothing without a rule, and once what the rule asks for', async () => {
  await label(3);
  await look();
  expect(await proposals()).toEqual([]);
  await retraining().setRule(everything, version.modelId, { newLabels: 4, onDrift: false });
  await drift();
  await look();
  expect(await proposals()).toEqual([]);
  await label(1);
  await Promise.all([look(), look()]);
  await look();
  const [proposal, ...others] = await proposals();
  expect(others).toEqual([]);
  expect(proposal).toMatchObject({
    ...{ modelVersionId: version.id, datasetId, reasons: ['NEW_LABELS'], newLabels: 4, state: 'OPEN', decidedBy: null },
  });
  const [change] = await manager().findBy(ProjectChangeEntity, { projectId, kind: 'RETRAINING_PROPOSED' });
  expect(change).toMatchObject({ ids: [proposal!.id], details: { modelId: version.modelId, datasetId } });
});

it('proposes again after a dismissal only for new reasons', async () => {
  await retraining().setRule(everything, version.modelId, { newLabels: 4, onDrift: true });
  await drift();
  await look();
  const [first] = await proposals();
  expect(first).toMatchObject({ reasons: ['NEW_LABELS', 'SCORE_DRIFT'], newLabels: 4 });
  await retraining().dismiss(everything, first!.id, 'Ada');
  await expect(retraining().dismiss(everything, first!.id, 'Ada')).rejects.toMatchObject({
    problems: [{ code: 'CONFLICT', field: ['input', 'proposalId'] }],
  });
  await look();
  expect(await proposals()).toMatchObject([{ state: 'DISMISSED', decidedBy: 'Ada' }]);
  await label(4);
  await look();
  expect(await proposals()).toMatchObject([{ state: 'DISMISSED' }, { reasons: ['NEW_LABELS'], newLabels: 8 }]);
});

it('starts a training with the settings of the version on what the data set is now, once, and moves no alias', async () => {
  await retraining().setRule(everything, version.modelId, { newLabels: 1, onDrift: false });
  await look();
  const [open] = await proposals();
  const started = await retraining().start(everything, open!.id, 'Ada');
  expect(started).toMatchObject({ state: 'STARTED', decidedBy: 'Ada' });
  await expect(retraining().start(everything, open!.id, 'Ada')).rejects.toMatchObject({
    problems: [{ code: 'CONFLICT' }],
  });
  const run = await installation.services.trainingRuns.require(everything, started.trainingRunId!);
  const before = await installation.services.trainingRuns.require(everything, version.trainingRunId);
  const settings = ({ detector, featureExtractor, settings: given, supervision, seed }: typeof run) => ({
    ...{ detector, featureExtractor, given, supervision, seed },
  });
  expect(settings(run)).toEqual(settings(before));
  const snapshot = await manager().findOneByOrFail(SnapshotEntity, { id: run.snapshotId });
  expect(snapshot.counts.images).toBe(5 + 8);
  expect((await installation.ended(run.jobId)).job.state).toBe('COMPLETED');
  expect(await manager().countBy(ModelVersionEntity, { modelId: version.modelId })).toBe(2);
  expect(await manager().countBy(ModelAliasEntity, { modelId: version.modelId })).toBe(0);
  await look();
  // The newest version has seen them all.
  expect(await proposals()).toMatchObject([{ state: 'STARTED' }]);
});

it('refuses numbers that are none, and models and proposals that are not there', async () => {
  await expect(
    retraining().setRule(everything, version.modelId, { newLabels: 0, onDrift: true }),
  ).rejects.toMatchObject({ problems: [{ code: 'BAD_USER_INPUT', field: ['input', 'newLabels'] }] });
  await expect(retraining().setRule(everything, uuid(), { newLabels: 1, onDrift: true })).rejects.toMatchObject({
    problems: [{ code: 'NOT_FOUND' }],
  });
  await expect(retraining().start(everything, uuid(), null)).rejects.toMatchObject({
    problems: [{ code: 'NOT_FOUND', field: ['input', 'proposalId'] }],
  });
});
