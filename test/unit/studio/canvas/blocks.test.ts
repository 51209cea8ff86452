import { describe, expect, it } from 'vitest';
import {
  blockCounts,
  brushed,
  cellAt,
  cellsBetween,
  cellsWithin,
  disagreement,
  movedCell,
  newGrid,
  painted,
} from '../../../../studio/canvas/blocks.js';

describe('blocks', () => {
  const grid = newGrid({ width: 200, height: 100 });

  it('are a 64th of the longer side, rounded up, and cover the last pixels', () => {
    expect(grid).toMatchObject({ blockSize: 4, rows: 25, columns: 50 });
    expect(newGrid({ width: 65, height: 65 })).toMatchObject({ blockSize: 2, rows: 33, columns: 33 });
    expect(blockCounts(grid)).toEqual({ NORMAL: 1250, ANOMALOUS: 0, IGNORED: 0, UNKNOWN: 0 });
  });

  it('are found by a place, the nearest outside of the image', () => {
    expect(cellAt(grid, { x: 8, y: 7.9 })).toEqual({ row: 1, column: 2 });
    expect(cellAt(grid, { x: 999, y: -3 })).toEqual({ row: 0, column: 49 });
    expect(movedCell(grid, { row: 0, column: 49 }, -1, 1)).toEqual({ row: 0, column: 49 });
  });

  it('are painted along a fast stroke without gaps', () => {
    const cells = cellsBetween({ row: 0, column: 0 }, { row: 2, column: 5 });
    expect(cells).toHaveLength(6);
    for (const [index, { row, column }] of cells.slice(1).entries()) {
      expect(Math.max(Math.abs(row - cells[index]!.row), Math.abs(column - cells[index]!.column))).toBe(1);
    }
    expect(blockCounts(painted(grid, cells, 'ANOMALOUS')).ANOMALOUS).toBe(6);
  });

  it('are filled as a rectangle between any two corners, and with a brush that ends at the edge', () => {
    expect(cellsWithin({ row: 3, column: 4 }, { row: 2, column: 2 })).toHaveLength(6);
    expect(brushed(grid, { row: 10, column: 10 }, 5)).toHaveLength(25);
    expect(brushed(grid, { row: 0, column: 0 }, 3)).toHaveLength(4);
  });

  it('stay the same grid when nothing changes', () => {
    expect(painted(grid, [{ row: 1, column: 1 }], 'NORMAL')).toBe(grid);
  });

  it('differ in as many as say otherwise, and cannot be compared in another size', () => {
    const mine = painted(grid, cellsWithin({ row: 0, column: 0 }, { row: 0, column: 2 }), 'UNKNOWN');
    const theirs = painted(grid, [{ row: 0, column: 2 }], 'UNKNOWN');
    expect(disagreement(mine, theirs)).toBe(2);
    expect(disagreement(mine, newGrid({ width: 100, height: 100 }))).toBeUndefined();
  });
});
