import { useState } from 'preact/hooks';
import { painted, type Mask } from '../../canvas/mask.js';
import { polygonSpans, strokeSpans } from '../../canvas/strokes.js';
import type { Point } from '../../canvas/viewport.js';
import type { Tool } from './rasterCanvas.js';

/** What a hand does to a mask. */
export interface MaskBrush {
  tool: 'BRUSH' | 'ERASER' | 'POLYGON';
  /** Pixels of the image across. */
  size: number;
}

interface Stroke {
  mask: Mask;
  last: Point;
  value: 0 | 1;
}

interface StrokeParts {
  mask: Mask;
  brush: MaskBrush;
  change: (mask: Mask) => void;
  resize: (direction: 1 | -1) => void;
  /** Where the hand is, and where the keyboard is; undefined when it has left. */
  setCursor: (at: Point | undefined) => void;
}

export interface MaskStrokes {
  /** With the stroke that is being drawn. */
  shown: Mask;
  tool: Tool;
  /** Corners of a polygon that is not closed yet. */
  corners: readonly Point[];
  /** Paints a dab at a place, or sets a corner of a polygon there. */
  mark: (at: Point) => void;
  /** Makes the polygon a part of the mask. */
  close: () => void;
  /** Takes the last corner back, or all of them. */
  takeBack: (all: boolean) => void;
}

/** A polygon has an inside from here on. */
export const fewestCorners = 3;

/** The eraser at the other end of a pen, and the right button of a mouse. */
const erasing = { penButton: 5, rightButton: 2 } as const;

/** Strokes of brush and eraser, and polygons, which become part of the mask when they are closed. */
export function useMaskStrokes({ mask, brush, change, resize, setCursor }: StrokeParts): MaskStrokes {
  const [stroke, setStroke] = useState<Stroke>();
  const [corners, setCorners] = useState<readonly Point[]>([]);
  const takeBack = (all: boolean) => setCorners(all ? [] : corners.slice(0, -1));
  const begin = (at: Point, value: 0 | 1) =>
    setStroke({ mask: painted(mask, strokeSpans(at, at, brush.size), value), last: at, value });
  const press = (at: Point, { button }: PointerEvent) => {
    const erases = button === erasing.rightButton || button === erasing.penButton;
    if (brush.tool !== 'POLYGON') return begin(at, erases || brush.tool === 'ERASER' ? 0 : 1);
    if (erases) takeBack(false);
    else setCorners([...corners, at]);
  };
  const drag = (at: Point, _event: PointerEvent, passed: readonly Point[]) => {
    setCursor(at);
    if (!stroke) return;
    let { mask: drawn, last } = stroke;
    for (const place of passed) {
      drawn = painted(drawn, strokeSpans(last, place, brush.size), stroke.value);
      last = place;
    }
    setStroke({ ...stroke, mask: drawn, last });
  };
  const release = () => {
    setStroke(undefined);
    if (stroke) change(stroke.mask);
  };
  const mark = (at: Point) => {
    if (brush.tool === 'POLYGON') setCorners([...corners, at]);
    else change(painted(mask, strokeSpans(at, at, brush.size), brush.tool === 'ERASER' ? 0 : 1));
  };
  const close = () => {
    if (corners.length < fewestCorners) return;
    change(painted(mask, polygonSpans(corners), 1));
    setCorners([]);
  };
  const tool = { press, drag, release, abandon: () => setStroke(undefined), hover: setCursor, turn: resize };
  return { shown: stroke?.mask ?? mask, tool, corners, mark, close, takeBack };
}
