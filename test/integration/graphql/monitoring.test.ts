import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { v7 as uuid } from 'uuid';
import {
  LoggedPredictionEntity,
  ModelVersionEntity,
  MonitoringAlertEntity,
  ProjectChangeEntity,
} from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { measureModels } from '../../../src/main/metrics/monitoringMetrics.js';
import { monitoringLook } from '../../../src/services/monitoring/monitoringLook.js';
import { PredictionLogWriter } from '../../../src/services/prediction-log/predictionLogWriter.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting } from './registrySetting.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let setting: RegistrySetting;
/** Its normal scores are 0, 0.1 … 1, its threshold 0.98; the same images are 2, 2.1 … 3 from its memory bank. */
let version: ModelVersionEntity;

beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  setting = await new RegistrySetting(database.dataSource, server.services).prepare('plates', [
    { filename: 'a.png', label: 'NORMAL' },
  ]);
});
afterAll(() => server.stop());
beforeEach(async () => {
  version = await setting.version(`plates ${uuid()}`);
});

const noon = Date.parse('2026-03-02T12:00:00Z');
const hour = 60 * 60_000;
const at = (hours: number) => new Date(noon + hours * hour);

interface Served {
  /** After noon. */
  hours: number;
  score: number;
  station?: string | null;
  latency?: number;
  source?: 'HTTP' | 'DATASET';
  bankDistance?: number | null;
}

/** Predictions as the log takes them. */
async function serve(served: readonly Served[], of = version): Promise<void> {
  const rows = served.map(({ hours, score, station = null, latency = 0.1, source = 'HTTP', bankDistance = null }) => ({
    ...{ id: uuid(), projectId: setting.projectId, modelVersionId: of.id, model: 'plates', version: of.version },
    ...{ source, station, anomalyScore: score, isAnomalous: score >= 0.98, regions: [], latencySeconds: latency },
    bankDistance,
    at: at(hours),
  }));
  for (let i = 0; i < rows.length; i += 50) {
    await database.dataSource.manager.insert(LoggedPredictionEntity, rows.slice(i, i + 50));
  }
}

/**
 * Normal scores as the version knows them, one an entry, and a share of anomalous images.
 * @param farther from the memory bank than the version's own images; null: nobody told.
 */
function ordinary(
  count: number,
  { hours = 0, station = null as string | null, anomalous = 0, shift = 0, farther = null as number | null } = {},
): Served[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ hours, station },
    score: i < anomalous ? 2 : Math.min(0.97, (i % 10) / 10 + 0.05 + shift),
    bankDistance: farther === null ? null : 2.05 + (i % 10) / 10 + farther,
  }));
}

const look = (hours: number) => monitoringLook(database.dataSource, () => at(hours)).now();

const alerts = (where: object = {}) =>
  database.dataSource.manager.find(MonitoringAlertEntity, {
    where: { modelId: version.modelId, ...where },
    order: { id: 'ASC' },
  });

const modelId = () => encodeGlobalId('Model', version.modelId);
const versionId = () => encodeGlobalId('ModelVersion', version.id);

async function setRule(input: object) {
  const query = `mutation($input: SetMonitoringRuleInput!) { setMonitoringRule(input: $input) {
    model { monitoringRule { isOn windowHours leastPredictions expectedAnomalyRate silenceMinutes } }
    userErrors { code field message } } }`;
  const { data } = await ask<{ setMonitoringRule: { model: object; userErrors: object[] } }>(server.url, query, {
    input: { modelId: modelId(), ...input },
  });
  return data.setMonitoringRule;
}

interface Bucket {
  from: string;
  predictions: number;
  anomalous: number;
  anomalyRate: number;
  lowestRate: number | null;
  highestRate: number | null;
  isRateInLimits: boolean | null;
  scoreBins: number[];
  scoreDistance: number;
  scoreDistanceLimit: number;
  stabilityIndex: number;
  bankDistanceDrift: number | null;
  bankDistanceDriftLimit: number | null;
  bankDistanceStabilityIndex: number | null;
  medianLatency: number;
  latency95: number;
}

