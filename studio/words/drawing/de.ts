import { counting } from '../counting.js';
import type { DrawingWords } from './en.js';

const n = counting('de');
const pixels = (count: number) => n(count, 'Pixel', 'Pixel');

/** German. */
export const drawing: DrawingWords = {
  masks: {
    canvas: (filename, marked) => `${filename}, ${pixels(marked)} markiert`,
    paintHint: 'Übermalen Sie, was fehlerhaft ist; die rechte Taste radiert.',
    polygonHint: 'Klicken Sie die Ecken an; die Eingabetaste schließt das Vieleck.',
    nothingMarked: 'Dieses Bild ist fehlerhaft, und kein Pixel sagt, wo.',
    difference: (differing) => `Sie unterscheiden sich in ${n(differing, 'Pixel', 'Pixeln')}.`,
    unfinished: 'Das Vieleck ist offen: Die Eingabetaste schließt es, Escape verwirft es.',
    marked: (marked, share) => `${pixels(marked)} markiert, ${share} %.`,
    tool: 'Werkzeug',
    tools: { BRUSH: 'Pinsel', ERASER: 'Radierer', POLYGON: 'Vieleck' },
    size: (size) => `Größe: ${pixels(size)}`,
    close: 'Vieleck schließen',
    fillHoles: 'Löcher füllen',
  },
};
