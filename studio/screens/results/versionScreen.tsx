import { useState } from 'preact/hooks';
import { VersionPageDocument, type Split, type VersionPageQuery } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useAction } from '../../api/useAction.js';
import { useNode } from '../../api/useNode.js';
import { noShare } from '../../api/waitWithShare.js';
import { AwaitedJob } from '../../parts/awaitedJob.js';
import { useSay } from '../../parts/live.js';
import { Answer, Empty, Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { AliasBoard } from './aliases/aliasBoard.js';
import { measure } from './measure.js';
import { ThresholdForm } from './threshold/thresholdForm.js';
import { WorstImages } from './worstImages.js';

/** A version as its page shows it. */
export type OpenVersion = Extract<NonNullable<VersionPageQuery['node']>, { id: string }>;
type Evaluation = OpenVersion['evaluations']['nodes'][number];

/** What a version reached, where it is wrong, from where on it says so, and whether it is in use. */
export function VersionScreen({ id }: { id: string }) {
  const { version: words } = useWords();
  const asked = useNode(VersionPageDocument, { id }, 'version');
  return (
    <Answer asked={asked} what={words.loading}>
      {(version) => <Version version={version} onChanged={() => void asked.reload()} />}
    </Answer>
  );
}

function Version({ version, onChanged }: { version: OpenVersion; onChanged: () => void }) {
  const { path } = useDataset();
  const { version: words, names } = useWords();
  const { model, aliases, supervision, trainingRun, usable, evaluations } = version;
  const measuredOnes = evaluations.nodes.filter(({ metrics }) => metrics !== null);
  const evaluation = measuredOnes[0];
  return (
    <>
      <h1>
        {model.name}@{version.version}{' '}
        {aliases.map((alias) => (
          <span class="badge">{alias}</span>
        ))}
      </h1>
      <p>
        {trainingRun.detector.name}, {names.supervision[supervision]} ·{' '}
        <a href={path(`runs/${trainingRun.id}`)}>{words.itsTraining}</a> ·{' '}
        <a href={path(`predict/${version.id}`)}>{words.tryIt}</a>
      </p>
      {!usable.predicts && (
        <div class="failure" role="alert">
          {usable.problems.map(({ code, message }) => (
            <p key={code}>
              <strong>{code}</strong> {message}
            </p>
          ))}
        </div>
      )}
      {evaluation ? <Metrics evaluation={evaluation} /> : <NotMeasured />}
      <Measure version={version} onMeasured={onChanged} />
      <div class="columns">
        <ThresholdForm version={version} evaluation={evaluation} onChanged={onChanged} />
        <AliasBoard version={version} onChanged={onChanged} />
      </div>
      {evaluation && <WorstImages key={`${evaluation.id}/${version.imageThreshold}`} evaluationId={evaluation.id} />}
    </>
  );
}

function NotMeasured() {
  const { version: words } = useWords();
  return (
    <Empty title={words.notMeasured}>
      <p>{words.measuredShows}</p>
    </Empty>
  );
}

function Metrics({ evaluation: { metrics, split } }: { evaluation: Evaluation }) {
  const { version: words, names } = useWords();
  const { measured } = useFormats();
  if (!metrics) return null;
  const shown = [
    [names.metrics.imageAuroc, metrics.imageAuroc],
    [names.metrics.imageAp, metrics.imageAp],
    [names.metrics.imageF1Max, metrics.imageF1Max],
    [names.metrics.pixelAuroc, metrics.pixelAuroc],
    [names.metrics.pixelAp, metrics.pixelAp],
    [names.metrics.pro, metrics.pro],
  ] as const;
  return (
    <section aria-label={words.metrics}>
      <h2>{words.onImages(names.splitChoices[split])}</h2>
      <dl class="numbers">
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{measured(value)}</dd>
          </div>
        ))}
      </dl>
      {metrics.pixelAp === null && <p class="hint">{words.needMasks}</p>}
    </section>
  );
}

/** Measures on images the version has not been trained with, and says how far it has got. */
function Measure({ version: { id, snapshot }, onMeasured }: { version: OpenVersion; onMeasured: () => void }) {
  const { can } = useDataset();
  const say = useSay();
  const { version: words, names } = useWords();
  const [share, setShare] = useState(noShare);
  const measured = useAction(async (split: Split) => {
    setShare(noShare);
    await measure({ modelVersionId: id, snapshotId: snapshot.id, split }, setShare);
    say(words.saidMeasured);
    onMeasured();
  });
  if (!can('TRAIN')) return null;
  const splits = (['TEST', 'VALIDATION'] as const).filter((split) => countOf(snapshot.counts, split) > 0);
  return (
    <div class="row">
      {splits.map((split) => (
        <button key={split} type="button" disabled={measured.isRunning} onClick={() => void measured.run(split)}>
          {words.measure(countOf(snapshot.counts, split), names.splitChoices[split])}
        </button>
      ))}
      {splits.length === 0 && <p class="hint">{words.noneToMeasure}</p>}
      {measured.isRunning && <AwaitedJob what={words.measuring} share={share} />}
      <Failure error={measured.error} />
    </div>
  );
}

function countOf(counts: OpenVersion['snapshot']['counts'], split: 'TEST' | 'VALIDATION'): number {
  return split === 'TEST' ? counts.test : counts.validation;
}
