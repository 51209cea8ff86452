import { useWords } from '../../../words/language.js';
import type { DrawnKind } from '../../../canvas/drawnKinds.js';

/** What mouse, pen and fingers do, and keys that are held with others: these stay as they are. */
export function PointerHints({ kind }: { kind: DrawnKind }) {
  const { hints } = useWords().drawing.keys;
  return (
    <ul class="hint">
      {[...hints.everywhere, ...hints[kind]].map((hint) => (
        <li key={hint}>{hint}</li>
      ))}
    </ul>
  );
}
