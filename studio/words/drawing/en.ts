import { counting } from '../counting.js';
import { actions, keys } from './keys.en.js';

const n = counting('en');
const pixels = (count: number) => n(count, 'pixel', 'pixels');

/** Words of masks, on the label screen. */
export const drawing = {
  actions,
  keys,
  masks: {
    canvas: (filename: string, marked: number) => `${filename}, ${pixels(marked)} marked`,
    paintHint: 'Paint over what is defective; the right button erases.',
    polygonHint: (close: string) => `Click the corners; ${close} closes the polygon.`,
    nothingMarked: 'This image is defective, and no pixel says where.',
    difference: (differing: number) => `They differ in ${pixels(differing)}.`,
    unfinished: (close: string, drop: string) => `The polygon is open: ${close} closes it, ${drop} drops it.`,
    marked: (marked: number, share: string) => `${pixels(marked)} marked, ${share} %.`,
    tool: 'Tool',
    tools: { BRUSH: 'Brush', ERASER: 'Eraser', POLYGON: 'Polygon' },
    size: (size: number) => `Size: ${pixels(size)}`,
    close: 'Close polygon',
    fillHoles: 'Fill holes',
    derive: 'when saved, make boxes and blocks of it, too',
    derived: (made: string, left: string) =>
      [made && `made of it: ${made}`, left && `left as somebody drew them: ${left}`].filter(Boolean).join('; '),
  },
  view: { title: 'View', brightness: 'Brightness', contrast: 'Contrast', plain: 'As it is' },
  suggestions: {
    title: 'Suggestions',
    show: 'show what a version sees',
    version: 'Version',
    threshold: (factor: string) => `Threshold: ${factor} × its own`,
    loading: 'Asking the version',
    counts: (open: number, accepted: number, rejected: number) =>
      `${n(open, 'region', 'regions')} suggested, ${accepted} accepted, ${rejected} rejected.`,
    acceptAll: 'Accept all',
    reject: 'Reject it',
    rejectAll: 'Reject all',
    refusals: {
      notTrain: 'Only for images to train with: a model that suggests labels for its own test would judge itself.',
      noVersion: 'No version was trained on this data set yet.',
      mayNot: 'You may not ask for predictions in this project.',
    },
  },
};

export type DrawingWords = typeof drawing;
