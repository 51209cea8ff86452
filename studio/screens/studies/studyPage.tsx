import { useState } from 'preact/hooks';
import { StudyPageDocument } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useNode } from '../../api/useNode.js';
import { Allowed, Answer } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { CostChart } from './costChart.js';
import { ResultTable } from './resultTable.js';
import { TrialRun } from './trialRun.js';

/** What a study says so far, and the way to take part. */
export function StudyPage({ id }: { id: string }) {
  const { path } = useDataset();
  const { studies: words, rights } = useWords();
  const asked = useNode(StudyPageDocument, { id }, 'study');
  const [isCopying, setIsCopying] = useState(false);
  const end = () => {
    setIsCopying(false);
    void asked.reload();
  };
  if (isCopying) return <TrialRun studyId={id} onEnd={end} />;
  return (
    <Answer asked={asked} what={words.theStudies}>
      {({ name, participants, progress, results, csv }) => (
        <>
          <h1>{name}</h1>
          <p>
            <a href={path('studies')}>{words.all}</a>
            {participants.length > 0 && ` · ${words.participants(participants.join(', '))}`}
          </p>
          <Allowed right="LABEL" to={rights.label}>
            {progress.done === progress.total ? (
              <p role="status">{words.allDone}</p>
            ) : (
              <p>
                <button type="button" class="primary" onClick={() => setIsCopying(true)}>
                  {progress.done === 0 ? words.takePart : words.goOn}
                </button>{' '}
                {words.progress(progress.done, progress.total)}
              </p>
            )}
          </Allowed>
          <ResultTable results={results} />
          <CostChart results={results} />
          <p>
            <button type="button" onClick={() => download(csv, `${name}.csv`)}>
              {words.csv}
            </button>
          </p>
        </>
      )}
    </Answer>
  );
}

function download(text: string, filename: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = Object.assign(document.createElement('a'), { href, download: filename });
  link.click();
  // Behind the click, whose download has begun by then.
  window.setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
