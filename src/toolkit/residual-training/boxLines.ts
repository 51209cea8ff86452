import type { RandomSource } from '../../shared/random.js';
import { labelValues } from '../labels/blockLabels.js';

/** Lines of boxes in windows of tokens: the rows and columns of each box that are whole inside a window. */
export class BoxLines {
  /** 1 for the tokens of a line, `[q, lines, mu * mu]`. */
  readonly members: Float32Array;
  readonly membersShape: [number, number, number];
  /** ANOMALOUS for a line that there is, IGNORED for the others, `[q * lines]`. */
  readonly labels: Float32Array;
  /** Most lines of a window: as many as one box over all of it would have. */
  private readonly most: number;

  /** @param windows q. @param side mu. */
  constructor(
    private readonly windows: number,
    private readonly side: number,
  ) {
    this.most = 2 * side;
    this.membersShape = [windows, this.most, side * side];
    this.members = new Float32Array(windows * this.most * side * side);
    this.labels = new Float32Array(windows * this.most);
  }

  /**
   * Finds the lines anew. Where a window has more than fit, some are drawn.
   * @param labels of the tokens, `[q, mu, mu]`: UNKNOWN inside boxes.
   */
  find(labels: Float32Array, random: RandomSource): void {
    const places = this.side * this.side;
    this.members.fill(0);
    this.labels.fill(labelValues.IGNORED);
    for (let window = 0; window < this.windows; window++) {
      const all = linesOf(labels.subarray(window * places, (window + 1) * places), this.side);
      const chosen = all.length > this.most ? random.shuffle(all).slice(0, this.most) : all;
      chosen.forEach((line, i) => {
        const row = window * this.most + i;
        this.labels[row] = labelValues.ANOMALOUS;
        for (const token of line) this.members[row * places + token] = 1;
      });
    }
  }
}

/**
 * Unbroken runs of UNKNOWN tokens along rows and columns. A run that the window's edge cuts may have its defective token behind the
 * edge: it is left out unless it is longer than half the window.
 */
function linesOf(labels: Float32Array, side: number): number[][] {
  const lines: number[][] = [];
  for (let line = 0; line < side; line++) {
    const row = Array.from({ length: side }, (_, i) => line * side + i);
    const column = Array.from({ length: side }, (_, i) => i * side + line);
    lines.push(...runs(row, labels), ...runs(column, labels));
  }
  return lines;
}

/** @param places of a whole row or column of the window, in order. */
function runs(places: readonly number[], labels: Float32Array): number[][] {
  const found: number[][] = [];
  let run: number[] = [];
  for (const place of [...places, -1]) {
    if (labels[place] === labelValues.UNKNOWN) run.push(place);
    else {
      const isCut = run[0] === places[0] || run.at(-1) === places.at(-1);
      if (run.length > (isCut ? places.length / 2 : 0)) found.push(run);
      run = [];
    }
  }
  return found;
}
