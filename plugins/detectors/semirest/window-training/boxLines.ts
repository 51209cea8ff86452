import type { RandomSource } from 'residua/plugin-api';
import { labelValues } from 'residua/toolkit';
import type { WindowGrid } from '../windows/windowStarts.js';
import type { WindowChoice } from './matchedImage.js';

/** Lines of boxes in windows of tokens: the rows and columns of each box. */
export class BoxLines {
  /** 1 for the tokens of a line, `[q, lines, mu * mu]`. */
  readonly members: Float32Array;
  readonly membersShape: [number, number, number];
  /** ANOMALOUS for a line that there is, IGNORED for the others, `[q * lines]`. */
  readonly labels: Float32Array;
  /** Most lines of a window: as many as one box over all of it has. */
  private readonly most: number;

  /** @param windows q. */
  constructor(
    windows: number,
    private readonly grid: WindowGrid,
  ) {
    this.most = 2 * grid.size;
    this.membersShape = [windows, this.most, grid.size ** 2];
    this.members = new Float32Array(windows * this.most * grid.size ** 2);
    this.labels = new Float32Array(windows * this.most);
  }

  /** Finds the lines of these q windows. Where a window has more than fit, some are drawn. */
  find(windows: readonly WindowChoice[], random: RandomSource): void {
    const places = this.grid.size ** 2;
    this.members.fill(0);
    this.labels.fill(labelValues.IGNORED);
    windows.forEach((window, q) => {
      const all = linesOf(window, this.grid);
      const chosen = all.length > this.most ? random.shuffle(all).slice(0, this.most) : all;
      chosen.forEach((line, i) => {
        const row = q * this.most + i;
        this.labels[row] = labelValues.ANOMALOUS;
        for (const place of line) this.members[row * places + place] = 1;
      });
    });
  }
}

/**
 * Unbroken runs of UNKNOWN tokens along rows and columns of the image, as places inside the window. A run is left out unless the window
 * holds all of it, or as much as a window can: its defective token may be behind the edge.
 */
function linesOf({ image, row, column }: WindowChoice, { size, rows, columns }: WindowGrid): number[][] {
  const lines: number[][] = [];
  const add = (run: readonly [number, number][]) => {
    const inside = run
      .map(([y, x]) => [y - row, x - column] as const)
      .filter(([y, x]) => isIn(y, size) && isIn(x, size));
    if (inside.length === Math.min(run.length, size)) lines.push(inside.map(([y, x]) => y * size + x));
  };
  const isUnknown = ([y, x]: [number, number]) => image.labels[y * columns + x] === labelValues.UNKNOWN;
  for (let y = row; y < Math.min(row + size, rows); y++) {
    runs(
      Array.from({ length: columns }, (_, x): [number, number] => [y, x]),
      isUnknown,
    ).forEach(add);
  }
  for (let x = column; x < Math.min(column + size, columns); x++) {
    runs(
      Array.from({ length: rows }, (_, y): [number, number] => [y, x]),
      isUnknown,
    ).forEach(add);
  }
  return lines;
}

function isIn(place: number, size: number): boolean {
  return place >= 0 && place < size;
}

/** Unbroken runs of the places that are wanted. */
function runs<T>(places: readonly T[], isWanted: (place: T) => boolean): T[][] {
  const found: T[][] = [];
  places.forEach((place, i) => {
    if (!isWanted(place)) return;
    if (i > 0 && isWanted(places[i - 1]!)) found.at(-1)!.push(place);
    else found.push([place]);
  });
  return found;
}
