import { counting } from '../counting.js';

const n = counting('en');
const pixels = (count: number) => n(count, 'pixel', 'pixels');

/** Words of masks, on the label screen. */
export const drawing = {
  masks: {
    canvas: (filename: string, marked: number) => `${filename}, ${pixels(marked)} marked`,
    paintHint: 'Paint over what is defective; the right button erases.',
    polygonHint: 'Click the corners; Enter closes the polygon.',
    nothingMarked: 'This image is defective, and no pixel says where.',
    difference: (differing: number) => `They differ in ${pixels(differing)}.`,
    unfinished: 'The polygon is open: Enter closes it, Escape drops it.',
    marked: (marked: number, share: string) => `${pixels(marked)} marked, ${share} %.`,
    tool: 'Tool',
    tools: { BRUSH: 'Brush', ERASER: 'Eraser', POLYGON: 'Polygon' },
    size: (size: number) => `Size: ${pixels(size)}`,
    close: 'Close polygon',
    fillHoles: 'Fill holes',
  },
};

export type DrawingWords = typeof drawing;
