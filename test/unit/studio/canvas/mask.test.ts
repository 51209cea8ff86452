import { describe, expect, it } from 'vitest';
import { withoutHoles } from '../../../../studio/canvas/holes.js';
import {
  bytesOf,
  disagreement,
  emptyMask,
  joined,
  markedPixels,
  maskOf,
  painted,
  type Mask,
} from '../../../../studio/canvas/mask.js';
import { nextSize, polygonSpans, strokeSpans } from '../../../../studio/canvas/strokes.js';
import { RandomSource } from '../../../../src/shared/random.js';

const size = { width: 150, height: 130 };
const empty = emptyMask(size);

/** Comparing thousands of numbers one by one takes seconds. */
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b);

/** As rows of `.` and `#`, of the first pixels. */
function drawing(mask: Mask, width: number, height: number): string[] {
  const { data } = bytesOf(mask);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[y * mask.width + x] ? '#' : '.')).join(''),
  );
}

/** Every pixel for itself: whether its middle is within half a size of the way. */
function slowStroke(a: { x: number; y: number }, b: { x: number; y: number }, across: number): Uint8Array {
  return Uint8Array.from({ length: size.width * size.height }, (_, i) => {
    const [x, y] = [(i % size.width) + 0.5, Math.floor(i / size.width) + 0.5];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const squared = dx ** 2 + dy ** 2;
    const t = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / squared));
    return Math.hypot(x - a.x - t * dx, y - a.y - t * dy) <= across / 2 + 1e-9 ? 1 : 0;
  });
}

describe('masks', () => {
  it('come back from bytes as they went, tiles at the edges included', () => {
    const random = RandomSource.fromSeed(4);
    const data = Uint8Array.from({ length: size.width * size.height }, () => (random.integer(3) === 0 ? 1 : 0));
    const mask = maskOf({ ...size, data });
    expect(equal(bytesOf(mask).data, data)).toBe(true);
    expect(markedPixels(mask)).toBe(data.reduce((sum, value) => sum + value, 0));
    const all = painted(
      empty,
      Array.from({ length: 130 }, (_, y) => ({ y, from: -5, to: 999 })),
      1,
    );
    expect(markedPixels(all)).toBe(150 * 130);
    expect(
      markedPixels(
        painted(
          all,
          [
            { y: 0, from: 0, to: 150 },
            { y: -1, from: 0, to: 9 },
          ],
          0,
        ),
      ),
    ).toBe(150 * 129);
    expect(disagreement(mask, all)).toBe(150 * 130 - markedPixels(mask));
  });

  it('share what a stroke has not touched, and are the same when it changed nothing', () => {
    const once = painted(empty, [{ y: 70, from: 60, to: 70 }], 1);
    const changed = once.tiles.flatMap((tile, index) => (tile === empty.tiles[index] ? [] : [index]));
    expect(changed).toEqual([3, 4]);
    expect(painted(once, [{ y: 70, from: 62, to: 66 }], 1)).toBe(once);
    expect(painted(empty, [{ y: 70, from: 62, to: 66 }], 0)).toBe(empty);
    expect(disagreement(painted(once, [{ y: 70, from: 60, to: 70 }], 0), empty)).toBe(0);
    const other = painted(empty, [{ y: 2, from: 0, to: 3 }], 1);
    expect(markedPixels(joined(once, other))).toBe(13);
    expect(joined(once, once)).toBe(once);
  });

  it('are painted by a round brush exactly as every pixel for itself says', () => {
    const random = RandomSource.fromSeed(7);
    for (let i = 0; i < 60; i++) {
      const across = 1 + random.integer(24);
      const place = () => {
        const [x, y] = [random.integer(size.width), random.integer(size.height)];
        return across % 2 === 1 ? { x: x + 0.5, y: y + 0.5 } : { x, y };
      };
      const [a, b] = [place(), i % 5 === 0 ? undefined : place()];
      const drawn = bytesOf(painted(empty, strokeSpans(a, b ?? a, across), 1)).data;
      expect(equal(drawn, slowStroke(a, b ?? a, across)), `${JSON.stringify([a, b])} by ${across}`).toBe(true);
    }
  });

  it('are painted without gaps by a brush of one pixel', () => {
    const line = painted(empty, strokeSpans({ x: 0.2, y: 0.9 }, { x: 9.9, y: 4.1 }, 1), 1);
    expect(drawing(line, 10, 5).map((row) => row.includes('#'))).toEqual([true, true, true, true, true]);
    const { data } = bytesOf(line);
    const columns = Array.from({ length: 10 }, (_, x) => [0, 1, 2, 3, 4].some((y) => data[y * 150 + x] === 1));
    expect(columns).toEqual(new Array(10).fill(true));
  });

  it('are filled by polygons, with the even-odd rule', () => {
    const star = polygonSpans([
      { x: 0, y: 0 },
      { x: 6, y: 0 },
      { x: 6, y: 6 },
      { x: 0, y: 6 },
      { x: 0, y: 0 },
      { x: 2, y: 2 },
      { x: 4, y: 2 },
      { x: 4, y: 4 },
      { x: 2, y: 4 },
      { x: 2, y: 2 },
    ]);
    expect(drawing(painted(empty, star, 1), 7, 7)).toEqual([
      '######.',
      '######.',
      '##..##.',
      '##..##.',
      '######.',
      '######.',
      '.......',
    ]);
    expect(polygonSpans([{ x: 3, y: 3 }])).toEqual([]);
  });

  it('lose their holes, but not bays that reach the edge', () => {
    const ring = painted(empty, strokeSpans({ x: 75, y: 65 }, { x: 75, y: 65 }, 60), 1);
    const hollow = painted(ring, strokeSpans({ x: 75, y: 65 }, { x: 75, y: 65 }, 40), 0);
    expect(disagreement(withoutHoles(hollow), ring)).toBe(0);
    const open = painted(hollow, [{ y: 65, from: 0, to: 75 }], 0);
    expect(withoutHoles(open)).toBe(open);
    const edge = painted(
      emptyMask({ width: 5, height: 3 }),
      [
        { y: 0, from: 1, to: 2 },
        { y: 0, from: 3, to: 4 },
        { y: 1, from: 1, to: 4 },
      ],
      1,
    );
    expect(withoutHoles(edge)).toBe(edge);
  });

  it('are painted by sizes that grow and shrink by a fifth within their bounds', () => {
    expect([nextSize(1, 1), nextSize(1, -1), nextSize(20, 1), nextSize(500, 1)]).toEqual([2, 1, 24, 500]);
  });
});
