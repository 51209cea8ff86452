import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  LoggedPredictionEntity,
  MonitoringRuleEntity,
  RetrainingProposalEntity,
  ShadowCountEntity,
  ShadowPredictionEntity,
  SnapshotEntity,
} from '../../src/database/entities/index.js';
import { encodeGlobalId } from '../../src/graphql/index.js';
import { monitoringLook } from '../../src/services/monitoring/monitoringLook.js';
import { RegistrySetting } from '../integration/graphql/registrySetting.js';
import { startTestServer, type TestServer } from '../integration/graphql/testServer.js';
import { hasChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { StudioPage } from '../support/studioPage.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const hour = 3_600_000;

describe.skipIf(!hasChromium('Studio'))('monitoring (needs Chromium)', () => {
  const database = useDatabase();
  let server: TestServer;
  let studio: StudioPage;
  let address: string;

  beforeAll(async () => {
    server = await startTestServer(database.dataSource);
    const images = [{ filename: 'a.png', label: 'NORMAL' as const }];
    const setting = await new RegistrySetting(database.dataSource, server.services).prepare('plates', images);
    // Its normal scores are 0, 0.1 … 1, its threshold 0.98.
    const version = await setting.version('plates');
    // Twenty quiet hours, then two in which every second image is called anomalous and scores are high.
    const served = Array.from({ length: 22 * 60 }, (_, i) => {
      const isBad = i >= 20 * 60;
      const anomalyScore = isBad ? (i % 2 ? 2 : 0.9) : i % 50 === 0 ? 2 : (i % 10) / 10 + 0.05;
      return {
        ...{ id: uuid(), projectId: setting.projectId, modelVersionId: version.id, model: 'plates', version: 1 },
        ...{
          source: 'HTTP' as const,
          station: i % 3 ? 'line 3' : null,
          anomalyScore,
          isAnomalous: anomalyScore >= 0.98,
        },
        bankDistance: 2.05 + (i % 10) / 10,
        ...{ regions: [], latencySeconds: 0.08, at: new Date(Date.now() - 21 * hour + (i * hour) / 60) },
      };
    });
    for (let i = 0; i < served.length; i += 100) {
      await database.dataSource.manager.insert(LoggedPredictionEntity, served.slice(i, i + 100));
    }
    const rule = { isOn: true, windowHours: 2, leastPredictions: 20, expectedAnomalyRate: 0.02, silenceMinutes: null };
    await database.dataSource.manager.insert(MonitoringRuleEntity, { modelId: version.modelId, ...rule });
    await monitoringLook(database.dataSource, () => new Date()).now();
    const { manager } = database.dataSource;
    const said = { modelVersionId: version.id, imageThreshold: 0.98, differs: true };
    const [first, second] = served;
    await manager.insert(ShadowPredictionEntity, [
      { ...said, predictionId: first!.id, anomalyScore: 0.2, isAnomalous: false, disagreement: 103 },
      { ...said, predictionId: second!.id, anomalyScore: 2, isAnomalous: true, disagreement: 102 },
    ]);
    const counts = { bothAnomalous: 3, bothNormal: 95, onlyServed: 1, onlyShadow: 1, dropped: 4, failed: 0 };
    await manager.insert(ShadowCountEntity, { modelVersionId: version.id, ...counts });
    const { datasetId } = await database.dataSource.manager.findOneByOrFail(SnapshotEntity, {});
    await manager.insert(RetrainingProposalEntity, {
      ...{ id: uuid(), projectId: setting.projectId, modelId: version.modelId, modelVersionId: version.id, datasetId },
      ...{ reasons: ['NEW_LABELS', 'SCORE_DRIFT'], newLabels: 12, state: 'OPEN' },
    });
    studio = await StudioPage.open({ DATABASE_URL: database.url }, 120_000);
    address = `${studio.url}/studio/${encodeGlobalId('Dataset', datasetId)}/monitoring`;
  });
  afterAll(async () => {
    await studio?.close();
    await server?.stop();
  });

  it('says what is wrong now, and shows when it began', async () => {
    const { page } = studio;
    await page.goto(address);
    await page.getByText('Share of anomalous images out of its limits').first().waitFor();
    expect(await page.getByRole('region', { name: 'Alerts' }).innerText()).toMatch(
      /plates@1 · line 3 · \d+%, expected 0% to \d+% · \d+ predictions/,
    );
    const told = await page
      .getByRole('img', { name: /^Share of anomalous images: \d+ of \d+ outside/ })
      .getAttribute('aria-label');
    const [outside, all] = told!.match(/\d+/g)!.map(Number);
    expect(outside).toBeGreaterThanOrEqual(2);
    expect(outside).toBeLessThan(6);
    expect(all).toBeGreaterThan(20);
    // Of its eleven normal scores those below the threshold are edges.
    expect(await page.locator('.bands tbody tr').count()).toBe(12);
    expect(await page.locator('.chart canvas').count()).toBe(1);
    const drift = page.locator('.numbers div', { hasText: 'Drift of the distance to the memory bank' });
    expect(await drift.locator('dd').innerText()).toMatch(/^0(\.\d+)?$/);
    expect(await studio.barriers('monitoring')).toEqual([]);
    await page.getByLabel('Station').selectOption('line 3');
    await page
      .getByText(/^8\d\d$/)
      .first()
      .waitFor();
  });

  it('shows where the challenger says otherwise', async () => {
    const { page } = studio;
    const challenger = page.getByRole('region', { name: 'Challenger' });
    await challenger.getByText('98 times of one mind; 1 times it alone said anomalous').waitFor();
    await challenger.getByText('4 images dropped because too many waited').waitFor();
    // The greatest first, each beside its own threshold.
    const rows = await challenger.locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/plates@1: anomalous \(2 \/ –\) normal \(0\.2 \/ 0\.98\)/),
      expect.stringMatching(/line 3 plates@1: normal \(0\.15 \/ –\) anomalous \(2 \/ 0\.98\)/),
    ]);
  });

  it('proposes a training that somebody decides on', async () => {
    const { page } = studio;
    const proposals = page.getByRole('region', { name: 'Proposed trainings' });
    await proposals.getByText('12 labels that plates@1 has not seen · the scores of plates@1 drift').waitFor();
    await proposals.getByRole('button', { name: 'Not now' }).click();
    await proposals.waitFor({ state: 'detached' });
    expect(await database.dataSource.query(`SELECT state FROM retraining_proposal`)).toEqual([{ state: 'DISMISSED' }]);
    await page.getByText('When it is proposed to train plates again').click();
    await page.getByLabel('New labels that are enough').fill('25');
    await page.getByRole('checkbox', { name: 'when the scores drift' }).check();
    const form = page.locator('details', { hasText: 'When it is proposed' });
    await form.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('Set; it holds from the next minute on.').waitFor();
    const rules = await database.dataSource.query<object[]>(`SELECT new_labels, on_drift FROM retraining_rule`);
    expect(rules).toEqual([{ new_labels: 25, on_drift: true }]);
    await page.getByText('Set; it holds from the next minute on.').waitFor({ state: 'detached' });
  });

  it('changes how a model is watched', async () => {
    const { page } = studio;
    await page.getByText('How plates is watched').click();
    const form = page.locator('details', { hasText: 'How plates is watched' });
    await page.getByLabel('Hours judged together').fill('12');
    await page.getByLabel('Anomalous images expected, %').fill('2.5');
    await form.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('Set; it holds from the next minute on.').waitFor();
    const [rule] = await database.dataSource.query<object[]>(
      `SELECT window_hours, expected_anomaly_rate, silence_minutes FROM monitoring_rule`,
    );
    expect(rule).toEqual({ window_hours: 12, expected_anomaly_rate: 0.025, silence_minutes: null });
    expect(await studio.barriers('monitoring-rule')).toEqual([]);
    expect(studio.complaints).toEqual([]);
  });

  it('speaks German and Chinese, in the dark, on a tablet', async () => {
    const { page } = studio;
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 820, height: 1180 });
    for (const [tag, title] of [
      ['de', 'Überwachung'],
      ['zh', '监控'],
    ] as const) {
      await page.locator('.preferences select').first().selectOption(tag);
      await page.getByRole('heading', { name: title }).waitFor();
      expect(await studio.barriers(`monitoring-${tag}`)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(820);
    }
  });
});
