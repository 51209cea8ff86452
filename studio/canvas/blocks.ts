import type { Point, Size } from './viewport.js';

/** What a block says; the four values of the API. */
export type BlockValue = 'NORMAL' | 'ANOMALOUS' | 'IGNORED' | 'UNKNOWN';

/** In the order of the keys 1 to 4. */
export const blockValues: readonly BlockValue[] = ['NORMAL', 'ANOMALOUS', 'IGNORED', 'UNKNOWN'];

/** An image's blocks, row by row. */
export interface BlockGrid {
  /** Pixels of the image a side. */
  blockSize: number;
  rows: number;
  columns: number;
  labels: readonly BlockValue[];
}

export interface Cell {
  row: number;
  column: number;
}

/** All NORMAL, with the API's usual blocks: a 64th of the longer side, rounded up. */
export function newGrid({ width, height }: Size): BlockGrid {
  const blockSize = Math.ceil(Math.max(width, height) / 64);
  const [rows, columns] = [Math.ceil(height / blockSize), Math.ceil(width / blockSize)];
  return { blockSize, rows, columns, labels: new Array<BlockValue>(rows * columns).fill('NORMAL') };
}

/** The cell a place of the image is in, the nearest one outside of it. */
export function cellAt({ blockSize, rows, columns }: BlockGrid, { x, y }: Point): Cell {
  return {
    row: clamp(Math.floor(y / blockSize), rows),
    column: clamp(Math.floor(x / blockSize), columns),
  };
}

/** Moved, as far as the grid goes. */
export function movedCell({ rows, columns }: BlockGrid, { row, column }: Cell, down: number, across: number): Cell {
  return { row: clamp(row + down, rows), column: clamp(column + across, columns) };
}

/** The same grid when nothing changes. */
export function painted(grid: BlockGrid, cells: readonly Cell[], value: BlockValue): BlockGrid {
  const indices = cells
    .map(({ row, column }) => row * grid.columns + column)
    .filter((index) => grid.labels[index] !== value);
  if (indices.length === 0) return grid;
  const labels = [...grid.labels];
  for (const index of indices) labels[index] = value;
  return { ...grid, labels };
}

/** Every cell a stroke from one to another touches: a fast hand leaves no gaps. */
export function cellsBetween(from: Cell, to: Cell): Cell[] {
  const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column), 1);
  return Array.from({ length: steps + 1 }, (_, i) => ({
    row: Math.round(from.row + ((to.row - from.row) * i) / steps),
    column: Math.round(from.column + ((to.column - from.column) * i) / steps),
  }));
}

/** Every cell of the rectangle between two. */
export function cellsWithin(a: Cell, b: Cell): Cell[] {
  const [top, left] = [Math.min(a.row, b.row), Math.min(a.column, b.column)];
  const [rows, columns] = [Math.abs(a.row - b.row) + 1, Math.abs(a.column - b.column) + 1];
  return Array.from({ length: rows * columns }, (_, i) => ({
    row: top + Math.floor(i / columns),
    column: left + (i % columns),
  }));
}

/** The cells around one: a brush of 1, 3 or 5 a side. */
export function brushed(grid: BlockGrid, { row, column }: Cell, side: number): Cell[] {
  const reach = (side - 1) / 2;
  const corner = (direction: number) => movedCell(grid, { row, column }, direction * reach, direction * reach);
  return cellsWithin(corner(-1), corner(1));
}

/** How many blocks say what. */
export function blockCounts({ labels }: BlockGrid): Record<BlockValue, number> {
  const counts = { NORMAL: 0, ANOMALOUS: 0, IGNORED: 0, UNKNOWN: 0 };
  for (const label of labels) counts[label] += 1;
  return counts;
}

/** How many blocks two grids disagree on; undefined where the grids differ themselves. */
export function disagreement(a: BlockGrid, b: BlockGrid): number | undefined {
  if (a.blockSize !== b.blockSize || a.labels.length !== b.labels.length) return undefined;
  return a.labels.filter((label, index) => label !== b.labels[index]).length;
}

function clamp(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value));
}
