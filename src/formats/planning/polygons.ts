import type { ImageSize } from '../../files/index.js';
import type { BinaryMask } from '../../shared/images.js';

/** Points of one polygon, at most. */
export const maximumPolygonPoints = 100_000;

/** Editors put points on the far edge of the last pixel, or a little beyond. */
const reachPixels = 1;

/** Share of the image's side by which somebody may have drawn over the edge. */
const reachShare = 0.05;

/** Rows that all edges of a polygon together cross: what a line around anything visible does not reach. */
const leastCrossings = 1_000_000;
const crossingsPerPixel = 0.5;

/** Pixels by which points may lie outside an image of this size, at least; more was not drawn on this image. */
export function polygonReach({ width, height }: ImageSize): number {
  return Math.max(reachPixels, reachShare * Math.min(width, height));
}

/**
 * What keeps a polygon from marking pixels of an image, in words for POLYGON_INVALID: an odd count of numbers, fewer than
 * three points, a number that is not finite, a point too far outside, or edges that run up and down so often that painting it
 * would take minutes. It may intersect itself.
 *
 * @param points x and y by turns, in pixels.
 * @param reach pixels by which a point may lie outside.
 */
export function polygonFault(
  points: readonly number[],
  { width, height }: ImageSize,
  reach = reachPixels,
): string | undefined {
  if (points.length % 2 === 1) return `has ${points.length} numbers; x and y come in pairs`;
  if (points.length < 6) return `has ${points.length / 2} points; at least 3 are needed`;
  if (points.length > 2 * maximumPolygonPoints) {
    return `has ${points.length / 2} points; at most ${maximumPolygonPoints} are allowed`;
  }
  const broken = points.findIndex((at) => !Number.isFinite(at));
  if (broken >= 0) return `has a coordinate that is not a finite number, at place ${broken}`;
  const outside = points.findIndex((at, i) => {
    const limit = i % 2 === 0 ? width : height;
    return at < -reach || at > limit + reach;
  });
  if (outside < 0) return crossingsFault(points, { width, height });
  const first = outside - (outside % 2);
  const place = `(${points[first]}, ${points[first + 1]})`;
  return `has the point ${place}; the image has ${width}x${height} pixels`;
}

function crossingsFault(points: readonly number[], { width, height }: ImageSize): string | undefined {
  const most = Math.max(leastCrossings, crossingsPerPixel * width * height);
  let crossings = 0;
  for (let at = 1; at < points.length; at += 2) crossings += Math.abs(points[at]! - points[(at + 2) % points.length]!);
  if (crossings <= most) return undefined;
  return `crosses the rows of the image ${Math.round(crossings)} times; at most ${Math.floor(most)} are allowed`;
}

interface Edge {
  top: number;
  bottom: number;
  /** Where it meets the height `top`. */
  x: number;
  /** Columns it moves right for each row down. */
  slope: number;
}

/**
 * Sets to 1 the pixels whose centre a polygon encloses by the even-odd rule: row by row, between its first and second, third
 * and fourth … crossing of the row's middle. A centre on an edge belongs to what lies right of it or below.
 *
 * @param points x and y by turns, in pixels; what lies outside the mask is left out.
 */
export function fillPolygon(points: readonly number[], mask: BinaryMask): void {
  const edges = edgesOf(points).sort((a, b) => a.top - b.top);
  const firstRow = Math.max(0, Math.floor((edges[0]?.top ?? 0) - 0.5));
  let next = 0;
  let active: Edge[] = [];
  for (let row = firstRow; row < mask.height && (next < edges.length || active.length > 0); row += 1) {
    const middle = row + 0.5;
    while (next < edges.length && edges[next]!.top <= middle) active.push(edges[next++]!);
    active = active.filter(({ bottom }) => bottom > middle);
    const crossings = active.map(({ x, top, slope }) => x + (middle - top) * slope).sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) fillSpan(mask, row, crossings[i]!, crossings[i + 1]!);
  }
}

function fillSpan({ width, data }: BinaryMask, row: number, from: number, to: number): void {
  const first = Math.max(0, Math.ceil(from - 0.5));
  const end = Math.min(width, Math.ceil(to - 0.5));
  if (end > first) data.fill(1, row * width + first, row * width + end);
}

/** Level edges are crossed by no row's middle, or along their whole length: either way they change nothing. */
function edgesOf(points: readonly number[]): Edge[] {
  const edges: Edge[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [x1, y1] = [points[i]!, points[i + 1]!];
    const [x2, y2] = [points[(i + 2) % points.length]!, points[(i + 3) % points.length]!];
    if (y1 === y2) continue;
    const slope = (x2 - x1) / (y2 - y1);
    edges.push(y1 < y2 ? { top: y1, bottom: y2, x: x1, slope } : { top: y2, bottom: y1, x: x2, slope });
  }
  return edges;
}
