import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useWords } from '../../words/language.js';
import type { Revision } from './kinds.js';

/** Somebody else saved in between: nothing is lost, whichever is chosen, because every revision stays. */
export function ConflictDialog<Content>({
  theirs: { revision, author },
  difference,
  onChoose,
  children,
}: {
  theirs: Revision<Content>;
  difference: string;
  onChoose: (choice: 'mine' | 'theirs') => void;
  /** Both, to look at. */
  children: ComponentChildren;
}) {
  const { label: words } = useWords();
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => element.current?.showModal(), []);
  return (
    // It asks a question that Escape does not answer.
    <dialog ref={element} aria-labelledby={id} onCancel={(event) => event.preventDefault()}>
      <h2 id={id}>{words.savedMeanwhile(author ?? words.somebody)}</h2>
      <p>
        {words.theirRevision(revision)} {difference}
      </p>
      <div class="row">{children}</div>
      <p>{words.bothStay}</p>
      <div class="row">
        <button type="button" class="primary" onClick={() => onChoose('mine')}>
          {words.goOnWithMine}
        </button>
        <button type="button" onClick={() => onChoose('theirs')}>
          {words.takeTheirs}
        </button>
      </div>
    </dialog>
  );
}
