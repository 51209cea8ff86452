import {
  RecentRunsDocument,
  TrainingChoicesDocument,
  TrainingPresetsDocument,
  type RecentRunsQuery,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useNode } from '../../api/useNode.js';
import { useQuery } from '../../api/useQuery.js';
import { Allowed, Answer, Empty } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { TrainForm } from './trainForm.js';

/** Begins a training, and lists those there were. */
export function TrainScreen() {
  const { id, project } = useDataset();
  const { train: words, rights } = useWords();
  const choices = useNode(TrainingChoicesDocument, { id }, 'dataset');
  const presets = useQuery(TrainingPresetsDocument, {});
  const runs = useQuery(RecentRunsDocument, { projectId: project.id });
  return (
    <>
      <h1>{words.title}</h1>
      <Allowed right="TRAIN" to={rights.train}>
        <Answer asked={choices} what={words.labels}>
          {(dataset) => (
            <Answer asked={presets} what={words.presets}>
              {({ trainingPresets }) => <TrainForm dataset={dataset} presets={trainingPresets} />}
            </Answer>
          )}
        </Answer>
      </Allowed>
      <h2>{words.trainings}</h2>
      <Answer asked={runs} what={words.trainings}>
        {({ jobs }) => <Runs runs={jobs.nodes} />}
      </Answer>
    </>
  );
}

function Runs({ runs }: { runs: RecentRunsQuery['jobs']['nodes'] }) {
  const { id, path } = useDataset();
  const { train: words, names, commandLine } = useWords();
  const { moment, percent } = useFormats();
  const own = runs.flatMap((run) => ('snapshot' in run && run.snapshot.dataset.id === id ? [run] : []));
  if (own.length === 0) {
    return (
      <Empty title={words.none}>
        <p>
          {commandLine} <code>residua train</code>
        </p>
      </Empty>
    );
  }
  return (
    <ul class="cards">
      {own.map(({ id: run, state, createdAt, detector, supervision, preset, modelVersion, progress }) => (
        <li key={run}>
          <a class="card" href={path(`runs/${run}`)}>
            <strong>
              {detector.name} {preset}, {names.supervision[supervision]}
            </strong>
            <span>
              <span class={`state ${state.toLowerCase()}`}>{names.states[state]}</span>{' '}
              {state === 'RUNNING' && `${percent(progress)} `}
              {modelVersion && `${modelVersion.model.name}@${modelVersion.version} `}
              {moment(createdAt)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
