import { expect, test } from 'vitest';
import { drawOutline } from '../../../../src/toolkit/post-processing/outline.js';

test('the edge of what reaches the threshold is white, what is around it black, on a dark and on a bright surface', () => {
  const scores = [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0];
  const map = { width: 5, height: 5, data: Float32Array.from(scores) };
  for (const grey of [3, 250]) {
    const image = { width: 5, height: 5, data: new Uint8Array(75).fill(grey) };
    drawOutline(image, map, 0.5);
    const at = (x: number, y: number) => image.data[3 * (5 * y + x)];
    expect([at(1, 1), at(2, 1), at(3, 3)]).toEqual([255, 255, 255]);
    expect([at(2, 0), at(0, 2), at(4, 3)]).toEqual([0, 0, 0]);
    expect([at(2, 2), at(0, 0)]).toEqual([grey, grey]);
  }
});
