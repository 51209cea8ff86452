import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { accepted, LabelledImageDocument, nodeOf, SaveMaskDocument } from '../../src/client/index.js';
import { decodeRle, encodeMaskPng, encodeRle } from '../../src/files/index.js';
import type { BinaryMask } from '../../src/shared/images.js';
import { RandomSource } from '../../src/shared/random.js';
import { hasChromium } from '../support/chromium.js';
import { useDatabase } from '../support/database.js';
import { surface } from '../support/installation.js';
import { datasetOf, StudioPage, upload } from '../support/studioPage.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Pixels a side of the images, and of a mask that is too large for a request. */
const side = 64;
const largeSide = 128;
/** Bytes of a request, far fewer than usual. */
const requestBytes = 8_000;

describe.skipIf(!hasChromium('Studio'))('the label page (needs Chromium)', () => {
  const database = useDatabase();
  let studio: StudioPage;
  let page: Page;
  let dataset: { id: string; images: Record<string, string> };

  beforeAll(async () => {
    const environment = { DATABASE_URL: database.url, RESIDUA_LIMIT_REQUEST_BYTES: String(requestBytes) };
    studio = await StudioPage.open(environment, 120_000);
    page = studio.page;
    const images = {
      a: surface(1, true),
      b: surface(2, true),
      c: surface(3, true),
      large: surface(4, true, largeSide),
    };
    dataset = await datasetOf(studio.client, 'tiles', images, { label: 'ANOMALOUS', split: 'TRAIN' });
  });
  afterAll(() => studio?.close());

  const show = async (name: string, on = page) => {
    await on.goto(`${studio.url}/studio/${dataset.id}/label/${dataset.images[name]}?kind=pixel&queue=all`);
    await on.getByRole('heading', { name: `${name}.png` }).waitFor();
  };
  const at = (x: number, y: number, pixels = side) => studio.at(x, y, pixels);
  const dab = async (x: number, y: number, options: { button?: 'right' } = {}, pixels = side) =>
    page.mouse.click(...(await at(x, y, pixels)), options);
  const marked = async () =>
    Number((await page.getByText(/pixels? marked,/).innerText()).split(' ')[0]!.replaceAll(',', ''));
  const shown = async (name: string) => {
    const variables = { id: dataset.images[name]!, withMask: true };
    return nodeOf((await studio.client.request(LabelledImageDocument, variables)).node, name);
  };
  const stored = async (name: string) => {
    const image = await shown(name);
    const found = image.annotations.find((annotation) => 'counts' in annotation);
    return found && { revision: found.revision, ...decodeRle(found.counts, image) };
  };
  const pixels = ({ data }: BinaryMask) => data.reduce((sum, value) => sum + value, 0);

  it('masks are painted by brush and eraser, taken back, and survive a reload before they are saved', async () => {
    await show('a');
    await dab(32, 32);
    // All pixels whose middle is within 8 of the place.
    const disc = 208;
    expect(await marked()).toBe(disc);
    await page.mouse.move(...(await at(10, 10)));
    await page.mouse.down();
    for (const x of [20, 40, 54]) await page.mouse.move(...(await at(x, 10)));
    await page.mouse.up();
    const withStroke = await marked();
    expect(withStroke).toBeGreaterThan(disc + 44 * 15);
    await dab(54, 10, { button: 'right' });
    expect(await marked()).toBeLessThan(withStroke);
    await studio.press('Control+z', 'Control+z');
    expect(await marked()).toBe(disc);
    await studio.press('Control+y');
    expect(await marked()).toBe(withStroke);
    expect(await studio.barriers('label-mask')).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: 'a.png' }).waitFor();
    expect(await marked()).toBe(withStroke);
    expect(await stored('a')).toBeUndefined();
    await studio.press('Control+Enter');
    await page.getByRole('heading', { name: 'b.png' }).waitFor();
    const mask = (await stored('a'))!;
    expect([pixels(mask), mask.data[32 * side + 32], mask.data[10 * side + 30], mask.data[50 * side + 50]]).toEqual([
      ...[withStroke, 1, 1, 0],
    ]);
  });

  it('masks are closed polygons with even-odd holes, which can be filled; an open one is not lost by saving', async () => {
    await studio.press('p');
    for (const [x, y] of [
      [10, 10],
      [50, 10],
      [50, 50],
      [10, 50],
      [10, 10],
      [20, 20],
      [40, 20],
      [40, 40],
      [20, 40],
      [20, 20],
    ] as const) {
      await dab(x, y);
    }
    await studio.press('Control+Enter');
    await page.getByText('The polygon is open').waitFor();
    await studio.press('Enter');
    expect(await marked()).toBe(40 * 40 - 20 * 20);
    await studio.press('h');
    expect(await marked()).toBe(40 * 40);
    await studio.press('Control+z', 'Control+Enter');
    await page.getByRole('heading', { name: 'c.png' }).waitFor();
    expect(pixels((await stored('b'))!)).toBe(40 * 40 - 20 * 20);
  });

  it('masks become boxes and blocks, too, where that is asked for', async () => {
    await show('b');
    await page.getByLabel('when saved, make boxes and blocks of it, too').check();
    await dab(30, 30);
    await studio.press('Control+Enter');
    await page.getByText('made of it: boxes, blocks').waitFor();
    const image = await shown('b');
    const boxes = image.annotations.flatMap((each) => ('boxes' in each ? each.boxes : []));
    // The frame of the polygon and, in its hole, the dab.
    expect(boxes.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [10, 10, 40, 40],
      [22, 22, 16, 16],
    ]);
    expect(image.annotations.some((each) => 'labels' in each)).toBe(true);
  });

  it('masks are corrected later, and somebody else is asked about', async () => {
    const other = await studio.another();
    await show('b', other);
    await show('b');
    expect(await marked()).toBeGreaterThan(1200);
    await studio.press('b', 'Shift+ArrowRight');
    for (const each of [other, page]) {
      await each.keyboard.press('n');
      await each.keyboard.press('Control+Enter');
      await each.getByRole('heading', { name: /c\.png|saved this label meanwhile/ }).waitFor();
    }
    await page.getByText('They differ in').waitFor();
    expect(await studio.barriers('mask-conflict')).toEqual([]);
    await page.getByRole('button', { name: 'Go on with mine' }).click();
    await studio.press('Control+Enter');
    await page.getByRole('heading', { name: 'c.png' }).waitFor();
    expect((await stored('b'))!.revision).toBe(4);
    await other.close();
  });

  it('masks are painted by the keyboard alone', async () => {
    await show('c');
    await studio.press('b', '[', '[', '[', '[', 'n', 'Shift+ArrowRight', 'Control+ArrowDown', 'Control+Enter');
    await page.getByRole('heading', { name: 'large.png' }).waitFor();
    const mask = (await stored('c'))!;
    expect([mask.data[32 * side + 32], mask.data[34 * side + 42], mask.data[10 * side + 10]]).toEqual([1, 1, 0]);
  });

  it('masks are painted by a pen, and moved by fingers while one rests on the screen', async () => {
    await show('c');
    const before = await marked();
    const session = await page.context().newCDPSession(page);
    const [x, y] = await at(12, 12);
    const pen = { x, y, button: 'left', buttons: 1, clickCount: 1, pointerType: 'pen' } as const;
    await session.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...pen });
    await session.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...pen, buttons: 0 });
    await vi.waitFor(async () => expect(await marked()).toBeGreaterThan(before));
    const after = await marked();
    const [left, top] = await at(48, 48);
    for (const [type, touchPoints] of [
      ['touchStart', [{ x: left, y: top }]],
      ['touchMove', [{ x: left - 60, y: top }]],
      ['touchEnd', []],
    ] as const) {
      await session.send('Input.dispatchTouchEvent', { type, touchPoints: [...touchPoints] });
    }
    expect(await marked()).toBe(after);
    await studio.press('Control+z');
    expect(await marked()).toBe(before);
  });

  it('masks go ahead as a file when they are too large for a request', async () => {
    const random = RandomSource.fromSeed(5);
    const data = Uint8Array.from({ length: largeSide ** 2 }, () => random.integer(2));
    const noise = { width: largeSide, height: largeSide, data };
    const owned = { imageId: dataset.images['large']!, expectedRevision: 0 };
    const tooLarge = { input: { ...owned, counts: encodeRle(noise) } };
    expect(studio.client.bytesOf(SaveMaskDocument, tooLarge)).toBeGreaterThan(requestBytes);
    const uploadId = await upload(studio.client, dataset.id, 'noise.png', await encodeMaskPng(noise));
    const { savePixelAnnotation } = await studio.client.request(SaveMaskDocument, { input: { ...owned, uploadId } });
    accepted(savePixelAnnotation);
    await show('large');
    expect(await marked()).toBe(pixels(noise));
    await dab(96, 64, {}, largeSide);
    await studio.press('Control+Enter');
    await page.getByText('Done').waitFor();
    const mask = (await stored('large'))!;
    expect(mask.revision).toBe(2);
    const expected = data.map((value, i) => {
      const [x, y] = [(i % largeSide) + 0.5, Math.floor(i / largeSide) + 0.5];
      return Math.hypot(x - 96, y - 64) <= 8 ? 1 : value;
    });
    expect(Buffer.from(mask.data).equals(expected)).toBe(true);
  });

  it('lists every key, takes another for an action, and tells what lost it', async () => {
    await show('c');
    await studio.press('?');
    expect(await studio.barriers('label-keys')).toEqual([]);
    await page.getByRole('button', { name: 'Change the key: eraser' }).click();
    await studio.press('Control+t');
    await page.getByText('Ctrl+T belongs to the browser').waitFor();
    await page.getByRole('button', { name: 'Change the key: eraser' }).click();
    await studio.press('b');
    await page.getByText('B was the key for: brush.').waitFor();
    await studio.press('Escape', 'b');
    await page.getByRole('radio', { name: 'B Eraser' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'c.png' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Brush' }).isChecked()).toBe(true);
    await studio.press('b');
    expect(await page.getByRole('radio', { name: 'B Eraser' }).isChecked()).toBe(true);
    await studio.press('?');
    await page.getByLabel('Keys as in').selectOption('CVAT');
    await page.getByRole('button', { name: 'Without my own keys' }).click();
    await studio.press('Escape', 'b');
    expect(await page.getByRole('radio', { name: 'B Brush' }).isChecked()).toBe(true);
  });

  it('loads at most 150 kB of script, packed', async () => {
    await show('a');
    const scripts = [...new Set(studio.addresses)].filter((address) => /\.js$/.test(address));
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = await Promise.all(
      scripts.map(async (address) => {
        const response = await fetch(address.replace('localhost', '127.0.0.1'));
        return gzipSync(Buffer.from(await response.arrayBuffer())).length;
      }),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150_000);
  });

  it('breaks no rule of the page', () => expect(studio.complaints).toEqual([]));
});
