import type { Size, Viewport } from '../../../canvas/viewport.js';
import type { RegionState } from './useDecisions.js';
import type { Suggestions } from './useSuggestions.js';

/** Colour and dashes of an outline, so that neither alone must tell. */
const looks: Readonly<Record<RegionState | 'current', { colour: string; dash: number[]; width: number }>> = {
  open: { colour: '#4dd2ff', dash: [6, 4], width: 2 },
  current: { colour: '#ffffff', dash: [], width: 3 },
  accepted: { colour: '#7fd69b', dash: [], width: 1 },
  rejected: { colour: '#bbbbbb', dash: [1, 5], width: 1 },
};

/** The outlines of what is suggested. */
export function drawSuggestions(
  paint: CanvasRenderingContext2D,
  { seen, current }: Pick<Suggestions, 'seen' | 'current'>,
  image: Size,
  view: Viewport,
): void {
  if (!seen) return;
  const { map, cut, states } = seen;
  const [sx, sy] = [(image.width / map.width) * view.scale, (image.height / map.height) * view.scale];
  for (const [index, { edges }] of cut.regions.entries()) {
    const { colour, dash, width } = looks[index === current ? 'current' : states[index]!];
    paint.beginPath();
    for (let i = 0; i < edges.length; i += 4) {
      paint.moveTo(view.x + edges[i]! * sx, view.y + edges[i + 1]! * sy);
      paint.lineTo(view.x + edges[i + 2]! * sx, view.y + edges[i + 3]! * sy);
    }
    paint.setLineDash([]);
    paint.strokeStyle = '#000a';
    paint.lineWidth = width + 2;
    paint.stroke();
    paint.setLineDash(dash);
    paint.strokeStyle = colour;
    paint.lineWidth = width;
    paint.stroke();
  }
  paint.setLineDash([]);
}
