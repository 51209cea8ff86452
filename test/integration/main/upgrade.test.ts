import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { migrate, pendingMigrations } from '../../../src/database/index.js';
import { ImageEntity, ModelVersionEntity, TrainingRunEntity } from '../../../src/database/entities/index.js';
import { builtInPlugins } from '../../../plugins/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { usabilityOf } from '../../../src/services/registry/usability.js';
import { upgradeReport, type UpgradeReport } from '../../../src/services/upgradeReport.js';
import { filesOf } from '../../../src/services/storage/backupManifest.js';
import { useDatabase } from '../../support/database.js';
import { earlierBackup, earlierScores, fillAsBefore } from '../../support/earlierInstallation.js';
import { Installation } from '../../support/installation.js';

const database = useDatabase();
let blobs: string;
beforeAll(async () => {
  blobs = await mkdtemp(path.join(os.tmpdir(), 'residua-upgrade-'));
  await cp(filesOf(earlierBackup), blobs, { recursive: true });
});
afterAll(() => rm(blobs, { recursive: true }));

describe('an installation of an earlier release', () => {
  let installation: Installation;
  let pending: string[];
  let report: UpgradeReport;
  beforeAll(async () => {
    await fillAsBefore(database.dataSource);
    pending = await pendingMigrations(database.dataSource);
    report = await upgradeReport(database.dataSource, new PluginRegistry(builtInPlugins));
    expect(await pendingMigrations(database.dataSource)).toEqual(pending);
    await migrate(database.dataSource);
    installation = await Installation.open(database.url, { RESIDUA_BLOB_DIRECTORY: blobs });
  });
  afterAll(() => installation.stop());

  const versionOf = async (modelName: string): Promise<ModelVersionEntity> => {
    const { manager } = installation.runtime.dataSource;
    const { jobId } = await manager.findOneByOrFail(TrainingRunEntity, { modelName });
    return manager.findOneByOrFail(ModelVersionEntity, { trainingRunId: jobId });
  };

  it('was told before the upgrade what it does, and nothing was changed by that', () => {
    expect(pending.length).toBeGreaterThan(0);
    expect(report).toMatchObject({ migrations: pending, versions: 7, lostVersions: [], runs: 2, lostRuns: [] });
  });

  it('would have been told of models and trainings that this release cannot go on with', async () => {
    const others = builtInPlugins.filter(({ id }) => id !== 'semirest');
    // What differs from what was recorded, and is not said to carry it on.
    const strangers = others.map((plugin) => (plugin.id === 'padim' ? { ...plugin, earlierDigests: [] } : plugin));
    const { lostVersions, lostRuns } = await upgradeReport(database.dataSource, new PluginRegistry(strangers));
    expect([...new Set(lostVersions.map(({ model }) => model))].sort()).toEqual(
      expect.arrayContaining(['padim', 'semirest-semi-supervised', 'semirest-supervised', 'semirest-unsupervised']),
    );
    expect(lostVersions.map(({ model }) => model)).not.toContain('patchcore');
    for (const { problems } of [...lostVersions, ...lostRuns]) {
      expect(problems).toMatchObject([{ code: 'MODEL_PLUGIN_MISMATCH' }]);
    }
  });

  it('says of each model what it is good for', async () => {
    const { trainingRunId } = await versionOf('semirest-supervised');
    const run = await installation.services.trainingRuns.require(everything, trainingRunId);
    expect(usabilityOf(new PluginRegistry(builtInPlugins), run)).toEqual({
      ...{ predicts: true, continues: true, problems: [] },
    });
    const without = usabilityOf(new PluginRegistry(builtInPlugins.filter(({ id }) => id !== 'mobilenet-v3')), run);
    expect(without).toMatchObject({
      ...{ predicts: false, continues: false },
      problems: [{ code: 'MODEL_PLUGIN_MISMATCH', message: expect.stringContaining('not installed') as string }],
    });
  });

  it('predicts what it predicted, with every model', async () => {
    const scores = await earlierScores();
    expect(Object.keys(scores)).toHaveLength(7);
    for (const [model, images] of Object.entries(scores)) {
      const { id: modelVersionId } = await versionOf(model);
      for (const [filename, score] of Object.entries(images)) {
        const image = await installation.runtime.dataSource.manager.findOneByOrFail(ImageEntity, { filename });
        const { anomalyScore } = await installation.services.predictions.predict(everything, {
          modelVersionId,
          imageId: image.id,
          keepPictures: true,
        });
        expect.soft(anomalyScore / score, `${model} on ${filename}`).toBeCloseTo(1, 4);
      }
    }
  });

  it.each(['under-way', 'waiting'])('finishes the training that was %s', async (modelName) => {
    const { manager } = installation.runtime.dataSource;
    const { jobId } = await manager.findOneByOrFail(TrainingRunEntity, { modelName });
    const { job, events } = await installation.ended(jobId);
    expect(job).toMatchObject({ state: 'COMPLETED', failure: null });
    const logs = events.flatMap(({ payload }) => ('message' in payload ? [payload.message] : []));
    // Checkpoints of that release have another layout than this one's.
    if (modelName === 'under-way') expect(logs.join('\n')).toContain('of another release: the training begins anew');
  });

  it.each(['patchcore', 'semirest-supervised'])('exports %s in both formats', async (model) => {
    const { id: modelVersionId } = await versionOf(model);
    for (const format of ['onnx', 'bundle']) {
      const { jobId } = await installation.services.modelExports.start(everything, { modelVersionId, format });
      expect((await installation.ended(jobId)).job).toMatchObject({ state: 'COMPLETED', failure: null });
    }
  });
});
