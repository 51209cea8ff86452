import { useState } from 'preact/hooks';
import { withBlocks } from '../../canvas/acceptedRegion.js';
import type { RegionMask } from '../../canvas/anomalyMap.js';
import { cellsBetween, movedCell, painted, type BlockGrid, type BlockValue, type Cell } from '../../canvas/blocks.js';
import type { Brush } from './blockBrush.js';
import type { Handlers } from './keys/useActions.js';
import type { DrawnImage } from './kinds.js';
import { useSuggested, type Suggested } from './suggestions/useSuggested.js';
import { useBlockStrokes } from './useBlockStrokes.js';
import type { Labelling } from './useLabelling.js';
import { useRemembered } from './useRemembered.js';
import type { Port } from './useViewport.js';

/** What is done to blocks by hand, by keys and by suggestions. */
export interface BlockEditing {
  brush: Brush;
  setBrush: (brush: Brush) => void;
  cursor: Cell;
  /** With the stroke that is being drawn. */
  shown: BlockGrid;
  /** Whether lines are drawn between blocks. */
  hasGrid: boolean;
  suggested: Suggested;
  handlers: Handlers;
}

const withBlocksOf = (image: DrawnImage) => (on: BlockGrid, region: RegionMask) => withBlocks(on, region, image);

export function useBlockEditing(
  image: DrawnImage,
  { content: grid, change }: Labelling<BlockGrid>,
  port: Port,
): BlockEditing {
  const [brush, setBrush] = useRemembered<Brush>('blocks', { value: 'ANOMALOUS', side: 1 });
  const [hasGrid, setHasGrid] = useRemembered('grid', true);
  const [cursor, setCursor] = useState<Cell>({ row: grid.rows >> 1, column: grid.columns >> 1 });
  const { shown, tool } = useBlockStrokes({ grid, brush, change, setCursor });
  const accepting = { content: grid, change, add: withBlocksOf(image) };
  const suggested = useSuggested({ image, port, tool, accepting });
  const handlers = {
    ...suggested.handlers,
    ...handlersOf({ grid, cursor, brush, change, setCursor, setBrush }),
    grid: () => setHasGrid(!hasGrid),
  };
  return { brush, setBrush, cursor, shown, hasGrid, suggested, handlers };
}

interface KeyParts {
  grid: BlockGrid;
  cursor: Cell;
  brush: Brush;
  change: (grid: BlockGrid) => void;
  setCursor: (cell: Cell) => void;
  setBrush: (brush: Brush) => void;
}

/** Cells a step is with Shift. */
const far = 5;

const sides = [1, 3, 5] as const;

function handlersOf({ grid, cursor, brush, change, setCursor, setBrush }: KeyParts): Handlers {
  const paint = (value: BlockValue) => () => {
    setBrush({ ...brush, value });
    change(painted(grid, [cursor], value));
  };
  const resize = (step: 1 | -1) => () =>
    setBrush({ ...brush, side: sides[sides.indexOf(brush.side) + step] ?? brush.side });
  return {
    paintNormal: paint('NORMAL'),
    paintAnomalous: paint('ANOMALOUS'),
    paintIgnored: paint('IGNORED'),
    paintUnknown: paint('UNKNOWN'),
    smallerBrush: resize(-1),
    largerBrush: resize(1),
    move: (dx, dy, { shift, ctrl }) => {
      const step = shift ? far : 1;
      const next = movedCell(grid, cursor, dy * step, dx * step);
      setCursor(next);
      if (ctrl) change(painted(grid, cellsBetween(cursor, next), brush.value));
    },
  };
}
