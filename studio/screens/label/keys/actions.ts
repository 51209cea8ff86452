import type { DrawnKind } from '../../../canvas/drawnKinds.js';

interface Action {
  /** Of which labels it is a tool. */
  kinds: readonly DrawnKind[];
  /** Of the preset `residua`, as {@link nameOfKey} writes them. */
  keys: readonly string[];
}

const everywhere: readonly DrawnKind[] = ['BOX', 'BLOCK', 'PIXEL'];
const of = (kinds: readonly DrawnKind[], ...keys: readonly string[]): Action => ({ kinds, keys });

/** Everything a key can do on the label screen. */
export const actions = {
  save: of(everywhere, 'Ctrl+Enter', 'Space'),
  normal: of(everywhere, 'Shift+Enter'),
  next: of(everywhere, 'f', 'Ctrl+Space'),
  previous: of(everywhere, 'd'),
  undo: of(everywhere, 'Ctrl+z'),
  redo: of(everywhere, 'Ctrl+Shift+z', 'Ctrl+y'),
  otherKind: of(everywhere, 'k'),
  left: of(everywhere, 'ArrowLeft'),
  right: of(everywhere, 'ArrowRight'),
  up: of(everywhere, 'ArrowUp'),
  down: of(everywhere, 'ArrowDown'),
  newBox: of(['BOX'], 'n', 'r'),
  nextBox: of(['BOX'], 'b'),
  remove: of(['BOX'], 'Delete', 'Backspace'),
  selectNone: of(['BOX'], 'Escape'),
  paintNormal: of(['BLOCK'], '1'),
  paintAnomalous: of(['BLOCK'], '2'),
  paintIgnored: of(['BLOCK'], '3'),
  paintUnknown: of(['BLOCK'], '4'),
  grid: of(['BLOCK'], 'g'),
  brush: of(['PIXEL'], 'b'),
  eraser: of(['PIXEL'], 'e'),
  polygon: of(['PIXEL'], 'p'),
  mark: of(['PIXEL'], 'n'),
  closePolygon: of(['PIXEL'], 'Enter'),
  takeBack: of(['PIXEL'], 'Backspace'),
  dropPolygon: of(['PIXEL'], 'Escape'),
  fillHoles: of(['PIXEL'], 'h'),
  smallerBrush: of(['BLOCK', 'PIXEL'], '['),
  largerBrush: of(['BLOCK', 'PIXEL'], ']'),
  suggestions: of(everywhere, 's'),
  nextSuggestion: of(everywhere, 'j'),
  accept: of(everywhere, 'y'),
  acceptAll: of(everywhere, 'a'),
  reject: of(everywhere, 'x'),
  lowerThreshold: of(everywhere, ','),
  higherThreshold: of(everywhere, '.'),
  marks: of(everywhere, 'o'),
  larger: of(everywhere, '+'),
  smaller: of(everywhere, '-'),
  whole: of(everywhere, '0'),
  keys: of(everywhere, '?', 'F1'),
} as const satisfies Record<string, Action>;

export type ActionId = keyof typeof actions;

export const actionIds = Object.keys(actions) as ActionId[];

/** Moves by one; with a modifier it does what the editor says: farther, another side, painting on. */
export const directions = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
} as const satisfies Partial<Record<ActionId, readonly [dx: number, dy: number]>>;

/** Keys by action, of those who come from other tools; what is not named is as in `residua`. */
export const presets = {
  residua: {},
  // https://docs.cvat.ai/docs/manual/advanced/shortcuts/
  cvat: {
    save: ['Ctrl+s'],
    next: ['f'],
    newBox: ['n'],
    remove: ['Delete'],
    mark: ['m'],
    closePolygon: ['n', 'Enter'],
    grid: ['Shift+g'],
    keys: ['F1'],
  },
  // https://labelstud.io/guide/hotkeys
  labelStudio: {
    save: ['Ctrl+Enter'],
    next: ['Shift+ArrowDown', 'Ctrl+Space'],
    previous: ['Shift+ArrowUp'],
    newBox: ['r'],
    remove: ['Backspace'],
  },
} as const satisfies Record<string, Partial<Record<ActionId, readonly string[]>>>;

export type Preset = keyof typeof presets;

/** What the tools are called whose keys these are. */
export const presetNames = {
  residua: 'Residua',
  cvat: 'CVAT',
  labelStudio: 'Label Studio',
} as const satisfies Record<Preset, string>;
