import { useState } from 'preact/hooks';
import { withPixels } from '../../canvas/acceptedRegion.js';
import { withoutHoles } from '../../canvas/holes.js';
import { painted, type Mask } from '../../canvas/mask.js';
import { nextSize, strokeSpans } from '../../canvas/strokes.js';
import type { Point, Size } from '../../canvas/viewport.js';
import type { Handlers } from './keys/useActions.js';
import type { DrawnImage } from './kinds.js';
import { useSuggested, type Suggested } from './suggestions/useSuggested.js';
import type { Labelling } from './useLabelling.js';
import { useMaskStrokes, type MaskBrush, type MaskStrokes } from './useMaskStrokes.js';
import { useRemembered } from './useRemembered.js';
import type { Port } from './useViewport.js';

/** What is done to a mask by hand, by keys and by suggestions. */
export interface MaskEditing {
  brush: MaskBrush;
  setBrush: (brush: MaskBrush) => void;
  cursor: Point | undefined;
  strokes: MaskStrokes;
  suggested: Suggested;
  handlers: Handlers;
}

export function useMaskEditing(image: DrawnImage, { content, change }: Labelling<Mask>, port: Port): MaskEditing {
  const [brush, setBrush] = useRemembered<MaskBrush>('mask', { tool: 'BRUSH', size: 16 });
  const [cursor, setCursor] = useState<Point>();
  const resize = (direction: 1 | -1) => setBrush({ ...brush, size: nextSize(brush.size, direction) });
  const strokes = useMaskStrokes({ mask: content, brush, change, resize, setCursor });
  const accepting = { content, change, add: withPixels };
  const suggested = useSuggested({ image, port, tool: strokes.tool, accepting });
  const own = handlersOf({
    ...{ mask: content, brush, setBrush, resize, change, strokes, setCursor, image },
    cursor: cursor ?? port.middle,
  });
  return { brush, setBrush, cursor, strokes, suggested, handlers: { ...suggested.handlers, ...own } };
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
  image: Size;
}

/** Pixels a step is, alone and with Shift. */
const [near, far] = [1, 10];

function handlersOf(parts: KeyParts): Handlers {
  const { mask, brush, setBrush, resize, change, strokes, cursor, setCursor, image } = parts;
  const moved = (dx: number, dy: number): Point => ({
    x: Math.min(image.width - 1, Math.max(0, Math.floor(cursor.x) + dx)) + 0.5,
    y: Math.min(image.height - 1, Math.max(0, Math.floor(cursor.y) + dy)) + 0.5,
  });
  const choose = (tool: MaskBrush['tool']) => () => setBrush({ ...brush, tool });
  return {
    ...{ brush: choose('BRUSH'), eraser: choose('ERASER'), polygon: choose('POLYGON') },
    smallerBrush: () => resize(-1),
    largerBrush: () => resize(1),
    mark: () => strokes.mark(cursor),
    closePolygon: strokes.close,
    takeBack: () => strokes.takeBack(false),
    dropPolygon: () => strokes.takeBack(true),
    fillHoles: () => change(withoutHoles(mask)),
    move: (dx, dy, { shift, ctrl }) => {
      // Half a brush farther, what is painted still hangs together.
      const step = ctrl ? Math.max(near, brush.size >> 1) : shift ? far : near;
      const next = moved(dx * step, dy * step);
      setCursor(next);
      if (ctrl && brush.tool !== 'POLYGON') {
        change(painted(mask, strokeSpans(cursor, next, brush.size), brush.tool === 'ERASER' ? 0 : 1));
      }
    },
  };
}
