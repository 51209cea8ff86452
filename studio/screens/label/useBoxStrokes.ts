import { useState } from 'preact/hooks';
import { boxAt, boxBetween, handleAt, movedBox, resizedBox, type DrawnBox, type Handle } from '../../canvas/boxes.js';
import type { Point, Size } from '../../canvas/viewport.js';
import type { Tool } from './rasterCanvas.js';
import type { Port } from './useViewport.js';

/** Pixels of the window: how near a handle a hand must be, and how far a stroke must go to be one. */
const [reach, shortest] = [12, 4];

interface Stroke {
  from: Point;
  to: Point;
  /** What it does: a new box, or one that is there moved or resized. */
  on: 'new' | { index: number; handle: Handle | undefined };
}

interface StrokeParts {
  boxes: readonly DrawnBox[];
  selected: number;
  select: (index: number) => void;
  image: Size;
  port: Port;
  change: (boxes: readonly DrawnBox[]) => void;
}

/** Boxes drawn, moved and resized by hand; what a stroke makes is shown at once and kept when it ends. */
export function useBoxStrokes({ boxes, selected, select, image, port, change }: StrokeParts) {
  const [stroke, setStroke] = useState<Stroke>();
  const isStroke = ({ from, to }: Stroke) => Math.hypot(to.x - from.x, to.y - from.y) * port.view.scale >= shortest;
  const shown = stroke && isStroke(stroke) ? after(boxes, stroke, image) : boxes;
  const target = (at: Point, isNew: boolean): Stroke['on'] => {
    if (isNew) return 'new';
    const current = boxes[selected];
    const handle = current && handleAt(current, at, reach / port.view.scale);
    if (handle) return { index: selected, handle };
    const index = boxAt(boxes, at);
    return index < 0 ? 'new' : { index, handle: undefined };
  };
  const tool: Tool = {
    press: (at, event) => {
      if (event.button !== 0) return;
      const on = target(at, event.shiftKey);
      select(on === 'new' ? -1 : on.index);
      setStroke({ from: at, to: at, on });
    },
    drag: (at) => stroke && setStroke({ ...stroke, to: at }),
    release: () => {
      setStroke(undefined);
      if (!stroke || !isStroke(stroke)) return;
      change(shown);
      if (stroke.on === 'new') select(shown.length - 1);
    },
    abandon: () => setStroke(undefined),
    owns: (at) => target(at, false) !== 'new',
  };
  return { shown, tool };
}

function after(boxes: readonly DrawnBox[], { from, to, on }: Stroke, image: Size): readonly DrawnBox[] {
  if (on === 'new') return [...boxes, boxBetween(from, to, image)];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  return boxes.map((box, index) => {
    if (index !== on.index) return box;
    return on.handle ? resizedBox(box, on.handle, dx, dy, image) : movedBox(box, dx, dy, image);
  });
}
