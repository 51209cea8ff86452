import { useState } from 'preact/hooks';
import { accepted, PredictNowDocument, present, type PredictNowMutation } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client, here } from '../../api/session.js';
import { uploadDropped } from '../../api/uploads.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { DropArea } from '../../parts/dropArea.js';
import { Allowed, Answer, Empty, Failure, Loading } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { isChampion, useVersions, type ListedVersion } from '../results/allVersions.js';
import { WhyFlagged } from '../results/whyFlagged.js';

type Prediction = NonNullable<PredictNowMutation['predict']['prediction']>;

/** Asks a version about an image that is dropped. */
export function PredictScreen({ item }: { item: string | undefined }) {
  const { path } = useDataset();
  const { predict: words, rights, results } = useWords();
  const asked = useVersions();
  return (
    <>
      <h1>{words.title}</h1>
      <Allowed right="PREDICT" to={rights.predict}>
        <Answer asked={asked} what={words.versions}>
          {(versions) =>
            versions.length === 0 ? (
              <Empty title={results.none}>
                <a class="button primary" href={path('train')}>
                  {results.train}
                </a>
              </Empty>
            ) : (
              <PredictForm versions={versions} given={item} />
            )
          }
        </Answer>
      </Allowed>
    </>
  );
}

function PredictForm({ versions, given }: { versions: readonly ListedVersion[]; given: string | undefined }) {
  const { project } = useDataset();
  const { predict: words } = useWords();
  const usual = versions.find(isChampion) ?? versions[0]!;
  const [version, setVersion] = useState(versions.find(({ id }) => id === given)?.id ?? usual.id);
  const [shown, setShown] = useState<{ prediction: Prediction; file: File }>();
  const predict = useAction(async (file: File) => {
    setShown(undefined);
    const uploadId = await uploadDropped(file, { projectId: project.id });
    const input = { modelVersionId: version, uploadId };
    const payload = accepted((await client.request(PredictNowDocument, { input })).predict);
    const prediction = present(payload.prediction, 'prediction');
    setShown({ prediction, file });
  });
  return (
    <>
      <Chosen
        label={words.version}
        value={version}
        options={versions.map(({ id, model, version: number, aliases }) => [
          id,
          `${model}@${number}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}`,
        ])}
        onChoose={setVersion}
      />
      {predict.isRunning ? (
        <Loading what={words.predicting} />
      ) : (
        <DropArea label={words.drop} onFiles={([file]) => file && void predict.run(file)} />
      )}
      <Failure error={predict.error} />
      {shown && <Shown {...shown} />}
    </>
  );
}

function Shown({ prediction, file }: { prediction: Prediction; file: File }) {
  const { anomalyScore, isAnomalous, explanation, warnings, overlayUrl, regions, seconds } = prediction;
  const { predict: words, version } = useWords();
  const { measured, duration } = useFormats();
  return (
    <section aria-label={words.prediction} class="prediction">
      <h2>
        {file.name}:{' '}
        <span class={`badge ${isAnomalous ? 'miss' : 'correct'}`}>{isAnomalous ? words.anomalous : words.normal}</span>
      </h2>
      <p role="status">{words.found(measured(anomalyScore), regions.length, duration(seconds))}</p>
      {explanation && <p>{explanation}</p>}
      {warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      {overlayUrl && <img src={here(overlayUrl)} alt={version.withMap(file.name)} />}
      <WhyFlagged image={file} regions={regions} />
    </section>
  );
}
