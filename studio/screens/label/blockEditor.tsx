import { useState } from 'preact/hooks';
import {
  blockCounts,
  blockValues,
  disagreement,
  movedCell,
  painted,
  type BlockGrid,
  type BlockValue,
  type Cell,
} from '../../canvas/blocks.js';
import { shownValues } from '../../canvas/shownValues.js';
import { useWords } from '../../words/language.js';
import { drawBlocks } from './draw.js';
import type { Draft } from './drafts.js';
import { blockKind } from './kinds.js';
import { RasterCanvas } from './rasterCanvas.js';
import { Sketch } from './sketch.js';
import { useBlockStrokes } from './useBlockStrokes.js';
import type { Keys } from './useKeys.js';
import { useLabelling } from './useLabelling.js';
import { useRemembered } from './useRemembered.js';
import { useViewport } from './useViewport.js';
import { Workspace, type EditorProps } from './workspace.js';

/** What a hand paints with. */
export interface Brush {
  value: BlockValue;
  /** Blocks a side. */
  side: 1 | 3 | 5;
}

/** Paints each block NORMAL, ANOMALOUS, IGNORED or UNKNOWN. */
export function BlockEditor(props: EditorProps & { draft: Draft<BlockGrid> | undefined }) {
  const { image, bitmap, draft } = props;
  const { label, names } = useWords();
  const words = label.blocks;
  const labelling = useLabelling(image, blockKind, draft);
  const port = useViewport(image);
  const [brush, setBrush] = useRemembered<Brush>('blocks', { value: 'ANOMALOUS', side: 1 });
  const { content: grid, change } = labelling;
  const [cursor, setCursor] = useState<Cell>({ row: grid.rows >> 1, column: grid.columns >> 1 });
  const strokes = useBlockStrokes({ grid, brush, change, setCursor });
  const counts = blockCounts(grid);
  return (
    <Workspace
      {...props}
      {...{ labelling, port, labelKind: blockKind }}
      keys={keysOf({ grid, cursor, brush, change, setCursor, setBrush })}
      canvas={
        <RasterCanvas
          {...{ bitmap, image, port, tool: strokes.tool }}
          draw={(paint, view) => drawBlocks(paint, strokes.shown, cursor, image, view)}
          label={words.canvas(
            image.filename,
            cursor.row + 1,
            cursor.column + 1,
            names.blockValues[grid.labels[cursor.row * grid.columns + cursor.column]!],
          )}
          describedBy="block-hint"
        />
      }
      tools={
        <>
          <p id="block-hint" class="hint">
            {words.hint(grid.blockSize)}
          </p>
          <BrushChoice brush={brush} counts={counts} onChoose={setBrush} />
          {image.label === 'ANOMALOUS' && counts.ANOMALOUS + counts.UNKNOWN === 0 && (
            <p class="hint">{words.nothingMarked}</p>
          )}
        </>
      }
      compare={(mine, theirs) => {
        const blocks = disagreement(mine, theirs);
        return blocks === undefined ? words.otherSize : words.difference(blocks);
      }}
      sketch={(title, content) => (
        <Sketch
          {...{ title, bitmap, image }}
          draw={(paint, view) => drawBlocks(paint, content, undefined, image, view)}
        />
      )}
    />
  );
}

function BrushChoice({
  brush,
  counts,
  onChoose,
}: {
  brush: Brush;
  counts: Record<BlockValue, number>;
  onChoose: (brush: Brush) => void;
}) {
  const { label, names } = useWords();
  return (
    <>
      <fieldset class="values">
        <legend>{label.blocks.paint}</legend>
        {blockValues.map((value, index) => (
          <label key={value} class={`value ${value.toLowerCase()}`}>
            <input
              type="radio"
              name="paint"
              checked={value === brush.value}
              onChange={() => onChoose({ ...brush, value })}
            />
            <kbd>{index + 1}</kbd> <b>{shownValues[value].letter}</b> {names.blockValues[value]}{' '}
            <span class="number">{counts[value]}</span>
          </label>
        ))}
      </fieldset>
      <fieldset class="row">
        <legend>{label.blocks.brush}</legend>
        {([1, 3, 5] as const).map((side) => (
          <label key={side}>
            <input
              type="radio"
              name="side"
              checked={side === brush.side}
              onChange={() => onChoose({ ...brush, side })}
            />{' '}
            {side} × {side}
          </label>
        ))}
      </fieldset>
    </>
  );
}

interface KeyParts {
  grid: BlockGrid;
  cursor: Cell;
  brush: Brush;
  change: (grid: BlockGrid) => void;
  setCursor: (cell: Cell) => void;
  setBrush: (brush: Brush) => void;
}

function keysOf({ grid, cursor, brush, change, setCursor, setBrush }: KeyParts): Keys {
  const move = (down: number, across: number) => setCursor(movedCell(grid, cursor, down, across));
  const paintOn = (down: number, across: number) => {
    const next = movedCell(grid, cursor, down, across);
    setCursor(next);
    change(painted(grid, [cursor, next], brush.value));
  };
  const arrows = [
    ['ArrowLeft', 0, -1],
    ['ArrowRight', 0, 1],
    ['ArrowUp', -1, 0],
    ['ArrowDown', 1, 0],
  ] as const;
  const moves = arrows.flatMap(([key, down, across]) => [
    [key, () => move(down, across)] as const,
    [`Shift+${key}`, () => move(down * 5, across * 5)] as const,
    [`Ctrl+${key}`, () => paintOn(down, across)] as const,
  ]);
  const paints = blockValues.map((value, index) => {
    const paint = () => {
      setBrush({ ...brush, value });
      change(painted(grid, [cursor], value));
    };
    return [String(index + 1), paint] as const;
  });
  return Object.fromEntries([...moves, ...paints]);
}
