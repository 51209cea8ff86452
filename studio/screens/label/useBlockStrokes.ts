import { useState } from 'preact/hooks';
import {
  brushed,
  cellAt,
  cellsBetween,
  cellsWithin,
  painted,
  type BlockGrid,
  type BlockValue,
  type Cell,
} from '../../canvas/blocks.js';
import type { Brush } from './blockBrush.js';
import type { Tool } from './rasterCanvas.js';

interface Stroke {
  start: Cell;
  last: Cell;
  grid: BlockGrid;
  value: BlockValue;
  fillsRectangle: boolean;
}

interface StrokeParts {
  grid: BlockGrid;
  brush: Brush;
  change: (grid: BlockGrid) => void;
  setCursor: (cell: Cell) => void;
}

/** Blocks painted by hand: along the stroke, or with Shift all of a rectangle; the right button takes back to NORMAL. */
export function useBlockStrokes({ grid, brush, change, setCursor }: StrokeParts) {
  const [stroke, setStroke] = useState<Stroke>();
  const shown = stroke?.grid ?? grid;
  const along = (on: BlockGrid, from: Cell, to: Cell, value: BlockValue) =>
    painted(
      on,
      cellsBetween(from, to).flatMap((cell) => brushed(on, cell, brush.side)),
      value,
    );
  const tool: Tool = {
    press: (at, event) => {
      const start = cellAt(grid, at);
      const value = event.button === 2 ? 'NORMAL' : brush.value;
      setCursor(start);
      setStroke({ start, last: start, value, fillsRectangle: event.shiftKey, grid: along(grid, start, start, value) });
    },
    drag: (at) => {
      if (!stroke) return;
      const { start, last, value, fillsRectangle } = stroke;
      const cell = cellAt(grid, at);
      if (cell.row === last.row && cell.column === last.column) return;
      const next = fillsRectangle
        ? painted(grid, cellsWithin(start, cell), value)
        : along(stroke.grid, last, cell, value);
      setStroke({ ...stroke, last: cell, grid: next });
    },
    release: () => {
      setStroke(undefined);
      if (!stroke) return;
      setCursor(stroke.last);
      change(stroke.grid);
    },
    abandon: () => setStroke(undefined),
  };
  return { shown, tool };
}
