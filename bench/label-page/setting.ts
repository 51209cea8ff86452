import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import sharp from 'sharp';
import {
  accepted,
  AddImagesDocument,
  CreateDatasetDocument,
  present,
  uploadBlob,
  type ResiduaClient,
} from '../../src/client/index.js';
import { nodeClient } from '../../src/client/node/index.js';
import { createDataSource, migrate, startEmbeddedPostgres } from '../../src/database/index.js';
import { startApi } from '../../src/main/api.js';
import { readConfig } from '../../src/main/config.js';
import { RandomSource } from '../../src/shared/random.js';
import { launchChromium } from '../../test/support/chromium.js';

/** A server of its own with a browser in front of it. */
export interface LabelPageSetting {
  client: ResiduaClient;
  page: Page;
  devtools: CDPSession;
  /** Of every process of the browser together, in MiB. */
  browserMegabytes: () => Promise<number>;
  /** Shows an image on the label page. */
  show: (dataset: Dataset, image: number, kind: 'box' | 'pixel') => Promise<void>;
  close: () => Promise<void>;
}

export interface Dataset {
  id: string;
  /** Ids, in the order of the queue. */
  images: string[];
}

export async function openSetting(): Promise<LabelPageSetting> {
  const home = mkdtempSync(path.join(tmpdir(), 'residua-bench-'));
  const postgres = await startEmbeddedPostgres(home);
  const dataSource = await createDataSource(postgres.url).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  process.env['RESIDUA_LOG_LEVEL'] = 'warn';
  const config = readConfig({ RESIDUA_HOME: home, RESIDUA_PORT: '0' });
  const api = await startApi({ ...config, databaseUrl: postgres.url });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(600_000);
  page.on('pageerror', (error) => console.error(error));
  return {
    client: nodeClient({ url: api.url }),
    page,
    devtools: await page.context().newCDPSession(page),
    browserMegabytes: () => megabytesOf(browser),
    show: async (dataset, image, kind) => {
      await page.goto(`${api.url}/studio/${dataset.id}/label/${dataset.images[image]}?kind=${kind}&queue=all`);
      await page.getByRole('heading', { name: nameOf(image) }).waitFor();
    },
    close: async () => {
      await browser.close();
      await api.stop();
      await postgres.stop();
      for (const folder of [home, postgres.folder]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the queue calls an image. */
export function nameOf(image: number): string {
  return `${String(image).padStart(4, '0')}.png`;
}

/** Makes a data set of different images: a surface with grain, drawn large from a small one, which a PNG packs as it packs a photograph. */
export async function makeDataset(
  { client }: Pick<LabelPageSetting, 'client'>,
  name: string,
  count: number,
  size: { width: number; height: number },
): Promise<Dataset> {
  const made = accepted((await client.request(CreateDatasetDocument, { input: { name } })).createDataset);
  const { id } = present(made.dataset, name);
  const uploads: string[] = [];
  for (let i = 0; i < count; i++) {
    const png = await surfacePng(i, size);
    const sha256 = createHash('sha256').update(png).digest('hex');
    const blob = new Blob([new Uint8Array(png)]);
    const sent = { filename: nameOf(i), contentType: 'image/png', sha256, blob, owner: { datasetId: id } };
    uploads.push(await uploadBlob(client, sent));
  }
  const images = uploads.map((uploadId) => ({ uploadId, label: 'ANOMALOUS' as const, split: 'TRAIN' as const }));
  const { images: added } = accepted(
    (await client.request(AddImagesDocument, { input: { datasetId: id, images } })).addImages,
  );
  return { id, images: added.map((image) => image.id) };
}

async function surfacePng(seed: number, { width, height }: { width: number; height: number }): Promise<Buffer> {
  const random = RandomSource.fromSeed(seed);
  const [across, down] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  const grain = Uint8Array.from({ length: across * down * 3 }, () => 90 + random.integer(70));
  return sharp(grain, { raw: { width: across, height: down, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

async function megabytesOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  // A service for language models that some Chromiums start by themselves after a minute or two is not the page's.
  const counted = processInfo.filter(({ type }) => !type.startsWith('on_device_model'));
  const pages = counted.map(({ id }) => Number(readFileSync(`/proc/${id}/statm`, 'utf8').split(' ')[1]));
  return (pages.reduce((sum, each) => sum + each, 0) * 4096) / 2 ** 20;
}
