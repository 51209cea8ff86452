/** A window grid over a token map (Eq. 8). All sizes in tokens. */
export interface WindowGrid {
  /** Tokens of the map. */
  rows: number;
  columns: number;
  /** mu: side of a window. */
  size: number;
  rowStarts: readonly number[];
  columnStarts: readonly number[];
  /** Number of windows, Q. */
  count: number;
}

/**
 * Starts of the windows along one axis (Eq. 8): 0, s, 2s, ... and `length - size` itself, so that every token is covered. An
 * axis shorter than a window has the single start 0.
 * @param length tokens of the axis.
 * @param size mu.
 * @param step s, at most mu.
 * @throws RangeError when a number is no positive integer or the step exceeds the window.
 */
export function windowStarts(length: number, size: number, step: number): number[] {
  for (const [what, value] of Object.entries({ length, size, step })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${what} of a window grid is a positive integer, got ${value}`);
  }
  if (step > size) throw new RangeError(`a window step of ${step} leaves tokens out between windows of ${size}`);
  if (length <= size) return [0];
  const starts: number[] = [];
  for (let start = 0; start <= length - size; start += step) starts.push(start);
  if (starts.at(-1) !== length - size) starts.push(length - size);
  return starts;
}

/** The windows of a map of `rows` x `columns` tokens. @throws RangeError as {@link windowStarts}. */
export function windowGrid(rows: number, columns: number, size: number, step: number): WindowGrid {
  const rowStarts = windowStarts(rows, size, step);
  const columnStarts = windowStarts(columns, size, step);
  return { rows, columns, size, rowStarts, columnStarts, count: rowStarts.length * columnStarts.length };
}

/** The same windows over a map of so many places along each side of a token. */
export function finerGrid(grid: WindowGrid, factor: number): WindowGrid {
  if (factor === 1) return grid;
  const finer = (starts: readonly number[]) => starts.map((start) => start * factor);
  return {
    rows: grid.rows * factor,
    columns: grid.columns * factor,
    size: grid.size * factor,
    rowStarts: finer(grid.rowStarts),
    columnStarts: finer(grid.columnStarts),
    count: grid.count,
  };
}

/** The windows' origins `[row, column]`, rows outermost: the order of all windows here. */
export function windowOrigins(grid: WindowGrid): [number, number][] {
  return grid.rowStarts.flatMap((row) => grid.columnStarts.map((column): [number, number] => [row, column]));
}

/** How many windows cover each token, row-major `rows * columns`. */
export function windowCounts(grid: WindowGrid): Float32Array {
  const ofRows = axisCounts(grid.rows, grid.rowStarts, grid.size);
  const ofColumns = axisCounts(grid.columns, grid.columnStarts, grid.size);
  return Float32Array.from({ length: grid.rows * grid.columns }, (_, i) => {
    return ofRows[Math.floor(i / grid.columns)]! * ofColumns[i % grid.columns]!;
  });
}

function axisCounts(length: number, starts: readonly number[], size: number): number[] {
  return Array.from({ length }, (_, place) => starts.filter((start) => start <= place && place < start + size).length);
}
