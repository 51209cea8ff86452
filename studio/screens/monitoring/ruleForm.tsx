import { accepted, SetMonitoringRuleDocument, type SetMonitoringRuleInput } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useWords } from '../../words/language.js';
import { ModelRule } from './modelRule.js';
import type { WatchedModel } from './monitoringScreen.js';

/** How a model is watched. */
export function RuleForm({
  model: { id, name, monitoringRule: rule },
  onChanged,
}: {
  model: WatchedModel;
  onChanged: () => void;
}) {
  const { monitoring: words } = useWords();
  const save = async (form: FormData) => {
    const input = { modelId: id, ...ruleOf(form) };
    accepted((await client.request(SetMonitoringRuleDocument, { input })).setMonitoringRule);
  };
  return (
    <ModelRule title={words.rule(name)} hint={words.leftOut} {...{ save, onChanged }}>
      {(isFixed) => <RuleFields {...{ rule, isFixed }} />}
    </ModelRule>
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
