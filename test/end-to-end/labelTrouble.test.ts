import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { everything, type Role } from '../../src/access/index.js';
import { encodePng } from '../../src/files/index.js';
import { encodeGlobalId } from '../../src/graphql/index.js';
import { newPerson, password, startServerWithAccounts } from '../integration/access/signInSetting.js';
import type { TestServer } from '../integration/graphql/testServer.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** A camera held upright: 60 × 40 pixels as stored, to be turned by a quarter; a dark square is 10 pixels from the left and 5 from the top of what is seen. */
async function turnedJpeg(): Promise<Buffer> {
  const [width, height] = [60, 40];
  const data = Buffer.alloc(width * height * 3, 160);
  // What is seen at (x, y) is stored at (y, height - 1 - x).
  for (let x = 10; x < 26; x++) {
    for (let y = 5; y < 21; y++)
      data.fill(20, 3 * ((height - 1 - x) * width + y), 3 * ((height - 1 - x) * width + y + 1));
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 100 })
    .toBuffer();
}

describe.skipIf(!hasChromium('Studio'))('what can go wrong while somebody draws (needs Chromium)', () => {
  const database = useDatabase();
  let server: TestServer;
  let browser: Browser;
  let projectId: string;
  let datasetId: string;
  const images: Record<string, string> = {};

  beforeAll(async () => {
    server = await startServerWithAccounts(database.dataSource);
    projectId = (await server.services.projects.create({ name: 'line 3' })).id;
    datasetId = (await server.services.datasets.create(everything, { name: 'tiles', projectId })).id;
    await add('turned.jpg', await turnedJpeg());
    for (const seed of [1, 2, 3]) await add(`pit${seed}.png`, await encodePng(surface(seed, true)));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function add(filename: string, bytes: Buffer): Promise<void> {
    const { services } = server;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const contentType = filename.endsWith('png') ? 'image/png' : 'image/jpeg';
    const announced = { filename, bytes: bytes.length, sha256, contentType, datasetId };
    const upload = await services.uploads.create(everything, announced);
    const sent = (async function* () {
      yield await Promise.resolve(bytes);
    })();
    await services.uploads.receive(everything, upload.id, sent);
    const one = [{ uploadId: upload.id, split: 'TRAIN', label: 'ANOMALOUS' } as const];
    const [stored] = await services.images.add(everything, { datasetId, images: one });
    images[filename] = encodeGlobalId('Image', stored!.id);
  }

  /** Somebody with a role, signed in. */
  async function member(name: string, role: Role): Promise<Page> {
    const email = `${name}@example.com`;
    const cookies = await newPerson(server, email);
    await server.services.members.add(everything, { projectId, email, role });
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    await context.addCookies([...cookies.cookies].map(([key, value]) => ({ name: key, value, url: server.url })));
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    return page;
  }

  async function show(page: Page, filename: string): Promise<void> {
    const address = `${server.url}/studio/${encodeGlobalId('Dataset', datasetId)}`;
    await page.goto(`${address}/label/${images[filename]}?kind=box&queue=all`);
    await page.getByRole('heading', { name: filename }).waitFor();
    await page.locator('canvas.raster').waitFor();
  }

  /** Draws a box between places of an image of some size. */
  async function draw(page: Page, [left, top, right, bottom]: readonly number[], size = [64, 64]): Promise<void> {
    const box = (await page.locator('canvas.raster').boundingBox())!;
    const scale = Math.min((box.width - 32) / size[0]!, (box.height - 32) / size[1]!);
    const at = (x: number, y: number) =>
      [
        box.x + box.width / 2 + (x - size[0]! / 2) * scale,
        box.y + box.height / 2 + (y - size[1]! / 2) * scale,
      ] as const;
    await page.mouse.move(...at(left! + 0.2, top! + 0.2));
    await page.mouse.down();
    await page.mouse.move(...at((left! + right!) / 2, (top! + bottom!) / 2));
    await page.mouse.move(...at(right! - 0.2, bottom! - 0.2));
    await page.mouse.up();
    await page.getByRole('button', { name: `1: ${right! - left!} × ${bottom! - top!}` }).waitFor();
  }

  const saved = (filename: string) =>
    database.dataSource.query<{ revision: number; boxes: object[] }[]>(
      `SELECT revision, payload -> 'boxes' AS boxes FROM annotation JOIN image ON image.id = image_id WHERE filename = $1 ORDER BY revision`,
      [filename],
    );
  const square = { x: 24, y: 24, width: 16, height: 16 };

  it('an image that is turned by its camera has its box where it was seen', async () => {
    const page = await member('ada', 'LABELLER');
    await show(page, 'turned.jpg');
    await draw(page, [10, 5, 26, 21], [40, 60]);
    const seen = await page.evaluate<number[]>(`(() => {
      const { width, height } = document.querySelector('canvas.raster');
      const scale = Math.min((width - 32 * devicePixelRatio) / 40, (height - 32 * devicePixelRatio) / 60);
      const at = (x, y) => document.querySelector('canvas.picture').getContext('2d')
        .getImageData(width / 2 + (x - 20) * scale, height / 2 + (y - 30) * scale, 1, 1).data[0];
      return [at(18, 13), at(35, 13), at(18, 40)];
    })()`);
    expect(seen.map((value) => value < 90)).toEqual([true, false, false]);
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^saved, /).waitFor();
    expect((await saved('turned.jpg'))[0]!.boxes).toMatchObject([{ x: 10, y: 5, width: 16, height: 16 }]);
    await page.context().close();
  });

  it('a connection that is lost while a label is saved loses nothing, whether the label had come or not', async () => {
    const page = await member('grace', 'LABELLER');
    await show(page, 'pit1.png');
    await page.context().setOffline(true);
    await draw(page, [24, 24, 40, 40]);
    await page.keyboard.press('Control+Enter');
    await page.getByText('The server does not answer.').waitFor();
    await page.getByText('Not saved yet; kept in this browser.').waitFor();
    expect(await saved('pit1.png')).toEqual([]);
    await page.context().setOffline(false);
    let lost = 0;
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('saveBoxAnnotation') || lost > 0) return route.continue();
      lost += 1;
      // It comes, is stored, and the answer is lost on its way.
      await route.fetch();
      return route.abort('connectionreset');
    });
    await page.keyboard.press('Control+Enter');
    await vi.waitFor(async () => expect(await saved('pit1.png')).toHaveLength(1), { timeout: 60_000 });
    await page.getByText('The server does not answer.').waitFor();
    await page.getByRole('button', { name: 'Save and next' }).click();
    await page.getByText(/^saved, /).waitFor();
    expect(await saved('pit1.png')).toMatchObject([{ revision: 1, boxes: [square] }]);
    await page.context().close();
  });

  it('a session that ends while somebody draws is told, and what was drawn is there after the next one began', async () => {
    const page = await member('joan', 'LABELLER');
    await show(page, 'pit2.png');
    // As when its time is over.
    await page.context().clearCookies();
    await draw(page, [24, 24, 40, 40]);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Your session has ended. What you drew is kept in this browser.').waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByLabel('E-mail address').fill('joan@example.com');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'pit2.png' }).waitFor();
    await page.getByRole('button', { name: '1: 16 × 16' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^saved, /).waitFor();
    expect(await saved('pit2.png')).toMatchObject([{ boxes: [square] }]);
    await page.context().close();
  });

  it('whoever may look only is offered nothing else, and told which right is missing', async () => {
    const page = await member('alan', 'VIEWER');
    await show(page, 'pit3.png');
    await page.getByText('You may not label in project line 3: that needs LABEL.').waitFor();
    expect(await page.getByRole('button', { name: 'Save and next' }).count()).toBe(0);
    const dataset = `${server.url}/studio/${encodeGlobalId('Dataset', datasetId)}`;
    for (const [screen, missing] of [
      ['images', 'add images'],
      ['train', 'train'],
      ['review', 'review labels'],
      ['studies', 'make studies'],
    ] as const) {
      await page.goto(`${dataset}/${screen}`);
      await page.getByText(`You may not ${missing} in project line 3`).waitFor();
      expect(await page.locator('main button.primary').count()).toBe(0);
    }
    await page.context().close();
  });
});
