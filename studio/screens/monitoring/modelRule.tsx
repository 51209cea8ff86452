import type { ComponentChildren } from 'preact';
import { useDataset } from '../../api/dataset.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';

interface ModelRuleProps {
  title: string;
  hint: string;
  /** Stores what the fields say. */
  save: (form: FormData) => Promise<void>;
  onChanged: () => void;
  /** The fields; whoever may not change them reads them. */
  children: (isFixed: boolean) => ComponentChildren;
}

/** A rule of a model, folded away. */
export function ModelRule({ title, hint, save, onChanged, children }: ModelRuleProps) {
  const { can } = useDataset();
  const { monitoring: words } = useWords();
  const say = useSay();
  const set = useAction(async (form: FormData) => {
    await save(form);
    say(words.saidSet);
    onChanged();
  });
  const isFixed = !can('RELEASE');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void set.run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <details>
      <summary>{title}</summary>
      <form class="settings" onSubmit={submit}>
        {children(isFixed)}
        {!isFixed && (
          <button type="submit" disabled={set.isRunning}>
            {words.set}
          </button>
        )}
      </form>
      <p class="hint">{hint}</p>
      <Failure error={set.error} />
    </details>
  );
}
