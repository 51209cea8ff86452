/** One pick of the greedy selection. */
export interface Pick {
  /** Row of the point. */
  index: number;
  /** Its distance to the points picked before it, L2; infinite for the first. */
  distance: number;
}

/** Numbers multiplied between two looks at whether a distance is already too large. */
const stride = 8;

/**
 * Greedy k-center (Eq. 4; farthest-first traversal of Gonzalez 1985), exact: every pick is the point farthest from all picked
 * before, of equals the one with the lowest row.
 *
 * Lazy: a distance only shrinks as points are picked, so an old one is an upper bound. Points wait in a heap by their last
 * known distance, and only the one on top is brought up to date, pick by pick, until another is on top. A point that some
 * pick came near to is not looked at again before the largest distance of all has sunk to its own. Bounds from elsewhere keep more of them away
 * from the top (`lower`).
 */
export class FarthestFirst {
  /** At most the squared distance to the first `seen` picks, at least that to all picks; -1 for a picked point. */
  private readonly squared: Float64Array;
  private readonly seen: Int32Array;
  /** Binary heap of rows. */
  private readonly heap: Int32Array;
  private readonly points: Float32Array;
  private readonly width: number;
  private picks: Float32Array;
  private pickCount = 0;
  private examined = 0;

  /**
   * @param points `[n, dimensions]`, row-major; not changed.
   * @param firstIndex the first pick.
   */
  constructor(points: Float32Array, dimensions: number, firstIndex: number) {
    const count = points.length / dimensions;
    if (!Number.isInteger(firstIndex) || firstIndex < 0 || firstIndex >= count) {
      throw new RangeError(`the first of ${count} points cannot be number ${firstIndex}`);
    }
    this.width = Math.ceil(dimensions / stride) * stride;
    this.points = padRows(points, dimensions, this.width);
    this.squared = new Float64Array(count).fill(Infinity);
    this.seen = new Int32Array(count);
    this.heap = Int32Array.from({ length: count }, (_, i) => i);
    this.picks = new Float32Array(this.width * 64);
    // The first pick is swapped to the top of a heap of equals.
    this.heap[0] = firstIndex;
    this.heap[firstIndex] = 0;
  }

  /** Numbers multiplied so far: a measure of the work done. */
  get work(): number {
    return this.examined * stride;
  }

  /** Picks the next point. @throws RangeError when all are picked. */
  next(): Pick {
    const index = this.farthest();
    const squared = this.squared[index]!;
    if (squared < 0) throw new RangeError(`all ${this.heap.length} points are picked`);
    this.addPick(index);
    this.squared[index] = -1;
    this.sink();
    return { index, distance: Math.sqrt(squared) };
  }

  /**
   * Lowers what is known of points that no pick was compared with. Picks stay what they would have been.
   * @param bounds `[n]`, none below its point's squared distance to the nearest pick.
   */
  lower(bounds: Float64Array): void {
    const { squared, heap } = this;
    for (let row = 0; row < squared.length; row++) squared[row] = Math.min(squared[row]!, bounds[row]!);
    for (let place = Math.floor(heap.length / 2) - 1; place >= 0; place--) this.sink(place);
  }

  /** Largest distance of any point to the picks: 0 when all are picked. */
  coverRadius(): number {
    return Math.sqrt(Math.max(this.squared[this.farthest()]!, 0));
  }

  /** Brings the top of the heap up to date until it stays on top. */
  private farthest(): number {
    for (;;) {
      const top = this.heap[0]!;
      if (this.squared[top]! < 0 || this.seen[top] === this.pickCount) return top;
      this.update(top, this.runnerUp());
      this.sink();
    }
  }

  /** Largest distance below the top of the heap. */
  private runnerUp(): number {
    const { heap, squared } = this;
    return Math.max(heap.length > 1 ? squared[heap[1]!]! : -1, heap.length > 2 ? squared[heap[2]!]! : -1);
  }

  /** Compares a point with the picks it has not seen, until it is nearer than `enough`. */
  private update(row: number, enough: number): void {
    const { points, picks, width } = this;
    const start = row * width;
    const end = start + width;
    let least = this.squared[row]!;
    let pick = this.seen[row]!;
    let examined = 0;
    while (pick < this.pickCount) {
      let q = pick * width;
      let sum = 0;
      for (let p = start; p < end && sum < least; p += stride, q += stride) {
        const a = points[p]! - picks[q]!;
        const b = points[p + 1]! - picks[q + 1]!;
        const c = points[p + 2]! - picks[q + 2]!;
        const d = points[p + 3]! - picks[q + 3]!;
        const e = points[p + 4]! - picks[q + 4]!;
        const f = points[p + 5]! - picks[q + 5]!;
        const g = points[p + 6]! - picks[q + 6]!;
        const h = points[p + 7]! - picks[q + 7]!;
        sum += a * a + b * b + (c * c + d * d) + (e * e + f * f + (g * g + h * h));
        examined++;
      }
      pick++;
      if (sum < least) {
        least = sum;
        if (least < enough) break;
      }
    }
    this.squared[row] = least;
    this.seen[row] = pick;
    this.examined += examined;
  }

  private addPick(row: number): void {
    const { width } = this;
    if ((this.pickCount + 1) * width > this.picks.length) {
      const larger = new Float32Array(this.picks.length * 2);
      larger.set(this.picks);
      this.picks = larger;
    }
    this.picks.set(this.points.subarray(row * width, (row + 1) * width), this.pickCount * width);
    this.pickCount++;
  }

  /** Moves what is at a place of the heap down to where it belongs. */
  private sink(from = 0): void {
    const { heap, squared } = this;
    let place = from;
    const row = heap[place]!;
    const key = squared[row]!;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      const other = heap[child]!;
      if (!(squared[other]! > key || (squared[other] === key && other < row))) break;
      heap[place] = other;
      place = child;
    }
    heap[place] = row;
  }

  private isBefore(row: number, other: number): boolean {
    const difference = this.squared[row]! - this.squared[other]!;
    // Two infinite distances differ by NaN: equal.
    return difference > 0 || (!(difference < 0) && row < other);
  }
}

/** Rows widened by zeros; the same array when they have the width already. */
function padRows(points: Float32Array, dimensions: number, width: number): Float32Array {
  if (dimensions === width) return points;
  const count = points.length / dimensions;
  const padded = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    padded.set(points.subarray(row * dimensions, (row + 1) * dimensions), row * width);
  }
  return padded;
}
