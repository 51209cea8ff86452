import { useState } from 'preact/hooks';
import { accepted, SetThresholdPolicyDocument, type SetThresholdPolicyInput } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import type { OpenVersion } from './versionScreen.js';

type Policy = SetThresholdPolicyInput['kind'];

/** From which score on an image is anomalous, and how that is chosen. */
export function ThresholdForm({
  version,
  evaluationId,
  onChanged,
}: {
  version: OpenVersion;
  /** Whose scores F1 is taken from. */
  evaluationId: string | undefined;
  onChanged: () => void;
}) {
  const { id: modelVersionId, imageThreshold, thresholdPolicy, model } = version;
  const [kind, setKind] = useState<Policy>('NORMAL_QUANTILE');
  const say = useSay();
  const { version: words, states, rights, names } = useWords();
  const { measured } = useFormats();
  const choose = useAction(async (number: number) => {
    const input: SetThresholdPolicyInput = {
      ...{ modelVersionId, kind },
      ...(kind === 'MANUAL' && { imageThreshold: number }),
      ...(kind === 'NORMAL_QUANTILE' && { imageQuantile: number / 100 }),
      ...(kind === 'F1_MAX' && evaluationId !== undefined && { evaluationId }),
    };
    accepted((await client.request(SetThresholdPolicyDocument, { input })).setThresholdPolicy);
    say(words.saidSet);
    onChanged();
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void choose.run(Number(new FormData(event.currentTarget as HTMLFormElement).get('number')));
  };
  return (
    <section class="card-like">
      <h2>{words.threshold}</h2>
      <p>
        {words.anomalousFrom} <strong>{measured(imageThreshold)}</strong>{' '}
        {words.on(names.policies[thresholdPolicy.kind])}
      </p>
      {thresholdPolicy.chosenOnTestSplit && <p class="hint">{words.testDecided}</p>}
      {model.project.viewerCan.includes('RELEASE') ? (
        <form class="stack" onSubmit={submit}>
          <Chosen
            label={words.chooseBy}
            value={kind}
            options={[
              ['NORMAL_QUANTILE', words.byShare],
              ...(evaluationId === undefined ? [] : [['F1_MAX', words.byF1] as const]),
              ['MANUAL', words.byHand],
            ]}
            onChoose={setKind}
          />
          {kind === 'NORMAL_QUANTILE' && (
            <label class="field">
              <span>{words.goodBelow}</span>
              <input name="number" type="number" min="1" max="100" step="any" defaultValue="98" required />
            </label>
          )}
          {kind === 'MANUAL' && (
            <label class="field">
              <span>{words.score}</span>
              <input
                name="number"
                type="number"
                min="0"
                step="any"
                defaultValue={String(imageThreshold ?? '')}
                required
              />
            </label>
          )}
          <button disabled={choose.isRunning}>{words.setThreshold}</button>
        </form>
      ) : (
        <p class="no-right">{states.mayNot(rights.setThresholds, model.project.name, ['RELEASE'])}</p>
      )}
      <Failure error={choose.error} />
    </section>
  );
}
