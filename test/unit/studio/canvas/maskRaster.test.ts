import { describe, expect, it } from 'vitest';
import { bytesOf, maskOf } from '../../../../studio/canvas/mask.js';
import { marksInWindow, tileInWindow } from '../../../../studio/canvas/maskRaster.js';
import type { Viewport } from '../../../../studio/canvas/viewport.js';
import { RandomSource } from '../../../../src/shared/random.js';

const size = { width: 200, height: 140 };
const random = RandomSource.fromSeed(9);
/** Scattered pixels, an empty tile and a full one. */
const mask = maskOf({
  ...size,
  data: Uint8Array.from({ length: 200 * 140 }, (_, i) => {
    const [x, y] = [i % 200, Math.floor(i / 200)];
    if (x < 64 && y < 64) return 0;
    return x >= 64 && x < 128 && y < 64 ? 1 : random.integer(20) === 0 ? 1 : 0;
  }),
});

const equal = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b);

/** Pixel by pixel. */
function slow(view: Viewport, width: number, height: number, left = 0, top = 0): Uint8Array {
  const { data } = bytesOf(mask);
  const shown = new Uint8Array(width * height);
  const put = (x: number, y: number) => {
    if (x >= left && y >= top && x < left + width && y < top + height) shown[(y - top) * width + x - left] = 1;
  };
  if (view.scale < 1) {
    data.forEach((value, i) => {
      const [x, y] = [(i % 200) + 0.5, Math.floor(i / 200) + 0.5];
      if (value) put(Math.floor(x * view.scale + view.x), Math.floor(y * view.scale + view.y));
    });
  } else {
    for (let i = 0; i < shown.length; i++) {
      const x = Math.floor(((i % width) + left + 0.5 - view.x) / view.scale);
      const y = Math.floor((Math.floor(i / width) + top + 0.5 - view.y) / view.scale);
      if (x >= 0 && y >= 0 && x < 200 && y < 140) shown[i] = data[y * 200 + x]!;
    }
  }
  return shown;
}

describe('a mask in the window', () => {
  it.each([
    { scale: 1, x: 0, y: 0 },
    { scale: 3.7, x: -211, y: 17.5 },
    { scale: 0.23, x: 5.5, y: 3 },
    { scale: 0.51, x: -20, y: -9.25 },
  ])('is seen as every pixel for itself says, at %o', (view) => {
    expect(equal(marksInWindow(mask, view, { left: 0, top: 0, right: 160, bottom: 120 }), slow(view, 160, 120))).toBe(
      true,
    );
    const part = marksInWindow(mask, view, { left: 21, top: 13, right: 61, bottom: 48 });
    expect(equal(part, slow(view, 40, 35, 21, 13))).toBe(true);
  });

  it('is painted anew where a tile is seen, and a pixel around it', () => {
    const view = { scale: 0.5, x: 10, y: 20 };
    expect(tileInWindow(mask, 5, view)).toEqual({ left: 41, top: 51, right: 75, bottom: 85 });
  });

  it('is nothing outside of the window', () => {
    const rect = { left: 9, top: 9, right: 9, bottom: 20 };
    expect(marksInWindow(mask, { scale: 1, x: 0, y: 0 }, rect)).toHaveLength(0);
  });
});
