import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  accepted,
  DatasetByNameDocument,
  DatasetImagesDocument,
  nodeOf,
  present,
  SaveMaskDocument,
} from '../../src/client/index.js';
import { encodePng, encodeRle } from '../../src/files/index.js';
import { hasChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { StudioPage } from '../support/studioPage.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe.skipIf(!hasChromium('What labels cost in Studio'))('what labels cost in Studio (needs Chromium)', () => {
  const database = useDatabase();
  let studio: StudioPage;
  let page: Page;
  /** The image that has a label. */
  let labelled = '';

  beforeAll(async () => {
    studio = await StudioPage.open({ DATABASE_URL: database.url }, 120_000);
    page = studio.page;
  });
  afterAll(() => studio?.close());

  const rows = <Row>(sql: string) => database.dataSource.query<Row[]>(sql);

  it('measures a label by the clock of the server, from the moment the picture was seen', async () => {
    await page.goto(studio.url, { waitUntil: 'domcontentloaded' });
    await page.getByLabel('Name of a new data set').fill('tiles');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByLabel('These images are').selectOption('ANOMALOUS');
    const files = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => ({
        ...{ name: `pit${seed}.png`, mimeType: 'image/png' },
        buffer: Buffer.from(await encodePng(surface(seed, true))),
      })),
    );
    await page.getByLabel('Drop images here, or choose them').setInputFiles(files);
    await page.getByText('4 images', { exact: true }).waitFor();
    await studio.screen('Label');
    await expect.poll(() => rows('SELECT 1 FROM label_session'), { timeout: 120_000 }).toHaveLength(1);
    await studio.drawBox();
    const waiting = await page.locator('.strip img').all();
    const [first, second] = await Promise.all(waiting.map(async (each) => (await each.getAttribute('alt')) ?? ''));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: second! }).waitFor();
    labelled = first!;
    const [label] = await rows(
      'SELECT timing, active_seconds > 0 AS worked, principal_id IS NOT NULL AS known FROM annotation',
    );
    expect(label).toEqual({ timing: 'MEASURED', worked: true, known: true });
    const [session] = await rows(
      `SELECT load_seconds >= 0 AS loaded, measurement->>'method' AS method, jsonb_array_length(measurement->'gaps') > 0 AS gaps
       FROM label_session WHERE outcome = 'SAVED'`,
    );
    expect(session).toEqual({ loaded: true, method: 'ACTIVE_INTERVALS', gaps: true });
    // The next image's own is opened while it is already seen.
    const open = () => rows(`SELECT 1 AS one FROM label_session WHERE closed_at IS NULL`);
    await expect.poll(open, { timeout: 120_000 }).toHaveLength(1);
    expect(await studio.barriers('label-claims')).toEqual([]);
  });

  it('returns a label by key, with a note, and has nothing left to judge', async () => {
    await studio.screen('Review');
    await page.getByRole('heading', { name: labelled }).waitFor();
    await page.locator('canvas.raster').waitFor();
    expect(await studio.barriers('review')).toEqual([]);
    await page.keyboard.press('r');
    await page.keyboard.type('too wide');
    await page.keyboard.press('Control+Enter');
    await page.getByText('No label waits').waitFor();
    const reviews = await rows('SELECT verdict, note, timing FROM annotation_review');
    expect(reviews).toEqual([{ verdict: 'RETURNED', note: 'too wide', timing: 'MEASURED' }]);
    // The image that was left without a label was given up.
    expect(await rows(`SELECT outcome FROM label_session WHERE purpose = 'LABEL' AND outcome <> 'SAVED'`)).toEqual([
      { outcome: 'GIVEN_UP' },
    ]);
  });

  it('lets people copy masks, and says what each kind took and how well it was done', async () => {
    await saveMasks();
    await studio.screen('Studies');
    await page.getByLabel('Name').fill('our hands');
    await page.getByLabel('Images with a mask, 4 to 200').fill('4');
    expect(await studio.barriers('studies')).toEqual([]);
    await page.getByRole('button', { name: 'Make a study' }).click();
    await page.getByRole('button', { name: 'Take part' }).click();
    const truth = page.getByRole('img', { name: 'What to copy (T hides it)' });
    for (let trial = 1; trial <= 12; trial += 1) {
      await page.getByText(new RegExp(`· ${trial}( · practice)? `)).waitFor();
      await truth.waitFor();
      await page.locator('canvas.raster').waitFor();
      if (trial <= 4) await studio.drawBox();
      if (trial === 1) {
        const pixel = await page.evaluate<number[]>(
          `[...document.querySelector('canvas.truth').getContext('2d').getImageData(256, 256, 1, 1).data]`,
        );
        // The dark square under its red veil.
        expect(pixel[0]! - pixel[1]!).toBeGreaterThan(50);
        expect(await studio.barriers('trial')).toEqual([]);
        await page.keyboard.press('t');
        expect(await truth.isVisible()).toBe(false);
        expect(await page.getByText(/Active/).count()).toBe(0);
      }
      await page.keyboard.press('Control+Enter');
    }
    await page.getByText('Thank you: all trials are done.').waitFor();
    await page.getByRole('row', { name: /^boxes .*1 1 100 % of the defect inside, area × 1/ }).waitFor();
    await page.getByRole('row', { name: /^blocks .* kappa 0/ }).waitFor();
    await page.getByRole('row', { name: /^masks .* IoU 0/ }).waitFor();
    expect(await studio.barriers('study')).toEqual([]);
    expect(await rows(`SELECT kind, count(*)::int AS count FROM annotation GROUP BY kind ORDER BY kind`)).toEqual([
      { kind: 'BOX', count: 1 },
      { kind: 'PIXEL', count: 4 },
    ]);
    expect(await rows(`SELECT DISTINCT timing FROM study_trial`)).toEqual([{ timing: 'MEASURED' }]);
    // Those in which something was drawn; the others were over before the picture could be seen.
    expect(
      await rows(`SELECT count(*)::int AS seen FROM study_trial WHERE position < 4 AND load_seconds >= 0`),
    ).toEqual([{ seen: 4 }]);
  });

  it('complains of nothing', () => {
    expect(studio.complaints).toEqual([]);
  });

  async function saveMasks(): Promise<void> {
    const { dataset } = await studio.client.request(DatasetByNameDocument, { name: 'tiles' });
    const { id } = present(dataset, 'tiles');
    const { images } = nodeOf((await studio.client.request(DatasetImagesDocument, { id })).node, 'tiles');
    const data = Uint8Array.from({ length: 64 * 64 }, (_, i) =>
      Number([i % 64, Math.floor(i / 64)].every((place) => place >= 24 && place < 40)),
    );
    const counts = encodeRle({ width: 64, height: 64, data });
    for (const { id: imageId } of images.nodes) {
      const input = { imageId, expectedRevision: 0, counts };
      accepted((await studio.client.request(SaveMaskDocument, { input })).savePixelAnnotation);
    }
  }
});
