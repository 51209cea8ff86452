import { DatasetStepsDocument, RecentRunsDocument } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useNode } from '../../api/useNode.js';
import { useQuery } from '../../api/useQuery.js';
import { Allowed, Answer } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { ImportDrop } from '../import/importDrop.js';
import { isChampion, useVersions } from '../results/allVersions.js';
import { stepsOf, type Step } from './stepsOf.js';

/** Five steps with what is there, and the one to do next. */
export function StartScreen() {
  const { id, name, project } = useDataset();
  const words = useWords();
  const formats = useFormats();
  const steps = useNode(DatasetStepsDocument, { id }, 'dataset');
  const runs = useQuery(RecentRunsDocument, { projectId: project.id });
  const versions = useVersions();
  return (
    <>
      <h1>{name}</h1>
      <Answer asked={steps} what={words.start.counting}>
        {(counted) => (
          <Answer asked={runs} what={words.start.trainings}>
            {({ jobs }) => (
              <Answer asked={versions} what={words.start.versions}>
                {(ofDataset) => {
                  const reached = {
                    runs: jobs.nodes.filter((run) => 'snapshot' in run && run.snapshot.dataset.id === id).length,
                    versions: ofDataset.length,
                    measured: ofDataset.filter(({ evaluations }) => evaluations.nodes.some(({ metrics }) => metrics))
                      .length,
                    champions: ofDataset.filter(isChampion).length,
                  };
                  return (
                    <>
                      <Steps steps={stepsOf(counted, reached, words, formats)} />
                      {counted.counts.images === 0 && (
                        <Allowed right="CURATE" to={words.rights.addImages}>
                          <ImportDrop />
                        </Allowed>
                      )}
                    </>
                  );
                }}
              </Answer>
            )}
          </Answer>
        )}
      </Answer>
    </>
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const { path } = useDataset();
  const { start } = useWords();
  const next = steps.find(({ isDone }) => !isDone) ?? steps.at(-1)!;
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step.screen + step.title} class={step === next ? 'next' : step.isDone ? 'done' : undefined}>
          <h2>
            {step.title} <span class="mark">{step.isDone ? start.done : step === next ? start.next : start.later}</span>
          </h2>
          <p>{step.state}</p>
          <a class={step === next ? 'button primary' : 'button'} href={path(step.screen)}>
            {step.action}
          </a>
        </li>
      ))}
    </ol>
  );
}
