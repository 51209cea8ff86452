import { useState } from 'preact/hooks';
import { ReviewQueueDocument } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useQuery } from '../../api/useQuery.js';
import { Chosen } from '../../parts/chosen.js';
import { Allowed, Answer, Empty } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { isChampion, useVersions } from '../results/allVersions.js';
import { Judging } from './judging.js';

/** Labels of other people that wait, those first that a model contradicts. */
export function ReviewScreen() {
  const { review: words, rights } = useWords();
  const asked = useVersions();
  const [chosen, choose] = useState<string>();
  return (
    <Allowed right="REVIEW" to={rights.review}>
      <h1 class="unseen">{words.title}</h1>
      <Answer asked={asked} what={words.theQueue}>
        {(versions) => {
          const usual = versions.find(isChampion) ?? versions[0];
          const modelVersionId = chosen ?? usual?.id ?? '';
          return (
            <Waiting key={modelVersionId} modelVersionId={modelVersionId || undefined}>
              {versions.length > 0 && (
                <Chosen
                  label={words.contradictedBy}
                  value={modelVersionId}
                  options={versions.map(({ id: each, model, version }) => [each, `${model}@${version}`])}
                  onChoose={choose}
                />
              )}
            </Waiting>
          );
        }}
      </Answer>
    </Allowed>
  );
}

function Waiting({
  modelVersionId,
  children,
}: {
  modelVersionId: string | undefined;
  children: preact.ComponentChildren;
}) {
  const { id, path } = useDataset();
  const { review: words } = useWords();
  const variables = { datasetId: id, first: 200, ...(modelVersionId && { modelVersionId }) };
  const asked = useQuery(ReviewQueueDocument, variables);
  return (
    <Answer asked={asked} what={words.theQueue}>
      {({ reviewQueue }) =>
        reviewQueue.length === 0 ? (
          <Empty title={words.nothingWaits}>
            <p>{words.whatWaits}</p>
            <a class="button" href={path('label')}>
              {words.toLabel}
            </a>
          </Empty>
        ) : (
          <Judging waiting={reviewQueue} onEnd={() => void asked.reload()}>
            {children}
          </Judging>
        )
      }
    </Answer>
  );
}
