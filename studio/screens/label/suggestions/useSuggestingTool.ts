import { useRef } from 'preact/hooks';
import type { Point } from '../../../canvas/viewport.js';
import type { Tool } from '../rasterCanvas.js';
import type { Port } from '../useViewport.js';
import type { Suggestions } from './useSuggestions.js';

/** Pixels of the window: what goes no farther is a click. */
const shortest = 4;

/** A press on a suggestion, until it is known whether it is a click on it or the beginning of a stroke. */
interface Held {
  at: Point;
  event: PointerEvent;
  index: number;
}

/** A tool that also takes clicks on suggestions: they accept, with Shift they reject. Everything else is the tool's. */
export function useSuggestingTool(tool: Tool, suggestions: Suggestions, port: Port): Tool {
  const held = useRef<Held | undefined>(undefined);
  return {
    press: (at, event) => {
      const index = event.button === 0 && !tool.owns?.(at) ? suggestions.openAt(at) : -1;
      if (index < 0) return tool.press(at, event);
      held.current = { at, event, index };
    },
    drag: (at, event, passed) => {
      const first = held.current;
      if (!first) return tool.drag(at, event, passed);
      if (Math.hypot(at.x - first.at.x, at.y - first.at.y) * port.view.scale < shortest) return;
      held.current = undefined;
      tool.press(first.at, first.event);
    },
    release: () => {
      const first = held.current;
      held.current = undefined;
      if (!first) return tool.release();
      if (first.event.shiftKey) suggestions.reject([first.index]);
      else suggestions.accept([first.index]);
    },
    abandon: () => {
      held.current = undefined;
      tool.abandon();
    },
    hover: (at, event) => {
      if (suggestions.seen) suggestions.point(at);
      tool.hover?.(at, event);
    },
    ...(tool.turn && { turn: tool.turn }),
  };
}
