import { useState } from 'preact/hooks';
import { accepted, SetThresholdPolicyDocument, type SetThresholdPolicyInput } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { useSay } from '../../parts/live.js';
import { inWords, measured } from '../../parts/numbers.js';
import { Failure } from '../../parts/states.js';
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
  const choose = useAction(async (number: number) => {
    const input: SetThresholdPolicyInput = {
      ...{ modelVersionId, kind },
      ...(kind === 'MANUAL' && { imageThreshold: number }),
      ...(kind === 'NORMAL_QUANTILE' && { imageQuantile: number / 100 }),
      ...(kind === 'F1_MAX' && evaluationId !== undefined && { evaluationId }),
    };
    accepted((await client.request(SetThresholdPolicyDocument, { input })).setThresholdPolicy);
    say('threshold set');
    onChanged();
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void choose.run(Number(new FormData(event.currentTarget as HTMLFormElement).get('number')));
  };
  return (
    <section class="card-like">
      <h2>Threshold</h2>
      <p>
        Anomalous from a score of <strong>{measured(imageThreshold)}</strong> on, chosen by{' '}
        {inWords(thresholdPolicy.kind)}.
      </p>
      {thresholdPolicy.chosenOnTestSplit && (
        <p class="hint">Images to test decided it: the metrics on them are too good to be true elsewhere.</p>
      )}
      {model.project.viewerCan.includes('RELEASE') ? (
        <form class="stack" onSubmit={submit}>
          <Chosen
            label="Choose it by"
            value={kind}
            options={[
              ['NORMAL_QUANTILE', 'share of good parts below it'],
              ...(evaluationId === undefined ? [] : [['F1_MAX', 'best F1 of the measured images'] as const]),
              ['MANUAL', 'hand'],
            ]}
            onChoose={setKind}
          />
          {kind === 'NORMAL_QUANTILE' && (
            <label class="field">
              <span>Good parts below it, %</span>
              <input name="number" type="number" min="1" max="100" step="any" defaultValue="98" required />
            </label>
          )}
          {kind === 'MANUAL' && (
            <label class="field">
              <span>Score</span>
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
          <button disabled={choose.isRunning}>Set threshold</button>
        </form>
      ) : (
        <p class="no-right">You may not set thresholds in this project: that needs RELEASE.</p>
      )}
      <Failure error={choose.error} />
    </section>
  );
}
