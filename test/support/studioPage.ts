import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import {
  accepted,
  AddImagesDocument,
  CreateDatasetDocument,
  present,
  uploadBlob,
  type ImageLabel,
  type ResiduaClient,
  type Split,
} from '../../src/client/index.js';
import { encodePng } from '../../src/files/index.js';
import type { RgbImage } from '../../src/shared/images.js';
import { launchChromium } from './chromium.js';
import { ResiduaProcesses } from './residuaProcesses.js';

/** Where pictures of the screens go, for somebody who wants to look. */
const pictures = process.env['RESIDUA_TEST_PICTURES'];

/** Studio in a browser, from a server of its own. */
export class StudioPage {
  /** What the browser has complained of; that it has no connection is what some tests want. */
  readonly complaints: string[] = [];
  /** Every address that was asked for. */
  readonly addresses: string[] = [];

  private constructor(
    readonly processes: ResiduaProcesses,
    private readonly browser: Browser,
    readonly page: Page,
    /** For what a test drops, and the server's home. */
    readonly folder: string,
  ) {}

  /**
   * @param environment of the server, `DATABASE_URL` among it. @param longest milliseconds that anything may take.
   * @param prepare writes what the server finds in the folder, which it may import from.
   */
  static async open(
    environment: Record<string, string>,
    longest: number,
    prepare: (folder: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<StudioPage> {
    const folder = await mkdtemp(join(tmpdir(), 'residua-e2e-studio-'));
    await prepare(folder);
    const home = { RESIDUA_HOME: join(folder, 'home'), RESIDUA_IMPORT_ROOTS: folder };
    const processes = new ResiduaProcesses({ ...home, ...environment });
    await processes.ready();
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const studio = new StudioPage(processes, browser, page, folder);
    page.setDefaultTimeout(longest);
    studio.listen(page);
    await page.addInitScript(axe.source);
    return studio;
  }

  get client(): ResiduaClient {
    return this.processes.client;
  }

  /** By another name than the server's own: the page must not depend on it. */
  get url(): string {
    return this.client.address.url.replace('127.0.0.1', 'localhost');
  }

  private listen(page: Page): void {
    page.on('console', (message) => {
      const isWanted = message.text().includes('ERR_INTERNET_DISCONNECTED');
      if (message.type() === 'error' && !isWanted) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => this.addresses.push(request.url()));
  }

  /** By the navigation. */
  async screen(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name }).click();
  }

  /** Where a place of the image is on the page. @param pixels a side of the image that the label page shows. */
  async at(x: number, y: number, pixels = 64): Promise<readonly [x: number, y: number]> {
    const canvas = this.page.locator('canvas.raster');
    await canvas.waitFor();
    const box = (await canvas.boundingBox())!;
    const scale = (Math.min(box.width, box.height) - 32) / pixels;
    return [box.x + box.width / 2 + (x - pixels / 2) * scale, box.y + box.height / 2 + (y - pixels / 2) * scale];
  }

  /** Draws a box around the dark square of a {@link surface}. */
  async drawBox(): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(...(await this.at(24.2, 24.2)));
    await mouse.down();
    await mouse.move(...(await this.at(30, 30)));
    await mouse.move(...(await this.at(39.8, 39.8)));
    await mouse.up();
    await this.page.getByRole('button', { name: '1: 16 × 16' }).waitFor();
  }

  /** Somebody else's page. */
  another(): Promise<Page> {
    return this.browser.newPage({ viewport: { width: 1280, height: 720 } });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** What is wrong for people who use it otherwise; a picture of it, too. */
  async barriers(name: string): Promise<string[]> {
    await this.picture(name);
    const { violations } = await this.page.evaluate<axe.AxeResults>('axe.run()');
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  async picture(name: string): Promise<void> {
    if (pictures) await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.processes.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Makes a data set of pictures, all of one kind. @returns its id, and the ids of its images by their names. */
export async function datasetOf(
  client: ResiduaClient,
  name: string,
  images: Readonly<Record<string, RgbImage>>,
  { label, split }: { label: ImageLabel; split: Split },
): Promise<{ id: string; images: Record<string, string> }> {
  const made = accepted((await client.request(CreateDatasetDocument, { input: { name } })).createDataset);
  const { id } = present(made.dataset, name);
  const uploads: string[] = [];
  for (const [file, image] of Object.entries(images)) {
    uploads.push(await upload(client, id, `${file}.png`, await encodePng(image)));
  }
  const input = { datasetId: id, images: uploads.map((uploadId) => ({ uploadId, label, split })) };
  const added = accepted((await client.request(AddImagesDocument, { input })).addImages).images;
  return { id, images: Object.fromEntries(Object.keys(images).map((file, index) => [file, added[index]!.id])) };
}

/** Sends a PNG that a data set may use. @returns the upload's id. */
export function upload(client: ResiduaClient, datasetId: string, filename: string, png: Buffer): Promise<string> {
  const sha256 = createHash('sha256').update(png).digest('hex');
  const named = { filename, contentType: 'image/png', sha256, blob: new Blob([new Uint8Array(png)]) };
  return uploadBlob(client, { ...named, owner: { datasetId } });
}
