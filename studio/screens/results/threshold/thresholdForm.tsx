import { useState } from 'preact/hooks';
import { accepted, SetThresholdPolicyDocument, type SetThresholdPolicyInput } from '../../../../src/client/index.js';
import { client } from '../../../api/session.js';
import { useAction } from '../../../api/useAction.js';
import { Chosen } from '../../../parts/chosen.js';
import { useSay } from '../../../parts/live.js';
import { Failure } from '../../../parts/states.js';
import { useFormats, useWords } from '../../../words/language.js';
import type { OpenVersion } from '../versionScreen.js';
import { ThresholdEditor } from './thresholdEditor.js';

type Policy = SetThresholdPolicyInput['kind'];

interface ThresholdProps {
  version: OpenVersion;
  /** Whose scores are shown, and F1 is taken from. */
  evaluation: OpenVersion['evaluations']['nodes'][number] | undefined;
  onChanged: () => void;
}

/** From which score on an image is anomalous, and how that is chosen. */
export function ThresholdForm({ version, evaluation, onChanged }: ThresholdProps) {
  const { id: modelVersionId, imageThreshold, thresholdPolicy, model } = version;
  const say = useSay();
  const { version: words, states, rights, names } = useWords();
  const { measured } = useFormats();
  const choose = useAction(async (policy: Omit<SetThresholdPolicyInput, 'modelVersionId'>) => {
    const input = { modelVersionId, ...policy };
    accepted((await client.request(SetThresholdPolicyDocument, { input })).setThresholdPolicy);
    say(words.saidSet);
    onChanged();
  });
  const maySet = model.project.viewerCan.includes('RELEASE');
  const byHand = (threshold: number) => void choose.run({ kind: 'MANUAL', imageThreshold: threshold });
  return (
    <section class="card-like">
      <h2>{words.threshold}</h2>
      <p>
        {words.anomalousFrom} <strong>{measured(imageThreshold)}</strong>
        {words.on(names.policies[thresholdPolicy.kind])}
      </p>
      {thresholdPolicy.chosenOnTestSplit && <p class="hint">{words.testDecided}</p>}
      {evaluation && imageThreshold !== null && (
        <>
          <ThresholdEditor
            key={`${evaluation.id} ${imageThreshold}`}
            evaluationId={evaluation.id}
            threshold={imageThreshold}
            onSet={maySet ? byHand : undefined}
            isSetting={choose.isRunning}
          />
          {maySet && evaluation.split === 'TEST' && <p class="hint">{words.testWouldDecide}</p>}
        </>
      )}
      {maySet ? (
        <PolicyForm
          threshold={imageThreshold}
          evaluationId={evaluation?.id}
          isSetting={choose.isRunning}
          onSet={(policy) => void choose.run(policy)}
        />
      ) : (
        <p class="no-right">{states.mayNot(rights.setThresholds, model.project.name, ['RELEASE'])}</p>
      )}
      <Failure error={choose.error} />
    </section>
  );
}

interface PolicyProps {
  threshold: number | null;
  evaluationId: string | undefined;
  isSetting: boolean;
  onSet: (policy: Omit<SetThresholdPolicyInput, 'modelVersionId'>) => void;
}

function PolicyForm({ threshold, evaluationId, isSetting, onSet }: PolicyProps) {
  const { version: words } = useWords();
  const [kind, setKind] = useState<Policy>('NORMAL_QUANTILE');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const number = Number(new FormData(event.currentTarget as HTMLFormElement).get('number'));
    if (kind === 'MANUAL') onSet({ kind, imageThreshold: number });
    else if (kind === 'NORMAL_QUANTILE') onSet({ kind, imageQuantile: number / 100 });
    else onSet({ kind, evaluationId });
  };
  return (
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
          <input name="number" type="number" min="0" step="any" defaultValue={String(threshold ?? '')} required />
        </label>
      )}
      <button disabled={isSetting}>{words.setThreshold}</button>
    </form>
  );
}
