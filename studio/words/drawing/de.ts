import { counting } from '../counting.js';
import type { DrawingWords } from './en.js';
import { actions, keys } from './keys.de.js';

const n = counting('de');
const pixels = (count: number) => n(count, 'Pixel', 'Pixel');

/** German. */
export const drawing: DrawingWords = {
  actions,
  keys,
  masks: {
    canvas: (filename, marked) => `${filename}, ${pixels(marked)} markiert`,
    paintHint: 'Übermalen Sie, was fehlerhaft ist; die rechte Taste radiert.',
    polygonHint: (close) => `Klicken Sie die Ecken an; ${close} schließt das Vieleck.`,
    nothingMarked: 'Dieses Bild ist fehlerhaft, und kein Pixel sagt, wo.',
    difference: (differing) => `Sie unterscheiden sich in ${n(differing, 'Pixel', 'Pixeln')}.`,
    unfinished: (close, drop) => `Das Vieleck ist offen: ${close} schließt es, ${drop} verwirft es.`,
    marked: (marked, share) => `${pixels(marked)} markiert, ${share} %.`,
    tool: 'Werkzeug',
    tools: { BRUSH: 'Pinsel', ERASER: 'Radierer', POLYGON: 'Vieleck' },
    size: (size) => `Größe: ${pixels(size)}`,
    close: 'Vieleck schließen',
    fillHoles: 'Löcher füllen',
    derive: 'beim Speichern auch Rahmen und Blöcke daraus machen',
    derived: (made, left) =>
      [made && `daraus gemacht: ${made}`, left && `so gelassen, wie jemand sie gezeichnet hat: ${left}`]
        .filter(Boolean)
        .join('; '),
  },
  view: { title: 'Ansicht', brightness: 'Helligkeit', contrast: 'Kontrast', plain: 'Wie es ist' },
  suggestions: {
    title: 'Vorschläge',
    show: 'zeigen, was eine Version sieht',
    version: 'Version',
    threshold: (factor) => `Schwelle: ${factor} × ihre eigene`,
    loading: 'Die Version wird gefragt',
    counts: (open, accepted, rejected) =>
      `${n(open, 'Bereich', 'Bereiche')} vorgeschlagen, ${accepted} angenommen, ${rejected} abgelehnt.`,
    acceptAll: 'Alle annehmen',
    reject: 'Ablehnen',
    rejectAll: 'Alle ablehnen',
    refusals: {
      notTrain:
        'Nur für Bilder zum Trainieren: Ein Modell, das seine eigene Prüfung markiert, urteilt über sich selbst.',
      noVersion: 'Auf diesem Datensatz wurde noch keine Version trainiert.',
      mayNot: 'In diesem Projekt dürfen Sie keine Bilder prüfen lassen.',
    },
  },
};
