import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DatasetByNameDocument,
  DatasetImagesDocument,
  ModelVersionDocument,
  nodeOf,
  PredictNowDocument,
  present,
} from '../../src/client/index.js';
import { encodePng } from '../../src/files/index.js';
import { hasChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { StudioPage } from '../support/studioPage.js';
import { greyPng } from '../unit/files/imageBytes.js';
import { tinySemirest, tinySettings } from '../support/tinySettings.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Milliseconds a training may take beside other tests. */
const longest = 120_000;

/** Every part of the detector small, by the names of the page's fields. */
const small = { ...tinySettings, ...tinySemirest, syntheticPool: 4, 'pretraining.steps': 2 };

describe.skipIf(!hasChromium('Studio'))('the first hour in Studio (needs Chromium)', () => {
  const database = useDatabase();
  let studio: StudioPage;
  let page: Page;

  beforeAll(async () => {
    studio = await StudioPage.open({ DATABASE_URL: database.url }, longest);
    page = studio.page;
  });
  afterAll(() => studio?.close());

  /** Drops files on the wall, said to be of a kind. @returns what the page says of them. */
  async function drop(files: Record<string, Uint8Array>, label: string, split: string): Promise<string> {
    await page.getByLabel('These images are').selectOption(label);
    await page.getByLabel('and are there').selectOption(split);
    const sent = Object.entries(files).map(([name, bytes]) => ({
      name,
      mimeType: 'image/png',
      buffer: Buffer.from(bytes),
    }));
    await page.getByLabel('Drop images here, or choose them').setInputFiles(sent);
    return page.locator('.added').innerText();
  }

  /** Below the folder `tiles`. */
  async function writeFolder(folders: Record<string, Record<string, Uint8Array>>) {
    for (const [name, files] of Object.entries(folders)) {
      await mkdir(join(studio.folder, 'tiles', name), { recursive: true });
      for (const [file, bytes] of Object.entries(files))
        await writeFile(join(studio.folder, 'tiles', name, file), bytes);
    }
  }

  /** As a hand does: the browser reads the folder itself. */
  async function dropFolder(path: string) {
    const area = page.getByText('Drop a folder or a zip of images here');
    await area.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await area.boundingBox())!;
    const devTools = await page.context().newCDPSession(page);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devTools.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
    }
    await devTools.detach();
  }

  const surfaces = async (name: string, seeds: readonly number[], isDefective = false) =>
    Object.fromEntries(
      await Promise.all(
        seeds.map(async (seed) => [`${name}${seed}.png`, await encodePng(surface(seed, isDefective))] as const),
      ),
    );

  /** Every image of the data set with its boxes, as the API tells it. */
  async function labelled() {
    const { dataset } = await studio.client.request(DatasetByNameDocument, { name: 'tiles' });
    const { id } = present(dataset, 'tiles');
    const { images } = nodeOf((await studio.client.request(DatasetImagesDocument, { id })).node, 'tiles');
    return images.nodes;
  }
  /** The mask of an image, and what was suggested while it was drawn. */
  async function savedMask(id: string): Promise<unknown> {
    const query = `query ($id: ID!) { node(id: $id) { ... on Image { annotations { ... on PixelAnnotation {
      anomalousPixels assistance { regionsAccepted regionsRejected regionsEdited threshold shownSeconds modelVersion { id } } } } } } }`;
    const answer = await page.request.post(`${studio.url}/graphql`, { data: { query, variables: { id } } });
    const { data } = (await answer.json()) as { data: { node: { annotations: object[] } } };
    return data.node.annotations.find((annotation) => 'anomalousPixels' in annotation);
  }
  /** The queue, in its order. */
  const waiting = async () => {
    const pictures = await page.locator('.strip img').all();
    return Promise.all(pictures.map(async (each) => (await each.getAttribute('alt')) ?? ''));
  };
  const boxesOf = async (filename: string) =>
    (await labelled())
      .filter((image) => image.filename === filename)
      .flatMap(({ annotations }) => annotations.flatMap((each) => ('boxes' in each ? each.boxes : [])));

  it('makes a data set and takes images, and names the file that is none', async () => {
    await page.goto(studio.url, { waitUntil: 'domcontentloaded' });
    await page.getByLabel('Name of a new data set').fill('tiles');
    expect(await studio.barriers('data-sets')).toEqual([]);
    await page.getByRole('button', { name: 'Make it' }).click();
    const good = await drop(
      { ...(await surfaces('good', [1, 2, 3, 4, 5])), 'notes.png': Buffer.from('no picture') },
      'NORMAL',
      'TRAIN',
    );
    expect(good).toMatch(/5 images added\.[^]*1 file refused:[^]*notes\.png IMAGE_FORMAT_UNSUPPORTED/);
    await page.getByText('5 images', { exact: true }).waitFor();
    expect(await studio.barriers('images')).toEqual([]);
  });

  it('says what a folder would make before it imports it, through a lost connection', async () => {
    await writeFolder({
      'train/pit': { ...(await surfaces('pit', [6, 7], true)), 'broken.png': Buffer.from('no picture') },
      '.': { 'notes.txt': Buffer.from('hello') },
    });
    await page.context().setOffline(true);
    await dropFolder(join(studio.folder, 'tiles'));
    await page.getByText('The connection is lost.').waitFor();
    await page.context().setOffline(false);
    const dry = page.getByRole('region', { name: 'What would be imported' });
    await dry.getByRole('button', { name: 'Import 2 images, leave 1 out' }).waitFor();
    const found = await dry.innerText();
    expect(found).toMatch(/0 normal, 2 defective, 0 not known\s+Use\s+2 to train, 0 to validate, 0 to test/);
    expect(found).toMatch(/pit \(2\)[^]*IMAGE_FORMAT_UNSUPPORTED Image 'train\/pit\/broken\.png'/);
    expect(await page.locator('.total').innerText()).toBe('5 images');
    expect(await studio.barriers('import')).toEqual([]);
    await page.reload();
    await dry.getByRole('button', { name: 'Import 2 images, leave 1 out' }).click();
    await page.getByText('2 images imported.').waitFor();
    await page.getByText('7 images', { exact: true }).waitFor();
    // The same folder once more adds nothing: that is how a broken import goes on.
    await page.getByRole('link', { name: 'Close' }).click();
    await dropFolder(join(studio.folder, 'tiles'));
    await dry.getByText('Images that are there already').first().waitFor();
    expect(await dry.innerText()).toMatch(/Images that are there already\s+2 images/);
    await dry.getByRole('link', { name: 'Cancel' }).click();
    expect(await drop(await surfaces('pit', [8], true), 'ANOMALOUS', 'TEST')).toContain('1 image added.');
    expect(await drop(await surfaces('good', [9]), 'NORMAL', 'TEST')).toContain('1 image added.');
    await page.getByText('9 images', { exact: true }).waitFor();
  });

  it('asks what marks a defect in masks of more than two values', async () => {
    const greys = Array.from({ length: 64 * 64 }, (_, at) => [0, 100, 255][at % 3]!);
    await writeFolder({
      '../grey/train/good': await surfaces('good', [11]),
      '../grey/test/pit': await surfaces('pit', [12, 13], true),
      '../grey/ground_truth/pit': { 'pit12_mask.png': greyPng(64, 64, greys) },
    });
    await dropFolder(join(studio.folder, 'grey'));
    const dry = page.getByRole('region', { name: 'What would be imported' });
    await dry.getByRole('button', { name: 'Import 2 images, leave 1 out' }).waitFor();
    await dry.getByLabel('Masks of more than two values').selectOption('128');
    await dry.getByRole('button', { name: 'Import 3 images', exact: true }).waitFor();
    expect(await studio.barriers('import-masks')).toEqual([]);
    await page.reload();
    await dry.getByRole('button', { name: 'Import 3 images', exact: true }).waitFor();
    await dry.getByRole('link', { name: 'Cancel' }).click();
  });

  it('shows the images a filter chooses, by an address of its own', async () => {
    await page.getByRole('combobox', { name: 'Label', exact: true }).selectOption('ANOMALOUS');
    await page.getByText('3 images', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('3 images', { exact: true }).waitFor();
    expect(await page.locator('.tile').count()).toBe(3);
  });

  it('draws a box by hand, which survives a reload before it is saved', async () => {
    await studio.screen('Label');
    await studio.drawBox();
    await page.getByLabel('Defect in box 1').fill('pit');
    await page.getByLabel('Defect in box 1').press('Tab');
    expect(await studio.barriers('label-boxes')).toEqual([]);
    await page.reload();
    await page.getByRole('button', { name: '1: 16 × 16' }).waitFor();
    const [first, second] = await waiting();
    expect(await boxesOf(first!)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: second }).waitFor();
    expect(await boxesOf(first!)).toEqual([{ x: 24, y: 24, width: 16, height: 16, defectType: 'pit' }]);
  });

  it('labels the next one with the keyboard alone, undo included', async () => {
    await studio.press('n', 'Delete', 'n', 'ArrowRight', 'Control+z', 'Alt+Shift+ArrowRight', 'Control+z');
    await page.getByRole('button', { name: '1: 16 × 16' }).waitFor();
    await studio.press('Control+Enter');
    const [, second, third] = await waiting();
    await page.getByRole('heading', { name: third }).waitFor();
    await studio.press('f');
    await page.getByText('Done: 2 labelled').waitFor();
    expect(await boxesOf(second!)).toEqual([{ x: 24, y: 24, width: 16, height: 16, defectType: null }]);
    expect(await studio.barriers('label-done')).toEqual([]);
  });

  it('paints blocks, and asks when somebody else has saved meanwhile', async () => {
    const other = await studio.another();
    await page.getByRole('button', { name: 'All images' }).click();
    await page.getByTitle('pit8.png').click();
    await page.getByRole('heading', { name: 'pit8.png' }).waitFor();
    await page.keyboard.press('k');
    await page.getByText('Paint blocks of 1 × 1 pixels').waitFor();
    await other.goto(page.url());
    await other.getByText('Paint blocks of 1 × 1 pixels').waitFor();
    for (const [each, keys] of [
      [other, ['3', 'Control+ArrowRight', 'Control+Enter']],
      [page, ['2', 'Control+ArrowDown', 'Control+Enter']],
    ] as const) {
      for (const key of keys) await each.keyboard.press(key);
      await each.getByRole('heading', { name: /good9\.png|saved this label meanwhile|Done/ }).waitFor();
    }
    await page.getByText('They differ in 3 blocks').waitFor();
    expect(await studio.barriers('conflict')).toEqual([]);
    await page.getByRole('button', { name: 'Take theirs' }).click();
    expect(await page.locator('.value.ignored .number').innerText()).toBe('2');
    await other.close();
  });

  it('trains on the boxes, and shows it live until it has ended', async () => {
    await studio.screen('Train');
    await page.getByText(/boxes: 2 defective images to train with, [0-9.]+ s of work/).waitFor();
    await page.getByText('Settings of this preset').click();
    for (const [name, value] of Object.entries(small)) {
      await page.getByLabel(name, { exact: true }).fill(String(value));
    }
    expect(await studio.barriers('train')).toEqual([]);
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('img', { name: /^Loss [0-9.e-]+ at step/ }).waitFor({ timeout: longest });
    await page.getByRole('link', { name: 'Look at tiles@1' }).waitFor({ timeout: longest });
    await page.locator('.state', { hasText: 'completed' }).waitFor();
    expect(await page.getByRole('region', { name: 'Stages' }).innerText()).toContain('calibration');
    expect(await studio.barriers('run')).toEqual([]);
  });

  it('measures the version, shows where it is wrong and why, and makes it champion', async () => {
    await page.getByRole('link', { name: 'Look at tiles@1' }).click();
    await page.getByRole('button', { name: 'Measure on 2 images to test' }).click();
    const worst = page.getByRole('region', { name: 'Worst images' });
    await worst.getByRole('img', { name: 'pit8.png with its anomaly map' }).waitFor({ timeout: longest });
    expect(await worst.innerText()).toMatch(/At the threshold: \d missed, \d false alarms?/);
    await worst.getByText('Why flagged').first().click();
    await worst.getByText(/^nearest good part: good\d\.png$/).waitFor();
    await page.getByRole('button', { name: 'Make this one champion' }).click();
    await page.getByText('champion is new: nobody asks for it yet.').waitFor();
    expect(await studio.barriers('alias')).toEqual([]);
    await page.getByRole('button', { name: 'Move champion' }).click();
    await page.getByText('champion is tiles@1.').waitFor();
    await page.getByText('History: 1 move').click();
    await page.getByText('champion: – → 1').waitFor();
    const threshold = page.getByRole('slider', { name: /^Threshold/ });
    const told = page.locator('.threshold-editor [role=status]');
    await threshold.press('Home');
    await expect
      .poll(() => told.innerText())
      .toMatch(/^1,000 false alarms per 1,000 good parts \(1 of 1 here\), 0 of 1 /);
    await threshold.press('End');
    await page.getByRole('button', { name: /^Back to/ }).click();
    expect(await studio.barriers('version')).toEqual([]);
    await page.getByLabel('Choose it by').selectOption('MANUAL');
    await page.getByLabel('Score', { exact: true }).fill('0.5');
    await page.getByRole('button', { name: 'Set threshold' }).click();
    await page.getByText('Anomalous from a score of 0.5 on, chosen by hand.').waitFor();
  });

  it('predicts an image that is dropped, by the champion', async () => {
    await studio.screen('Predict');
    const [[name, bytes] = []] = Object.entries(await surfaces('part', [10], true));
    await page
      .getByLabel('Drop an image here, or choose it')
      .setInputFiles([{ name: name!, mimeType: 'image/png', buffer: Buffer.from(bytes!) }]);
    const prediction = page.getByRole('region', { name: 'Prediction' });
    await prediction.getByRole('img', { name: 'part10.png with its anomaly map' }).waitFor();
    expect(await prediction.innerText()).toMatch(/part10\.png: (normal|anomalous)\s+score [0-9.]+, \d+ regions?/);
    expect(await studio.barriers('predict')).toEqual([]);
  });

  it('suggests what the champion sees, as boxes, blocks or a mask', async () => {
    const images = await labelled();
    const { id: imageId } = images.find(({ filename }) => filename === 'train/pit/pit6.png')!;
    const version = await studio.client.request(ModelVersionDocument, { model: 'tiles', version: '1' });
    const modelVersionId = present(version.modelVersion, 'tiles@1').id;
    const { predict } = await studio.client.request(PredictNowDocument, { input: { imageId, modelVersionId } });
    const regions = present(predict.prediction, 'prediction').regions;
    expect(regions.length).toBeGreaterThan(0);
    await studio.screen('Label');
    await page.getByRole('combobox', { name: 'Queue' }).selectOption('all');
    await page.getByTitle('train/pit/pit6.png').click();
    await page.getByRole('heading', { name: 'train/pit/pit6.png' }).waitFor();
    const before = await page.locator('.boxes li').count();
    await page.keyboard.press('s');
    const suggested = (number: number) => page.getByText(new RegExp(`^${number} regions? suggested`)).waitFor();
    await suggested(regions.length);
    expect(await studio.barriers('label-suggestions')).toEqual([]);
    await page.keyboard.press('a');
    await suggested(0);
    const buttons = await page.locator('.boxes li button:first-child').all();
    const drawn = await Promise.all(buttons.map((button) => button.getAttribute('title')));
    const boxes = regions.map(({ box: { x, y, width, height } }) => `x ${x}, y ${y}, ${width} × ${height} pixels`);
    expect(drawn.slice(before)).toEqual(boxes.filter((box) => !drawn.slice(0, before).includes(box)));
    await page.keyboard.press('Control+z');
    for (const look of ['blocks', 'masks'] as const) {
      await page.keyboard.press('k');
      await suggested(regions.length);
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await suggested(regions.length - 1);
      await page.keyboard.press('a');
      await page.getByText('1 rejected').waitFor();
      await suggested(0);
      await studio.barriers(`label-suggestions-${look}`);
      await page.keyboard.press('Control+z');
    }
    await page.reload();
    await page.getByRole('heading', { name: 'train/pit/pit6.png' }).waitFor();
    await page.keyboard.press('s');
    await suggested(regions.length);
    await page.keyboard.press('a');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^saved, /).waitFor();
    const pixels = regions.reduce((sum, region) => sum + region.pixels, 0);
    const counts = { regionsAccepted: regions.length, regionsRejected: 0, regionsEdited: 0 };
    expect(await savedMask(imageId)).toMatchObject({
      anomalousPixels: pixels,
      assistance: { ...counts, modelVersion: { id: modelVersionId } },
    });
  });

  it('ranks what waits by what helps most, once the champion has looked, and says why', async () => {
    await studio.screen('Label');
    await page.getByRole('combobox', { name: 'Draw' }).selectOption('BLOCK');
    await page.getByRole('combobox', { name: 'Queue' }).selectOption('helps');
    await page.getByText('tiles@1 has not seen 2 images of these.').waitFor();
    expect(await page.locator('.strip .why').allInnerTexts()).toEqual([
      expect.stringMatching(/^not seen by a model · about \d+(\.\d)? s$/),
      expect.stringMatching(/^not seen by a model · about \d+(\.\d)? s$/),
    ]);
    await page.getByRole('button', { name: 'Let tiles@1 look at them' }).click();
    await page.getByText('has not seen').waitFor({ state: 'detached' });
    for (const why of await page.locator('.strip .why').allInnerTexts()) {
      expect(why).toMatch(/^(doubtful|unlike the others)( · unlike the others)? · about \d+(\.\d)? s$/);
    }
    expect((await waiting()).sort()).toEqual(['train/pit/pit6.png', 'train/pit/pit7.png']);
    expect(await studio.barriers('label-what-helps')).toEqual([]);
  });

  it('has every step done at the start, and every version under the results', async () => {
    await studio.screen('Start');
    await page.getByText('a version is champion').waitFor();
    expect(await page.locator('.steps .mark', { hasText: 'done' }).count()).toBe(5);
    expect(await studio.barriers('start')).toEqual([]);
    await studio.screen('Results');
    await page.getByRole('row', { name: /tiles@1 champion semirest, semi-supervised/ }).waitFor();
    expect(await studio.barriers('results')).toEqual([]);
  });

  it('is as open to everybody in the dark, and on a tablet', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 820, height: 1180 });
    const shown = { Images: '.tile img', Label: 'canvas.raster', Train: 'form.stack', Results: 'table' };
    for (const [name, content] of Object.entries(shown)) {
      await studio.screen(name);
      await page.locator(content).first().waitFor();
      // More previews than a tablet is wide.
      if (name === 'Label') await page.getByRole('combobox', { name: 'Queue' }).selectOption('all');
      expect(await studio.barriers(`dark-${name.toLowerCase()}`)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(820);
    }
  });

  it('asks this server only, and breaks no rule of its content security policy', async () => {
    expect(studio.addresses.filter((address) => new URL(address).origin !== new URL(studio.url).origin)).toEqual([]);
    expect(studio.complaints).toEqual([]);
    const refused = `(() => {
      const script = document.createElement('script');
      try { script.textContent = 'window.injected = true'; document.head.append(script); } catch { /* refused at once */ }
      return 'injected' in window;
    })()`;
    expect(await page.evaluate<boolean>(refused)).toBe(false);
    const image = await page.request.get(`${studio.url}/studio/`);
    expect(image.headers()['content-security-policy']).not.toContain('unsafe');
  });
});
