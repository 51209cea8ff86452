import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImageEntity, LoggedPredictionEntity } from '../../src/database/entities/index.js';
import { hasChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { datasetOf, StudioPage } from '../support/studioPage.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe.skipIf(!hasChromium('Studio'))('the inbox (needs Chromium)', () => {
  const database = useDatabase();
  let studio: StudioPage;
  let dataset: { id: string; images: Record<string, string> };
  const parts = ['A-3', 'A-2', 'A-1'] as const;

  beforeAll(async () => {
    studio = await StudioPage.open({ DATABASE_URL: database.url }, 120_000);
    const images = { a: surface(1, true), b: surface(2), c: surface(3, true) };
    dataset = await datasetOf(studio.client, 'tiles', images, { label: 'ANOMALOUS', split: 'TEST' });
    const { manager } = database.dataSource;
    const stored = await manager.find(ImageEntity, { order: { filename: 'ASC' }, relations: { dataset: true } });
    // The newest comes first: c, b, a.
    for (const [i, { sha256, dataset: of }] of stored.entries()) {
      const isAnomalous = i !== 1;
      await manager.insert(LoggedPredictionEntity, {
        ...{ id: uuid(), projectId: of!.projectId, modelVersionId: null, model: 'tiles', version: 3, source: 'HTTP' },
        ...{ station: 'line 3', partId: `A-${i + 1}`, filename: null, anomalyScore: 1.5 - i / 10, isAnomalous },
        ...{ imageThreshold: 1.4, pixelThreshold: 1, latencySeconds: 0.2, imageSha256: sha256 },
        regions: isAnomalous ? [{ box: { x: 24, y: 24, width: 16, height: 16 }, score: 1.5, pixels: 256 }] : [],
      });
    }
  });
  afterAll(() => studio?.close());

  const feedback = () =>
    database.dataSource.query<{ part: string; verdict: string; note: string | null }[]>(
      `SELECT part_id AS part, verdict, note FROM prediction_feedback JOIN logged_prediction ON id = prediction_id ORDER BY prediction_feedback.at`,
    );

  it('asks about one prediction after the other, a key for each answer, and says when none is left', async () => {
    const { page } = studio;
    await page.goto(`${studio.url}/studio/${dataset.id}/inbox`);
    await page.getByText(parts[0]).waitFor();
    await page.getByText('score 1.3, threshold 1.4, 1 region').waitFor();
    // What was marked is drawn on the picture.
    await expect.poll(() => page.locator('.inbox canvas').getAttribute('width')).toBe('64');
    expect(await studio.barriers('inbox')).toEqual([]);
    await studio.press('a');
    await page.getByText(/Added as feedback\//).waitFor();
    await studio.press('f');
    await page.getByText(parts[1]).waitFor();
    // What does not fit is no answer: it raised no alarm.
    await studio.press('f');
    await page.getByLabel('Note').fill('below the rim');
    await page.getByRole('heading', { name: 'Inbox' }).click();
    await studio.press('m');
    await page.getByText(parts[2]).waitFor();
    await studio.press('n');
    await page.getByText('Nothing waits to be judged').waitFor();
    expect(await feedback()).toEqual([
      { part: 'A-3', verdict: 'FALSE_ALARM', note: null },
      { part: 'A-2', verdict: 'MISSED', note: 'below the rim' },
    ]);
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText(parts[2]).waitFor();
    const made = await database.dataSource.query<{ label: string; part: string }[]>(
      `SELECT label, origin ->> 'partId' AS part FROM image WHERE origin IS NOT NULL`,
    );
    expect(made).toEqual([{ label: 'UNLABELLED', part: 'A-3' }]);
  });
});
