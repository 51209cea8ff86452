import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Chosen } from '../../../parts/chosen.js';
import { Dialog } from '../../../parts/dialog.js';
import { useWords } from '../../../words/language.js';
import type { DrawnKind } from '../../../canvas/drawnKinds.js';
import { presetNames, presets, type ActionId, type Preset } from './actions.js';
import { actionsFor, conflictsOf, isFree, isModifier, nameOfKey, shownKey, withKey } from './bindings.js';
import { useChosenKeys } from './keyChoice.js';
import { PointerHints } from './pointerHints.js';

/** Every key of an editor, and a way to choose others. */
export function KeysDialog({ kind, onClose }: { kind: DrawnKind; onClose: () => void }) {
  const { label, drawing, states } = useWords();
  const { keys: words, actions: names } = drawing;
  const [changing, setChanging] = useState<ActionId>();
  const [said, say] = useState('');
  const { choice, bindings, choose } = useChosenKeys();
  useNextKey(changing, (key) => {
    setChanging(undefined);
    if (key === 'Escape' && changing !== 'selectNone' && changing !== 'dropPolygon') return;
    if (!isFree(key)) return say(words.notFree(shownKey(key)));
    const next = withKey(choice, changing!, key);
    choose(next.choice);
    say(next.lost.length === 0 ? '' : words.taken(shownKey(key), next.lost.map((id) => names[id]).join(', ')));
  });
  return (
    <Dialog title={label.keys} onClose={onClose}>
      <div class="row">
        <Chosen
          label={words.preset}
          value={choice.preset}
          options={(Object.keys(presets) as Preset[]).map((preset) => [preset, presetNames[preset]])}
          onChoose={(preset) => choose({ ...choice, preset })}
        />
        {Object.keys(choice.own).length > 0 && (
          <button type="button" onClick={() => choose({ ...choice, own: {} })}>
            {words.dropOwn}
          </button>
        )}
      </div>
      <p role="status" class="hint">
        {changing ? words.press(names[changing]) : said}
      </p>
      {conflictsOf(bindings).map(({ key, actions: [a, b] }) => (
        <p key={`${key}${a}${b}`} class="failure">
          {words.conflict(shownKey(key), names[a], names[b])}
        </p>
      ))}
      <ActionList kind={kind} onChange={setChanging} />
      <PointerHints kind={kind} />
      <form method="dialog">
        <button>{states.close}</button>
      </form>
    </Dialog>
  );
}

function ActionList({ kind, onChange }: { kind: DrawnKind; onChange: (action: ActionId) => void }) {
  const { keys: words, actions: names } = useWords().drawing;
  const { bindings } = useChosenKeys();
  return (
    <ul class="keys">
      {actionsFor(kind).map((id) => (
        <li key={id}>
          <span>{names[id]}</span>
          <span>
            {bindings[id].map((key) => (
              <kbd key={key}>{shownKey(key)}</kbd>
            ))}
          </span>
          <button type="button" aria-label={words.changeOf(names[id])} onClick={() => onChange(id)}>
            {words.change}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Tells of the next key that is pressed, before anything else hears of it. */
function useNextKey(changing: ActionId | undefined, take: (key: string) => void): void {
  const newest = useRef(take);
  newest.current = take;
  // At once, as in `useKeys`.
  useLayoutEffect(() => {
    if (!changing) return;
    const pressed = (event: KeyboardEvent) => {
      if (isModifier(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      newest.current(nameOfKey(event));
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [changing]);
}
