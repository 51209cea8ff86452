import { accepted, SetMonitoringRuleDocument, type SetMonitoringRuleInput } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { WatchedModel } from './monitoringScreen.js';

/** How a model is watched; whoever may not change it reads it. */
export function RuleForm({
  model: { id, name, monitoringRule: rule },
  onChanged,
}: {
  model: WatchedModel;
  onChanged: () => void;
}) {
  const { can } = useDataset();
  const { monitoring: words } = useWords();
  const say = useSay();
  const set = useAction(async (input: SetMonitoringRuleInput) => {
    accepted((await client.request(SetMonitoringRuleDocument, { input })).setMonitoringRule);
    say(words.saidSet);
    onChanged();
  });
  const mayChange = can('RELEASE');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void set.run({ modelId: id, ...ruleOf(new FormData(event.currentTarget as HTMLFormElement)) });
  };
  return (
    <details>
      <summary>{words.rule(name)}</summary>
      <form class="settings" onSubmit={submit}>
        <RuleFields rule={rule} isFixed={!mayChange} />
        {mayChange && (
          <button type="submit" disabled={set.isRunning}>
            {words.set}
          </button>
        )}
      </form>
      <p class="hint">{words.leftOut}</p>
      <Failure error={set.error} />
    </details>
  );
}

function RuleFields({ rule, isFixed }: { rule: WatchedModel['monitoringRule']; isFixed: boolean }) {
  const { monitoring: words } = useWords();
  const rate = rule.expectedAnomalyRate;
  const amounts = [
    ['windowHours', words.windowHours, rule.windowHours, [1, 168]],
    ['leastPredictions', words.leastPredictions, rule.leastPredictions, [20, 100_000]],
    ['expectedAnomalyRate', words.expected, rate === null ? null : 100 * rate, [0, 100]],
    ['silenceMinutes', words.silence, rule.silenceMinutes, [1, 10_080]],
  ] as const;
  return (
    <>
      <label class="option">
        <input type="checkbox" name="isOn" checked={rule.isOn} disabled={isFixed} /> {words.isOn}
      </label>
      {amounts.map(([name, label, value, [min, max]]) => (
        <label key={name} class="field">
          <span>{label}</span>
          <input
            type="number"
            step="any"
            {...{ name, min, max }}
            defaultValue={value === null ? '' : String(value)}
            disabled={isFixed}
          />
        </label>
      ))}
    </>
  );
}

/** What the fields say; an empty one is null. */
function ruleOf(form: FormData): Omit<SetMonitoringRuleInput, 'modelId'> {
  const number = (field: string) => (form.get(field) === '' ? null : Number(form.get(field)));
  const rate = number('expectedAnomalyRate');
  return {
    isOn: form.get('isOn') !== null,
    windowHours: number('windowHours'),
    leastPredictions: number('leastPredictions'),
    expectedAnomalyRate: rate === null ? null : rate / 100,
    silenceMinutes: number('silenceMinutes'),
  };
}
