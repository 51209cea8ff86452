import { Dialog } from '../../parts/dialog.js';
import type { Words } from '../../words/en.js';
import { useWords } from '../../words/language.js';
import type { DrawnKind } from './kinds.js';

type Keys = readonly (readonly [keys: string, meaning: string])[];

function everywhere({ keysOf: words }: Words['label']): Keys {
  return [
    ['Ctrl+Enter', words.saveAndNext],
    ['Shift+Enter', words.normal],
    ['F / D', words.nextPrevious],
    ['Ctrl+Z / Ctrl+Y', words.undoRedo],
    ['K', words.kinds],
    [`+ / − / ${words.keyNames.wheel}`, words.zoom],
    ['0', words.whole],
    [words.keyNames.panning, words.move],
  ];
}

const own = {
  BOX: ({ keysOf: words }) => [
    ['N', words.newBox],
    ['B', words.nextBox],
    [words.keyNames.arrows, words.moveBox],
    [`Alt + ${words.keyNames.arrows}`, words.sizeBox],
    ['Delete', words.deleteBox],
    ['Escape', words.selectNone],
    [words.keyNames.and('Shift'), words.inside],
  ],
  BLOCK: ({ keysOf: words }) => [
    [words.keyNames.arrows, words.moveCell],
    ['1 – 4', words.paintCell],
    [`Ctrl + ${words.keyNames.arrows}`, words.paintOn],
    [words.keyNames.and('Shift'), words.fill],
    [words.keyNames.rightButton, words.paintNormal],
  ],
  PIXEL: ({ keysOf: words }, { tools, fillHoles, close }) => [
    ['B / E / P', `${tools.BRUSH} / ${tools.ERASER} / ${tools.POLYGON}`],
    ['Enter', close],
    ['H', fillHoles],
    [`Ctrl + ${words.keyNames.arrows}`, words.paintOn],
  ],
} as const satisfies Record<DrawnKind, (words: Words['label'], masks: Words['drawing']['masks']) => Keys>;

/** Every key of an editor. */
export function KeysDialog({ kind, onClose }: { kind: DrawnKind; onClose: () => void }) {
  const { label: words, drawing, states } = useWords();
  return (
    <Dialog title={words.keys} onClose={onClose}>
      <dl class="keys">
        {[...own[kind](words, drawing.masks), ...everywhere(words)].map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button>{states.close}</button>
      </form>
    </Dialog>
  );
}
