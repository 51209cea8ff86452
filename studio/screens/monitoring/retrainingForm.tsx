import { accepted, SetRetrainingRuleDocument, type SetRetrainingRuleInput } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { WatchedModel } from './monitoringScreen.js';

/** When it is proposed to train a model again. */
export function RetrainingForm({
  model: { id, name, retrainingRule: rule },
  onChanged,
}: {
  model: WatchedModel;
  onChanged: () => void;
}) {
  const { can } = useDataset();
  const { monitoring: words } = useWords();
  const say = useSay();
  const set = useAction(async (input: SetRetrainingRuleInput) => {
    accepted((await client.request(SetRetrainingRuleDocument, { input })).setRetrainingRule);
    say(words.saidSet);
    onChanged();
  });
  const isFixed = !can('RELEASE');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const labels = form.get('newLabels');
    const newLabels = labels ? Number(labels) : null;
    void set.run({ modelId: id, newLabels, onDrift: form.get('onDrift') !== null });
  };
  return (
    <details>
      <summary>{words.retraining(name)}</summary>
      <form class="settings" onSubmit={submit}>
        <label class="field">
          <span>{words.newLabels}</span>
          <input type="number" name="newLabels" min={1} defaultValue={rule.newLabels ?? ''} disabled={isFixed} />
        </label>
        <label class="option">
          <input type="checkbox" name="onDrift" checked={rule.onDrift} disabled={isFixed} /> {words.onDrift}
        </label>
        {!isFixed && (
          <button type="submit" disabled={set.isRunning}>
            {words.set}
          </button>
        )}
      </form>
      <p class="hint">{words.nothingStarts}</p>
      <Failure error={set.error} />
    </details>
  );
}
