import {
  nodeOf,
  RecentRunsDocument,
  TrainingChoicesDocument,
  TrainingPresetsDocument,
  type RecentRunsQuery,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useQuery } from '../../api/useQuery.js';
import { inWords, moment } from '../../parts/numbers.js';
import { Allowed, Answer, Empty } from '../../parts/states.js';
import { TrainForm } from './trainForm.js';

/** Begins a training, and lists those there were. */
export function TrainScreen() {
  const { id, project } = useDataset();
  const choices = useQuery(TrainingChoicesDocument, { id });
  const presets = useQuery(TrainingPresetsDocument, {});
  const runs = useQuery(RecentRunsDocument, { projectId: project.id });
  return (
    <>
      <h1>Train</h1>
      <Allowed right="TRAIN" to="train">
        <Answer asked={choices} what="Labels">
          {({ node }) => (
            <Answer asked={presets} what="Presets">
              {({ trainingPresets }) => <TrainForm dataset={nodeOf(node, 'this data set')} presets={trainingPresets} />}
            </Answer>
          )}
        </Answer>
      </Allowed>
      <h2>Trainings</h2>
      <Answer asked={runs} what="Trainings">
        {({ jobs }) => <Runs runs={jobs.nodes} />}
      </Answer>
    </>
  );
}

function Runs({ runs }: { runs: RecentRunsQuery['jobs']['nodes'] }) {
  const { id, path } = useDataset();
  const own = runs.flatMap((run) => ('snapshot' in run && run.snapshot.dataset.id === id ? [run] : []));
  if (own.length === 0) {
    return (
      <Empty title="No training yet">
        <p>
          On the command line: <code>residua train</code>
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
              {detector.name} {preset}, {inWords(supervision)}
            </strong>
            <span>
              <span class={`state ${state.toLowerCase()}`}>{inWords(state)}</span>{' '}
              {state === 'RUNNING' && `${Math.round(progress * 100)} % `}
              {modelVersion && `${modelVersion.model.name}@${modelVersion.version} `}
              {moment(createdAt)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
