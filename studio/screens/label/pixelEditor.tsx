import { useMemo, useState } from 'preact/hooks';
import { withoutHoles } from '../../canvas/holes.js';
import { disagreement, markedPixels, painted, type Mask } from '../../canvas/mask.js';
import { nextSize, strokeSpans } from '../../canvas/strokes.js';
import type { Point } from '../../canvas/viewport.js';
import { useWords } from '../../words/language.js';
import { drawPaintTool } from './draw.js';
import type { Draft } from './drafts.js';
import { pixelKind } from './kinds.js';
import { MaskPainter } from './maskPainter.js';
import { MarkedShare, MaskTools } from './maskTools.js';
import { RasterCanvas } from './rasterCanvas.js';
import { Sketch } from './sketch.js';
import type { Keys } from './useKeys.js';
import { useLabelling } from './useLabelling.js';
import { fewestCorners, useMaskStrokes, type MaskBrush, type MaskStrokes } from './useMaskStrokes.js';
import { useRemembered } from './useRemembered.js';
import { useViewport } from './useViewport.js';
import { Workspace, type EditorProps } from './workspace.js';

/** Paints each pixel normal or anomalous. */
export function PixelEditor(props: EditorProps & { draft: Draft<Mask> | undefined }) {
  const { image, bitmap, draft } = props;
  const { masks: words } = useWords().drawing;
  const labelling = useLabelling(image, pixelKind, draft);
  const port = useViewport(image);
  const [brush, setBrush] = useRemembered<MaskBrush>('mask', { tool: 'BRUSH', size: 16 });
  const [cursor, setCursor] = useState<Point>();
  const [painter] = useState(() => new MaskPainter());
  const { content: mask, change } = labelling;
  const resize = (direction: 1 | -1) => setBrush({ ...brush, size: nextSize(brush.size, direction) });
  const strokes = useMaskStrokes({ mask, brush, change, resize, setCursor });
  const { corners, shown } = strokes;
  const marked = useMemo(() => markedPixels(mask), [mask]);
  return (
    <Workspace
      {...props}
      {...{ labelling, port, labelKind: pixelKind }}
      keys={keysOf({ mask, brush, setBrush, resize, change, strokes, cursor: cursor ?? port.middle, setCursor, image })}
      unfinished={corners.length > 0 ? words.unfinished : undefined}
      canvas={
        <RasterCanvas
          {...{ bitmap, image, port, tool: strokes.tool }}
          draw={(paint, view) => {
            painter.paint(paint, shown, view);
            drawPaintTool(paint, { brush, cursor, corners }, view);
          }}
          label={words.canvas(image.filename, marked)}
          describedBy="mask-hint"
        />
      }
      tools={
        <>
          <p id="mask-hint" class="hint">
            {brush.tool === 'POLYGON' ? words.polygonHint : words.paintHint}
          </p>
          <MaskTools brush={brush} onChoose={setBrush} />
          <div class="row">
            <button type="button" disabled={corners.length < fewestCorners} onClick={strokes.close}>
              {words.close}
            </button>
            <button type="button" onClick={() => change(withoutHoles(mask))}>
              {words.fillHoles}
            </button>
          </div>
          <MarkedShare marked={marked} pixels={image.width * image.height} />
          {image.label === 'ANOMALOUS' && marked === 0 && <p class="hint">{words.nothingMarked}</p>}
        </>
      }
      compare={(mine, theirs) => words.difference(disagreement(mine, theirs))}
      sketch={(title, content) => (
        <Sketch {...{ title, bitmap, image }} draw={(paint, view) => new MaskPainter().paint(paint, content, view)} />
      )}
    />
  );
}

interface KeyParts {
  mask: Mask;
  brush: MaskBrush;
  setBrush: (brush: MaskBrush) => void;
  resize: (direction: 1 | -1) => void;
  change: (mask: Mask) => void;
  strokes: MaskStrokes;
  cursor: Point;
  setCursor: (at: Point) => void;
  image: EditorProps['image'];
}

/** Whole pixels an arrow key moves by, alone and with Shift. */
const [near, far] = [1, 10];

function keysOf(parts: KeyParts): Keys {
  const { mask, brush, setBrush, resize, change, strokes, cursor, setCursor, image } = parts;
  const moved = (dx: number, dy: number): Point => ({
    x: Math.min(image.width - 1, Math.max(0, Math.floor(cursor.x) + dx)) + 0.5,
    y: Math.min(image.height - 1, Math.max(0, Math.floor(cursor.y) + dy)) + 0.5,
  });
  const paintOn = (dx: number, dy: number) => {
    const next = moved(dx, dy);
    setCursor(next);
    if (brush.tool === 'POLYGON') return;
    change(painted(mask, strokeSpans(cursor, next, brush.size), brush.tool === 'ERASER' ? 0 : 1));
  };
  const step = Math.max(1, brush.size >> 1);
  const arrows = [
    ['ArrowLeft', -1, 0],
    ['ArrowRight', 1, 0],
    ['ArrowUp', 0, -1],
    ['ArrowDown', 0, 1],
  ] as const;
  const moves = arrows.flatMap(([key, x, y]) => [
    [key, () => setCursor(moved(x * near, y * near))] as const,
    [`Shift+${key}`, () => setCursor(moved(x * far, y * far))] as const,
    [`Ctrl+${key}`, () => paintOn(x * step, y * step)] as const,
  ]);
  const choose = (tool: MaskBrush['tool']) => () => setBrush({ ...brush, tool });
  return {
    ...Object.fromEntries(moves),
    ...{ b: choose('BRUSH'), e: choose('ERASER'), p: choose('POLYGON') },
    '[': () => resize(-1),
    ']': () => resize(1),
    n: () => strokes.mark(cursor),
    Enter: strokes.close,
    h: () => change(withoutHoles(mask)),
    Backspace: () => strokes.takeBack(false),
    Escape: () => strokes.takeBack(true),
  };
}
