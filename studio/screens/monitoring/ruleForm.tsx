import { accepted, SetMonitoringRuleDocument, type SetMonitoringRuleInput } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { Monitoring } from './monitoringScreen.js';

type Watched = Monitoring['modelVersion']['model'];

/** How a model is watched; whoever may not change it reads it. */
export function RuleForm({
  model: { id, name, monitoringRule: rule },
  onChanged,
}: {
  model: Watched;
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
  const rate = rule.expectedAnomalyRate;
  return (
    <details>
      <summary>{words.rule(name)}</summary>
      <form class="settings" onSubmit={submit}>
        <label class="option">
          <input type="checkbox" name="isOn" checked={rule.isOn} disabled={!mayChange} /> {words.isOn}
        </label>
        <Amount
          name="windowHours"
          label={words.windowHours}
          value={rule.windowHours}
          isFixed={!mayChange}
          range={[1, 168]}
        />
        <Amount
          name="leastPredictions"
          label={words.leastPredictions}
          value={rule.leastPredictions}
          isFixed={!mayChange}
          range={[20, 100_000]}
        />
        <Amount
          name="expectedAnomalyRate"
          label={words.expected}
          value={rate === null ? null : 100 * rate}
          isFixed={!mayChange}
          range={[0, 100]}
        />
        <Amount
          name="silenceMinutes"
          label={words.silence}
          value={rule.silenceMinutes}
          isFixed={!mayChange}
          range={[1, 10_080]}
        />
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

interface AmountProps {
  name: string;
  label: string;
  value: number | null;
  isFixed: boolean;
  range: readonly [least: number, most: number];
}

function Amount({ name, label, value, isFixed, range: [min, max] }: AmountProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        step="any"
        {...{ name, min, max }}
        defaultValue={value === null ? '' : String(value)}
        disabled={isFixed}
      />
    </label>
  );
}