async function report(filter: object, step = 'HOUR') {
  const bucket = `from to predictions anomalous anomalyRate lowestRate highestRate isRateInLimits meanScore scoreBins
    scoreDistance scoreDistanceLimit stabilityIndex medianLatency latency95
    bankDistanceDrift bankDistanceDriftLimit bankDistanceStabilityIndex`;
  const query = `query($id: ID!, $step: MonitoringStep!, $filter: MonitoringFilter) {
    modelMonitoring(modelVersionId: $id, step: $step, filter: $filter) {
      modelVersion { id } buckets { ${bucket} } total { ${bucket} } stations scoreEdges expectedAnomalyRate } }`;
  const { data, errors } = await ask<{
    modelMonitoring: { buckets: Bucket[]; total: Bucket; stations: string[]; scoreEdges: number[] };
  }>(server.url, query, { id: versionId(), step, filter });
  return { ...data?.modelMonitoring, errors };
}

describe('a report', () => {
  it('counts predictions by hour and station, not those of whole data sets', async () => {
    await serve([
      ...[0.05, 0.35, 0.35, 1.5].map((score) => ({ hours: 0.1, score, station: 'a', latency: 0.02 })),
      ...[0.95, 0.99].map((score) => ({ hours: 1.9, score, station: 'b', latency: 1 })),
      { hours: 1, score: 0.5 },
      { hours: 1, score: 9, source: 'DATASET' },
    ]);
    const whole = await report({ from: at(0), to: at(2) });
    expect(whole.buckets.map(({ predictions, anomalous }) => [predictions, anomalous])).toEqual([
      [4, 1],
      [3, 1],
    ]);
    expect(whole.scoreEdges).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(whole.buckets[0]!.scoreBins).toEqual([0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    expect(whole.total).toMatchObject({ predictions: 7, anomalous: 2, anomalyRate: 2 / 7, isRateInLimits: null });
    expect(whole.stations).toEqual(['a', 'b']);
    expect(whole.buckets[0]!.medianLatency).toBeGreaterThan(0.016);
    expect(whole.buckets[0]!.medianLatency).toBeLessThan(0.024);
    expect((await report({ from: at(0), to: at(2), station: 'b' })).total.predictions).toBe(2);
    expect((await report({ from: at(0), to: at(2), station: '' })).total.predictions).toBe(1);
    const days = await report({ from: at(-10), to: at(10) }, 'DAY');
    expect(days.buckets.map(({ from, predictions }) => [from, predictions])).toEqual([['2026-03-02T00:00:00.000Z', 7]]);
  });

  it('says what may be expected once there was enough, and what is out of it', async () => {
    await serve([...ordinary(400, { hours: -30, anomalous: 8 }), ...ordinary(200, { hours: -29, anomalous: 4 })]);
    await serve(ordinary(500, { hours: -2, anomalous: 10 }));
    await serve(ordinary(100, { hours: 0, anomalous: 20 }));
    const { buckets, total } = await report({ from: at(-31), to: at(1) });
    expect(buckets.map(({ isRateInLimits }) => isRateInLimits)).toEqual([true, true, true, false]);
    const centre = (22 + 0.5) / 1101;
    expect(buckets[3]!.highestRate).toBeCloseTo(centre + 3 * Math.sqrt((centre * (1 - centre)) / 100), 9);
    expect(total.scoreDistance).toBeLessThan(total.scoreDistanceLimit);
  });

  it('compares the distances to the memory bank of images called normal, where they were told', async () => {
    await serve(ordinary(100, { hours: 0 }));
    await serve(ordinary(100, { hours: 1, farther: 0 }));
    await serve([...ordinary(100, { hours: 2, farther: 0.5 }), { hours: 2, score: 5, bankDistance: 99 }]);
    const { buckets, total } = await report({ from: at(0), to: at(3) });
    const [untold, alike, farther] = buckets;
    expect(untold).toMatchObject({
      ...{ bankDistanceDrift: null, bankDistanceDriftLimit: null, bankDistanceStabilityIndex: null },
    });
    expect(alike!.bankDistanceDrift).toBeLessThan(0.05);
    expect(alike!.bankDistanceStabilityIndex).toBeLessThan(0.01);
    // Half of the normal distances lie below all of these. The scores of both hours are the same.
    expect(farther!.bankDistanceDrift).toBeCloseTo(0.5, 6);
    expect(farther!.bankDistanceStabilityIndex).toBeGreaterThan(0.25);
    expect(farther!.scoreDistance).toBe(alike!.scoreDistance);
    // Of the eleven normal images one has a score above the threshold.
    const limit = (seen: number) => Math.sqrt(-Math.log(0.001 / 2) / 2) * Math.sqrt((10 + seen) / (10 * seen));
    expect(farther!.bankDistanceDriftLimit).toBeCloseTo(limit(100), 9);
    expect(total.bankDistanceDriftLimit).toBeCloseTo(limit(200), 9);
    expect(total.scoreDistanceLimit).toBeCloseTo(limit(300), 9);
  });

  it('refuses stretches that are empty or too long, and foreign ids', async () => {
    const messages = async (filter: object, step?: string) =>
      (await report(filter, step)).errors.map((error) => error.message);
    expect(await messages({ from: at(2), to: at(2) })).toEqual([expect.stringMatching(/is empty/)]);
    expect(await messages({ from: at(0), to: at(24 * 32) })).toEqual([expect.stringMatching(/32 days.*at most 31/)]);
    expect(await messages({ from: at(0), to: at(24 * 93) }, 'DAY')).toEqual([expect.stringMatching(/at most 92/)]);
    expect(await messages({ from: at(0), to: at(24 * 32) }, 'DAY')).toEqual([]);
  });

  it('does not let a caller who invents stations fill the table', async () => {
    await serve(Array.from({ length: 130 }, (_, i) => ({ hours: 0, score: 0.5, station: `part ${i}` })));
    const { stations, total } = await report({ from: at(0), to: at(1) });
    expect(stations.length).toBeLessThanOrEqual(50);
    expect(total.predictions).toBe(130);
  });

  it('misses no prediction of writers that write the same hour at the same time', async () => {
    const writers = Array.from({ length: 4 }, () => new PredictionLogWriter(database.dataSource, server.blobs));
    for (const [i, writer] of writers.entries()) {
      for (let n = 0; n < 60; n++) {
        writer.add({
          ...{ projectId: setting.projectId, modelVersionId: version.id, model: 'plates', version: 1, source: 'HTTP' },
          ...{ station: `${(i + n) % 3}`, partId: null, filename: null, anomalyScore: 0.5, isAnomalous: false },
          ...{ imageThreshold: 1, pixelThreshold: 1, regions: [], latencySeconds: 0.1 },
        });
      }
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    expect((await report({})).total.predictions).toBe(240);
  });
});

describe('alerts', () => {
  it('open when scores drift, stay in between, and close when they are back', async () => {
    await serve(ordinary(200));
    await look(1);
    expect(await alerts()).toEqual([]);
    await serve(ordinary(300, { hours: 30, shift: 0.8 }));
    await look(31);
    const [opened] = await alerts();
    expect(opened).toMatchObject({ kind: 'SCORE_DRIFT', station: '', predictions: 300, closedAt: null });
    expect(opened!.value).toBeGreaterThan(opened!.highest!);
    await look(31.5);
    expect(await alerts()).toHaveLength(1);
    // Two of five as usual: beyond what closes an alert, below what opens one.
    await serve(ordinary(200, { hours: 31 }));
    await look(32);
    const [held] = await alerts();
    expect(held!.value).toBeLessThan(held!.highest!);
    expect(held!.closedAt).toBeNull();
    await serve(ordinary(1_200, { hours: 32 }));
    await look(33);
    expect((await alerts())[0]!.closedAt).toEqual(at(33));
  });

  it('of the distance to the memory bank are open while it drifts and the scores do not', async () => {
    const open = async () => (await alerts()).filter(({ closedAt }) => !closedAt).map(({ kind }) => kind);
    await serve(ordinary(100, { station: 'a', farther: 0 }));
    await serve(ordinary(100, { station: 'b', farther: 0.9 }));
    await look(1);
    expect(await alerts()).toMatchObject([{ kind: 'BANK_DRIFT', station: 'b', predictions: 100, lowest: null }]);
    expect((await alerts())[0]!.value).toBeGreaterThan((await alerts())[0]!.highest!);
    // Both drift: the scores tell of it.
    await serve(ordinary(300, { hours: 30, station: 'b', shift: 0.8, farther: 0.9 }));
    await look(31);
    expect(await open()).toEqual(['SCORE_DRIFT']);
    await look(32);
    expect(await open()).toEqual(['SCORE_DRIFT']);
    // The scores are back, the distances are not.
    await serve(ordinary(300, { hours: 60, station: 'b', farther: 0.9 }));
    await look(61);
    expect(await open()).toEqual(['BANK_DRIFT']);
    await serve(ordinary(300, { hours: 90, station: 'b', farther: 0 }));
    await look(91);
    expect(await open()).toEqual([]);
    expect((await alerts()).map(({ kind }) => kind)).toEqual(['BANK_DRIFT', 'SCORE_DRIFT', 'BANK_DRIFT']);
  });

  it('of the distance are none of a version that keeps no distances of its normal images', async () => {
    const { imageScores, pixelQuantiles } = version.calibration!;
    await database.dataSource.manager.update(ModelVersionEntity, version.id, {
      calibration: { imageScores, pixelQuantiles },
    });
    await serve(ordinary(200, { farther: 50 }));
    await look(1);
    expect(await alerts()).toEqual([]);
    const { total } = await report({ from: at(0), to: at(1) });
    expect(total).toMatchObject({ bankDistanceDrift: null, predictions: 200 });
  });

  it('of the share of anomalous images are of one station, and are told in the log of changes', async () => {
    await serve([...ordinary(200, { station: 'a', anomalous: 4 }), ...ordinary(200, { station: 'b', anomalous: 4 })]);
    await serve([
      ...ordinary(100, { hours: 30, station: 'a', anomalous: 2 }),
      ...ordinary(100, { hours: 30, station: 'b', anomalous: 30 }),
    ]);
    // The baseline is what came first: it holds the bad hour, too, and is judged by what somebody expects.
    await setRule({ expectedAnomalyRate: 0.02 });
    await look(31);
    const found = await alerts();
    expect(found.map(({ kind, station }) => `${kind} ${station}`)).toEqual(['ANOMALY_RATE b']);
    expect(found[0]).toMatchObject({ value: 0.3, lowest: 0, predictions: 100 });
    await look(31 + 25);
    expect((await alerts())[0]!.closedAt).not.toBeNull();
    const changes = await database.dataSource.manager.findBy(ProjectChangeEntity, { projectId: setting.projectId });
    const mine = changes.filter(({ ids }) => ids.includes(found[0]!.id));
    expect(mine.map(({ kind, details }) => [kind, details])).toEqual([
      ['ALERT_OPENED', { modelId: version.modelId, alertKind: 'ANOMALY_RATE' }],
      ['ALERT_CLOSED', { modelId: version.modelId, alertKind: 'ANOMALY_RATE' }],
    ]);
  });

  it('open when nobody asks for longer than the rule allows, and close with the next question', async () => {
    await setRule({ silenceMinutes: 90 });
    await look(0);
    expect(await alerts()).toEqual([]);
    await serve([{ hours: 0, score: 0.1 }]);
    await look(1);
    expect(await alerts()).toEqual([]);
    await look(1.6);
    const [silent] = await alerts();
    expect(silent).toMatchObject({ kind: 'NO_PREDICTIONS', highest: 90 });
    expect(silent!.value).toBeCloseTo(96, 5);
    await serve([{ hours: 1.7, score: 0.1 }]);
    await look(1.8);
    expect((await alerts())[0]!.closedAt).toEqual(at(1.8));
  });

  it('are not opened twice by looks at the same time, and not at all where the model is not watched', async () => {
    await serve(ordinary(300, { shift: 0.8 }));
    await setRule({ isOn: false });
    await look(1);
    expect(await alerts()).toEqual([]);
    await setRule({ isOn: true });
    await Promise.all([look(1), look(1), look(1)]);
    expect(await alerts()).toHaveLength(1);
    await setRule({ isOn: false });
    await look(1.1);
    expect((await alerts())[0]!.closedAt).toEqual(at(1.1));
  });

  it('are listed by model, kind and whether they are open', async () => {
    await serve(ordinary(300, { shift: 0.8 }));
    await look(1);
    const query = `query($projectId: ID!, $filter: MonitoringAlertFilter) {
      monitoringAlerts(projectId: $projectId, filter: $filter) { nodes { kind station value model { id } modelVersion { version } } totalCount } }`;
    const listed = async (filter: object) => {
      const projectId = encodeGlobalId('Project', setting.projectId);
      const { data } = await ask<{ monitoringAlerts: { nodes: object[]; totalCount: number } }>(server.url, query, {
        ...{ projectId, filter: { modelId: modelId(), ...filter } },
      });
      return data.monitoringAlerts.nodes;
    };
    expect(await listed({ isOpen: true })).toMatchObject([
      { kind: 'SCORE_DRIFT', station: null, model: { id: modelId() }, modelVersion: { version: 1 } },
    ]);
    expect(await listed({ isOpen: false })).toEqual([]);
    expect(await listed({ kind: 'NO_PREDICTIONS' })).toEqual([]);
  });
});

describe('a rule', () => {
  it('keeps what is left out, clears what is null, and refuses numbers out of range', async () => {
    expect((await setRule({ windowHours: 12, expectedAnomalyRate: 0.1 })).model).toEqual({
      monitoringRule: {
        ...{ isOn: true, windowHours: 12, leastPredictions: 100, expectedAnomalyRate: 0.1, silenceMinutes: null },
      },
    });
    expect((await setRule({ expectedAnomalyRate: null })).model).toMatchObject({
      monitoringRule: { windowHours: 12, expectedAnomalyRate: null },
    });
    const { userErrors } = await setRule({ windowHours: 0, expectedAnomalyRate: 1.5, silenceMinutes: 0 });
    expect(userErrors).toMatchObject(
      ['windowHours', 'expectedAnomalyRate', 'silenceMinutes'].map((name) => ({
        ...{ code: 'BAD_USER_INPUT', field: ['input', name] },
      })),
    );
    expect(JSON.stringify(userErrors)).toMatch(/windowHours is 0; it must be a whole number from 1 to 168/);
  });
});

it('metrics tell of the versions that were asked in the last day, and of open alerts', async () => {
  const registry = new Registry();
  measureModels(registry, () => server.services.monitoring.served());
  const hours = (Date.now() - noon) / hour;
  await serve(ordinary(40, { hours, anomalous: 10, farther: 0.9 }));
  const text = await registry.metrics();
  expect(text).toMatch(/residua_served_predictions\{project="[^"]+",model="plates [^"]+",version="1"\} 40/);
  expect(text).toMatch(/residua_served_anomaly_rate\{[^}]+\} 0\.25/);
  expect(text).toMatch(/residua_served_bank_distance_drift\{[^}]+,model="plates [^}]+\} 0\.\d/);
  expect(text).toMatch(/residua_open_alerts\{kind="SCORE_DRIFT"\} \d+/);
});

it('forgets counts and closed alerts that are old', async () => {
  await serve([
    { hours: 0, score: 0.1 },
    { hours: 24 * 50, score: 0.1 },
  ]);
  await look(24 * 100);
  const rows = await database.dataSource.query<{ hour: Date }[]>(
    'SELECT hour FROM prediction_hour WHERE model_version_id = $1',
    [version.id],
  );
  expect(rows).toEqual([{ hour: at(24 * 50) }]);
});
