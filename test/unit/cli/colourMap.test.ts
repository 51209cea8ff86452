import sharp from 'sharp';
import { expect, it } from 'vitest';
import { colourMapPng } from '../../../src/cli/report/colourMapPng.js';
import { drawText, textWidth } from '../../../src/cli/report/pixelText.js';
import { encodeGrey16Png } from '../../../src/files/index.js';

it('a map in colours has a legend of 0, the threshold and twice the threshold', async () => {
  const map = { width: 200, height: 100, data: new Float32Array(20_000).fill(0.25) };
  map.data.fill(0.5, 0, 200);
  // White is 4 times the threshold, as the server stores maps: 0.25 is the threshold, 0.5 twice of it.
  const png = await colourMapPng(await encodeGrey16Png(map), 2, 0.5);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([200, 124]);
  const colour = (x: number, y: number) => [...data.subarray(3 * (y * 200 + x), 3 * (y * 200 + x) + 3)];
  const [red, green] = [colour(100, 0), colour(100, 50)];
  expect(red[0]).toBeGreaterThan(2 * red[1]!);
  expect(green[1]).toBeGreaterThan(green[0]!);
  // The bar of the legend has the same colours where it says so.
  expect(Math.abs(colour(199, 104)[0]! - red[0]!)).toBeLessThan(8);
  expect(Math.abs(colour(100, 104)[1]! - green[1]!)).toBeLessThan(8);
  const black = Array.from({ length: 200 * 24 }, (_, i) => colour(i % 200, 100 + Math.floor(i / 200))).filter(
    (one) => one.join() === '0,0,0',
  );
  expect(black.length).toBeGreaterThan(50);
});

it('numbers are drawn without fonts', () => {
  const picture = { width: textWidth('1.5e-3'), height: 10, data: new Uint8Array(textWidth('1.5e-3') * 30).fill(255) };
  drawText(picture, '1.5e-3', 0, 0);
  expect(picture.data.filter((value) => value === 0).length).toBe(3 * 4 * 43);
});
