import type { CurvePoint } from '../../shared/evaluation.js';

export type { CurvePoint } from '../../shared/evaluation.js';

/** Steps smaller than this in both axes are not followed one by one: half a pixel of a 1000 pixel chart. */
const resolution = 1 / 2048;

/**
 * Takes the points of a curve in the unit square in order, millions of them, and keeps few: first those that differ visibly
 * from the one before, then by Douglas and Peucker's method the ones that carry the shape.
 */
export class CurveThinner {
  private readonly kept: CurvePoint[] = [];
  private pending: CurvePoint | undefined;

  /** The next point; `x` never falls. */
  add(x: number, y: number, threshold: number | null): void {
    const last = this.kept.at(-1);
    if (last && Math.abs(x - last.x) < resolution && Math.abs(y - last.y) < resolution) {
      this.pending = { x, y, threshold };
      return;
    }
    // The last point before a long step is a corner of the curve.
    if (this.pending) this.kept.push(this.pending);
    this.pending = undefined;
    this.kept.push({ x, y, threshold });
  }

  /** At most `limit` points (at least 2), the first and the last among them. */
  finish(limit: number): CurvePoint[] {
    const points = this.pending ? [...this.kept, this.pending] : this.kept;
    let thinned = points;
    for (let tolerance = resolution / 4; thinned.length > limit; tolerance *= 1.5) {
      thinned = simplify(points, tolerance);
    }
    return thinned;
  }
}

/** Douglas and Peucker 1973: no dropped point lies further than `tolerance` from the simplified curve. */
function simplify(points: readonly CurvePoint[], tolerance: number): CurvePoint[] {
  const keep = new Uint8Array(points.length);
  keep[0] = 1;
  keep[points.length - 1] = 1;
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let farthest = 0;
    let farthestDistance = tolerance;
    for (let i = first + 1; i < last; i++) {
      const distance = distanceToSegment(points[i]!, points[first]!, points[last]!);
      if (distance > farthestDistance) {
        farthest = i;
        farthestDistance = distance;
      }
    }
    if (farthest === 0) continue;
    keep[farthest] = 1;
    spans.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, i) => keep[i] === 1);
}

function distanceToSegment(point: CurvePoint, a: CurvePoint, b: CurvePoint): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
