import { accepted, SetRetrainingRuleDocument } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useWords } from '../../words/language.js';
import { ModelRule } from './modelRule.js';
import type { WatchedModel } from './monitoringScreen.js';

/** When it is proposed to train a model again. */
export function RetrainingForm({
  model: { id, name, retrainingRule: rule },
  onChanged,
}: {
  model: WatchedModel;
  onChanged: () => void;
}) {
  const { monitoring: words } = useWords();
  const save = async (form: FormData) => {
    const labels = form.get('newLabels');
    const input = { modelId: id, newLabels: labels ? Number(labels) : null, onDrift: form.get('onDrift') !== null };
    accepted((await client.request(SetRetrainingRuleDocument, { input })).setRetrainingRule);
  };
  return (
    <ModelRule title={words.retraining(name)} hint={words.nothingStarts} {...{ save, onChanged }}>
      {(isFixed) => (
        <>
          <label class="field">
            <span>{words.newLabels}</span>
            <input type="number" name="newLabels" min={1} defaultValue={rule.newLabels ?? ''} disabled={isFixed} />
          </label>
          <label class="option">
            <input type="checkbox" name="onDrift" checked={rule.onDrift} disabled={isFixed} /> {words.onDrift}
          </label>
        </>
      )}
    </ModelRule>
  );
}
