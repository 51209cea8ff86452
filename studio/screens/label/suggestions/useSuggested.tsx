import type { ComponentChildren } from 'preact';
import type { Viewport } from '../../../canvas/viewport.js';
import type { Handlers } from '../keys/useActions.js';
import type { DrawnImage } from '../kinds.js';
import type { Tool } from '../rasterCanvas.js';
import { useTrial } from '../trial.js';
import type { Port } from '../useViewport.js';
import { drawSuggestions } from './drawSuggestions.js';
import { SuggestionPanel } from './suggestionPanel.js';
import { useSuggestingTool } from './useSuggestingTool.js';
import type { Accepting } from './useDecisions.js';
import { useSuggestions, type Suggestions } from './useSuggestions.js';

interface SuggestedParts<Content> {
  image: DrawnImage;
  port: Port;
  /** What a hand does where nothing is suggested. */
  tool: Tool;
  accepting: Accepting<Content>;
}

/** What an editor puts together with its own. */
export interface Suggested {
  tool: Tool;
  draw: (paint: CanvasRenderingContext2D, view: Viewport) => void;
  panel: ComponentChildren;
  handlers: Handlers;
  assistance: Suggestions['assistance'];
}

/** Of the threshold, with each key. */
const step = 2 ** 0.25;

/** Suggestions for an editor, whatever it edits. */
export function useSuggested<Content>({ image, port, tool, accepting }: SuggestedParts<Content>): Suggested {
  const suggestions = useSuggestions(image, accepting);
  // Who copies a mask to be measured does it alone.
  const isAlone = useTrial() !== undefined;
  return {
    tool: useSuggestingTool(tool, suggestions, port),
    draw: (paint, view) => drawSuggestions(paint, suggestions, image, view),
    panel: isAlone ? null : <SuggestionPanel suggestions={suggestions} />,
    handlers: isAlone ? {} : handlersOf(suggestions),
    assistance: suggestions.assistance,
  };
}

function handlersOf(suggestions: Suggestions): Handlers {
  const { seen, current, factor, toggle, setFactor, accept, reject, choose } = suggestions;
  const open = seen ? [...seen.states.keys()].filter((index) => seen.states[index] === 'open') : [];
  const meant = current >= 0 ? [current] : open;
  return {
    suggestions: toggle,
    nextSuggestion: () => choose(open.find((index) => index > current) ?? open[0] ?? -1),
    accept: () => current >= 0 && accept([current]),
    acceptAll: () => accept(open),
    reject: () => reject(meant),
    lowerThreshold: () => setFactor(factor / step),
    higherThreshold: () => setFactor(factor * step),
  };
}
