import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ModelVersionEntity, ShadowCountEntity } from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { PredictionLogWriter } from '../../../src/services/prediction-log/predictionLogWriter.js';
import { disagreementOf } from '../../../src/services/shadow/disagreement.js';
import { ShadowScoring } from '../../../src/services/shadow/shadowScoring.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let champion: ModelVersionEntity;
let challenger: ModelVersionEntity;
beforeAll(async () => {
  installation = await Installation.open(database.url);
  const snapshotId = await installation.snapshot('tiles');
  const choice = { snapshotId, modelName: 'tiles', detector: { id: 'patchcore' } } as const;
  champion = await installation.trained(choice);
  challenger = await installation.trained({ ...choice, settings: { imageSize: 32 }, seed: 1 });
}, 240_000);
afterAll(() => installation.stop());
beforeEach(async () => {
  await installation.services.shadows.settled();
  await database.dataSource.query('DELETE FROM logged_prediction');
  await database.dataSource.query('DELETE FROM shadow_count');
});

const modelAliases = () => installation.services.modelAliases;

async function ask(isDefective: boolean) {
  const bytes = await encodePng(surface(7, isDefective));
  return installation.services.predictions.predictSent(everything, {
    ...{ modelVersionId: champion.id, bytes, withMap: false },
  });
}

const said = async (differs?: boolean) =>
  (await installation.services.shadows.page(everything, { modelVersionId: challenger.id, differs }, {})).nodes;

describe('a challenger', () => {
  it('is asked what the champion was asked, once it has its alias, and the greatest disagreement comes first', async () => {
    await ask(true);
    await installation.services.shadows.settled();
    expect(await said()).toEqual([]);
    await modelAliases().set(everything, { modelVersionId: challenger.id, alias: 'challenger', author: null });
    const fresh = freshScoring();
    const { manager } = database.dataSource;
    const threshold = challenger.imageThreshold;
    // It calls everything anomalous: the normal image is where they differ.
    await manager.update(ModelVersionEntity, { id: challenger.id }, { imageThreshold: 1e-9 });
    for (const isDefective of [true, false]) await offer(fresh, isDefective);
    await fresh.settled();
    await fresh.stop();
    await manager.update(ModelVersionEntity, { id: challenger.id }, { imageThreshold: threshold });
    const all = await said();
    expect(all.map(({ differs, prediction }) => [differs, prediction.isAnomalous])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(all[0]!.disagreement).toBeGreaterThan(100);
    expect(all[1]).toMatchObject({ isAnomalous: true, imageThreshold: 1e-9 });
    expect(await said(true)).toHaveLength(1);
    expect(await installation.services.shadows.countsOf([challenger.id, champion.id])).toMatchObject([
      { bothAnomalous: 1, onlyShadow: 1, onlyServed: 0, bothNormal: 0, dropped: 0, failed: 0 },
      { bothAnomalous: 0 },
    ]);
  });

  it('is not asked about its own answers', async () => {
    const fresh = freshScoring();
    await offer(fresh, true, challenger);
    await fresh.settled();
    await fresh.stop();
    expect(await said()).toEqual([]);
  });

  it('drops what comes beyond fifty that wait, counts it, and counts what no worker answers', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const refusing = { call: () => held.then(() => Promise.reject(new Error('nobody is there'))) };
    const fresh = freshScoring(refusing);
    const image = await encodePng(surface(1));
    const verdict = { anomalyScore: 1, isAnomalous: true, imageThreshold: 1 };
    const question = { modelId: champion.modelId, modelVersionId: champion.id, verdict, image };
    for (let i = 0; i < 60; i++) fresh.offer({ ...question, predictionId: champion.id });
    release();
    await fresh.settled();
    await fresh.stop();
    const [counts] = await database.dataSource.manager.find(ShadowCountEntity);
    // One is asked while fifty wait.
    expect(counts).toMatchObject({ dropped: 9, failed: 51, bothAnomalous: 0 });
    expect(await said()).toEqual([]);
  });
});

/** One that knows nothing of earlier aliases. @param calls that reach no worker. */
function freshScoring(calls: unknown = installation.runtime.calls): ShadowScoring {
  const { dataSource, pixels, blobs, config } = installation.runtime;
  const log = new PredictionLogWriter(dataSource, blobs);
  return new ShadowScoring({ dataSource, pixels, log, limits: config.limits, calls: calls as never });
}

/** Offers what a version was asked and has answered. */
async function offer(scoring: ShadowScoring, isDefective: boolean, of = champion): Promise<void> {
  const { services } = installation;
  const image = await encodePng(surface(7, isDefective));
  const answer = await services.predictions.predictSent(everything, {
    modelVersionId: of.id,
    bytes: image,
    withMap: false,
  });
  await services.predictionLog.flush();
  const { projectId } = (await services.models.byIds(everything, [of.modelId]))[0]!;
  const [logged] = (await services.predictionLog.page(everything, projectId, {}, { first: 1 })).nodes;
  const { anomalyScore, isAnomalous, imageThreshold } = answer;
  const verdict = { anomalyScore, isAnomalous, imageThreshold };
  scoring.offer({ predictionId: logged!.id, modelId: of.modelId, modelVersionId: of.id, verdict, image });
}

describe('disagreement', () => {
  const verdict = (anomalyScore: number, imageThreshold: number | null) => ({
    ...{ anomalyScore, imageThreshold, isAnomalous: anomalyScore >= (imageThreshold ?? 0) },
  });

  it('is in powers of two beside the thresholds, and different verdicts stand before all others', () => {
    expect(disagreementOf(verdict(2, 1), verdict(8, 1))).toBe(2);
    expect(disagreementOf(verdict(2, 1), verdict(200, 100))).toBe(0);
    expect(disagreementOf(verdict(0.9, 1), verdict(1, 1))).toBeGreaterThan(100);
    expect(disagreementOf(verdict(0, 1), verdict(1e9, 1))).toBe(120);
    expect(disagreementOf(verdict(5, null), verdict(1, 1))).toBe(0);
  });
});
