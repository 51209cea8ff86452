import { Dialog } from '../../parts/dialog.js';
import type { DrawnKind } from './kinds.js';

const everywhere = [
  ['Ctrl+Enter', 'save and next'],
  ['Shift+Enter', 'nothing here: normal, next'],
  ['F / D', 'next / previous image'],
  ['Ctrl+Z / Ctrl+Y', 'undo / redo'],
  ['K', 'boxes / blocks'],
  ['+ / − / wheel', 'larger / smaller'],
  ['0', 'whole image'],
  ['middle button, two fingers', 'move the image'],
] as const;

const own = {
  BOX: [
    ['N', 'new box in the middle of the view'],
    ['B', 'select the next box'],
    ['arrows', 'move the box by 1 pixel, with Shift by 10'],
    ['Alt+arrows', 'move its right or lower side, with Shift by 10'],
    ['Delete', 'delete the box'],
    ['Escape', 'select none'],
    ['Shift and drag', 'a new box inside another'],
  ],
  BLOCK: [
    ['arrows', 'move the cell, with Shift by 5'],
    ['1 – 4', 'paint the cell NORMAL, ANOMALOUS, IGNORED or UNKNOWN'],
    ['Ctrl+arrows', 'move and paint on'],
    ['Shift and drag', 'fill a rectangle'],
    ['right button', 'paint NORMAL'],
  ],
} as const satisfies Record<DrawnKind, readonly (readonly [string, string])[]>;

/** Every key of an editor. */
export function KeysDialog({ kind, onClose }: { kind: DrawnKind; onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {[...own[kind], ...everywhere].map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button>Close</button>
      </form>
    </Dialog>
  );
}
