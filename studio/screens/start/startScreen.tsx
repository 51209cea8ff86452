import {
  DatasetStepsDocument,
  nodeOf,
  ProjectVersionsDocument,
  RecentRunsDocument,
  type DatasetStepsQuery,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useQuery } from '../../api/useQuery.js';
import { count, duration } from '../../parts/numbers.js';
import { Answer } from '../../parts/states.js';
import { versionsOf } from '../results/versionsOf.js';

interface Step {
  title: string;
  state: string;
  isDone: boolean;
  /** What to do, and where. */
  action: string;
  screen: string;
}

const markNames = { BOX: 'boxes', BLOCK: 'blocks', PIXEL: 'masks' } as const;

/** Five steps with what is there, and the one to do next. */
export function StartScreen() {
  const { id, name, project } = useDataset();
  const steps = useQuery(DatasetStepsDocument, { id });
  const runs = useQuery(RecentRunsDocument, { projectId: project.id });
  const versions = useQuery(ProjectVersionsDocument, { projectId: project.id });
  return (
    <>
      <h1>{name}</h1>
      <Answer asked={steps} what="Counting">
        {(counted) => (
          <Answer asked={runs} what="Looking for trainings">
            {({ jobs }) => (
              <Answer asked={versions} what="Looking for versions">
                {({ models }) => {
                  const ofDataset = versionsOf(models.nodes, id);
                  return (
                    <Steps
                      steps={stepsOf(nodeOf(counted.node, 'this data set'), {
                        runs: jobs.nodes.filter((run) => 'snapshot' in run && run.snapshot.dataset.id === id).length,
                        versions: ofDataset.length,
                        measured: ofDataset.filter(({ evaluations }) =>
                          evaluations.nodes.some(({ metrics }) => metrics),
                        ).length,
                        champions: ofDataset.filter(({ aliases }) => aliases.includes('champion')).length,
                      })}
                    />
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

type Counted = Extract<NonNullable<DatasetStepsQuery['node']>, { id: string }>;

function stepsOf(
  { counts, annotationBudget }: Counted,
  { runs, versions, measured, champions }: { runs: number; versions: number; measured: number; champions: number },
): Step[] {
  const labels = annotationBudget.filter(({ images }) => images > 0);
  const cost = labels.map(
    ({ kind, images, activeSeconds }) =>
      `${images} with ${markNames[kind]}${activeSeconds > 0 ? ` (${duration(activeSeconds)})` : ''}`,
  );
  return [
    {
      title: 'Images',
      state: `${counts.images}: ${counts.train} to train, ${counts.validation} to validate, ${counts.test} to test`,
      isDone: counts.images > 0,
      ...{ action: 'Add images', screen: 'images' },
    },
    {
      title: 'Labels',
      state:
        `${counts.normal} normal, ${counts.anomalous} defective, ${counts.unlabelled} not known` +
        (cost.length > 0 ? `; ${cost.join(', ')}` : ''),
      isDone: counts.images > 0 && counts.unlabelled === 0 && (counts.anomalous === 0 || labels.length > 0),
      ...{ action: 'Label', screen: 'label' },
    },
    {
      title: 'Training',
      state: `${count(runs, 'run')}, ${count(versions, 'version')}`,
      isDone: versions > 0,
      ...{ action: 'Train', screen: 'train' },
    },
    {
      title: 'Results',
      state: `${count(measured, 'version')} measured`,
      isDone: measured > 0,
      ...{ action: 'Look at the results', screen: 'results' },
    },
    {
      title: 'In use',
      state: champions > 0 ? 'a version is champion' : 'no version is champion',
      isDone: champions > 0,
      ...(champions > 0 ? { action: 'Try an image', screen: 'predict' } : { action: 'Choose one', screen: 'results' }),
    },
  ];
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const { path } = useDataset();
  const next = steps.find(({ isDone }) => !isDone) ?? steps.at(-1)!;
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step.title} class={step === next ? 'next' : step.isDone ? 'done' : undefined}>
          <h2>
            {step.title} <span class="mark">{step.isDone ? 'done' : step === next ? 'next' : 'later'}</span>
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
