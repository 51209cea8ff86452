import type { Span } from './mask.js';
import type { Point } from './viewport.js';

/** Pixels across of a brush, least and most. */
export const brushSizes = { least: 1, most: 500 } as const;

/** The next size up or down, by a fifth and at least a pixel. */
export function nextSize(size: number, direction: 1 | -1): number {
  const step = Math.max(1, Math.round(size / 5));
  return Math.min(brushSizes.most, Math.max(brushSizes.least, size + direction * step));
}

/**
 * The rows of pixels a round brush covers on its way between two places: every pixel whose middle is within half its size of the way. A brush of
 * one pixel leaves no gaps, whatever the slope.
 * @param size pixels across.
 */
export function strokeSpans(from: Point, to: Point, size: number): Span[] {
  const [a, b] = [onGrid(from, size), onGrid(to, size)];
  const reach = size / 2;
  const [top, bottom] = [Math.min(a.y, b.y) - reach, Math.max(a.y, b.y) + reach];
  const spans: Span[] = [];
  for (let y = Math.ceil(top - 0.5); y + 0.5 <= bottom; y++) {
    const [left, right] = rowOf(a, b, reach, y + 0.5);
    const span = { y, from: Math.ceil(left - 0.5 - tiny), to: Math.floor(right - 0.5 + tiny) + 1 };
    if (span.to > span.from) spans.push(span);
  }
  return spans;
}

/** What rounding must not take from the edge. */
const tiny = 1e-9;

/** Brushes of an odd size sit on the middle of a pixel, others on a corner: what is seen below the pointer is what is painted. */
function onGrid({ x, y }: Point, size: number): Point {
  return size % 2 === 1 ? { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 } : { x: Math.round(x), y: Math.round(y) };
}

/** Left and right of a line thickened to a capsule, at a height; it is convex, so that the outermost of its parts tell. */
function rowOf(a: Point, b: Point, reach: number, y: number): [left: number, right: number] {
  let [left, right] = [Infinity, -Infinity];
  const take = (x: number) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
  };
  for (const end of [a, b]) {
    const half = Math.sqrt(reach ** 2 - (y - end.y) ** 2);
    if (half >= 0) [end.x - half, end.x + half].forEach(take);
  }
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return [left, right];
  const [nx, ny] = [(-dy / length) * reach, (dx / length) * reach];
  // The two long sides; a level one ends where the round ends begin.
  for (const side of [1, -1]) {
    const start = { x: a.x + side * nx, y: a.y + side * ny };
    const along = dy === 0 ? (start.y === y ? 0 : -1) : (y - start.y) / dy;
    if (along < 0 || along > 1) continue;
    take(start.x + along * dx);
    if (dy === 0) take(start.x + dx);
  }
  return [left, right];
}

/**
 * The rows of pixels inside a polygon, by the even-odd rule: where it crosses itself twice, there is a hole. A pixel is inside when its
 * middle is.
 */
export function polygonSpans(corners: readonly Point[]): Span[] {
  const spans: Span[] = [];
  const [top, bottom] = [Math.min(...corners.map(({ y }) => y)), Math.max(...corners.map(({ y }) => y))];
  for (let y = Math.ceil(top - 0.5); y + 0.5 <= bottom; y++) {
    const crossings = crossingsAt(corners, y + 0.5);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const span = { y, from: Math.ceil(crossings[i]! - 0.5), to: Math.ceil(crossings[i + 1]! - 0.5) };
      if (span.to > span.from) spans.push(span);
    }
  }
  return spans;
}

/** Where the sides cross a height, from left to right. */
function crossingsAt(corners: readonly Point[], y: number): number[] {
  const crossings = corners.flatMap((a, index) => {
    const b = corners[(index + 1) % corners.length]!;
    // Half open, so that a corner counts for one of its two sides.
    return a.y <= y !== b.y <= y ? [a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)] : [];
  });
  return crossings.sort((a, b) => a - b);
}
