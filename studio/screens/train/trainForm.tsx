import { useLocation } from 'preact-iso';
import { useMemo, useState } from 'preact/hooks';
import {
  accepted,
  CreateSnapshotDocument,
  present,
  StartTrainingDocument,
  type StartTrainingInput,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { randomKey } from '../../api/randomKey.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { count, moment } from '../../parts/numbers.js';
import { Failure } from '../../parts/states.js';
import { labelChoicesOf, type Trainable } from './labelChoices.js';
import { SettingFields } from './settingFields.js';
import { choiceOf, type ChangedSettings, type Preset } from './settings.js';

const keyOf = ({ detector, name, supervision }: Preset) => `${detector}/${name}/${supervision}`;

/** What a small machine finishes while somebody waits comes first. */
const usual = 'cpu-small';

/** What to train on, with what, and how. */
export function TrainForm({ dataset, presets }: { dataset: Trainable; presets: readonly Preset[] }) {
  const { name } = useDataset();
  const labels = labelChoicesOf(dataset);
  const [labelKey, setLabelKey] = useState(
    labels.find(({ key, images }) => key === 'BOX' && images > 0)?.key ?? 'NONE',
  );
  const choice = labels.find(({ key }) => key === labelKey)!;
  const fitting = presets.filter(({ supervision }) => supervision === choice.supervision);
  const [presetKey, setPresetKey] = useState('');
  const preset =
    fitting.find((each) => keyOf(each) === presetKey) ??
    fitting.find((each) => each.detector === 'semirest' && each.name === usual) ??
    fitting[0];
  const [snapshot, setSnapshot] = useState('');
  const [model, setModel] = useState(name);
  const [changed, setChanged] = useState<ChangedSettings>({});
  const start = useStart(dataset.id);
  if (dataset.normalTrain.totalCount === 0) return <NothingNormal />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (preset) void start.run(snapshot, inputOf(model, choice, preset, changed));
  };
  return (
    <form class="stack card-like" onSubmit={submit}>
      <fieldset>
        <legend>Labels it may read</legend>
        {labels.map(({ key, text, images }) => (
          <label key={key} class="option">
            <input
              type="radio"
              name="labels"
              checked={key === labelKey}
              disabled={images === 0}
              onChange={() => setLabelKey(key)}
            />{' '}
            {text}
          </label>
        ))}
      </fieldset>
      <Chosen
        label="Preset"
        value={preset ? keyOf(preset) : ''}
        options={fitting.map((each) => [keyOf(each), `${each.detector}, ${each.name}`] as const)}
        onChoose={(key) => {
          setPresetKey(key);
          setChanged({});
        }}
      />
      {preset && <p class="hint">{preset.description}</p>}
      <Chosen
        label="Images"
        value={snapshot}
        options={[
          ['', `as they are now: ${count(dataset.counts.images, 'image')}, kept as a snapshot`],
          ...dataset.snapshots.nodes.map(
            ({ id, tag, createdAt, counts }) =>
              [id, `${tag ?? 'snapshot'} of ${moment(createdAt)}: ${count(counts.images, 'image')}`] as const,
          ),
        ]}
        onChoose={setSnapshot}
      />
      <label class="field">
        <span>Model that gets the new version</span>
        <input required maxLength={100} value={model} onInput={(event) => setModel(event.currentTarget.value)} />
      </label>
      {preset && (
        <details>
          <summary>Settings of this preset</summary>
          <SettingFields preset={preset} changed={changed} onChange={setChanged} />
        </details>
      )}
      <button class="primary" disabled={start.isRunning || !preset}>
        Start training
      </button>
      <Failure error={start.error} />
    </form>
  );
}

function NothingNormal() {
  const { path } = useDataset();
  return (
    <div class="empty">
      <h2>Good parts first</h2>
      <p>A training needs normal images that are there to train.</p>
      <a class="button primary" href={path('images')}>
        Add images
      </a>
    </div>
  );
}

function inputOf(
  modelName: string,
  { supervision, labels }: ReturnType<typeof labelChoicesOf>[number],
  preset: Preset,
  changed: ChangedSettings,
): Omit<StartTrainingInput, 'snapshotId' | 'idempotencyKey'> {
  const { params, ...settings } = choiceOf(preset, changed);
  return {
    ...{ modelName, supervision, preset: preset.name },
    ...(labels && { labels }),
    ...{ detector: { name: preset.detector, params }, ...settings },
  };
}

/** A second press of the button, or one after a lost answer, starts no second training: the key stays until one has begun. */
function useStart(datasetId: string) {
  const { path } = useDataset();
  const { route } = useLocation();
  const idempotencyKey = useMemo(randomKey, []);
  return useAction(async (chosen: string, input: Omit<StartTrainingInput, 'snapshotId' | 'idempotencyKey'>) => {
    const snapshotId = chosen || (await freeze(datasetId));
    const started = await client.request(StartTrainingDocument, { input: { ...input, snapshotId, idempotencyKey } });
    route(path(`runs/${present(accepted(started.startTraining).run, 'training').id}`));
  });
}

async function freeze(datasetId: string): Promise<string> {
  const payload = accepted((await client.request(CreateSnapshotDocument, { input: { datasetId } })).createSnapshot);
  return present(payload.snapshot, 'snapshot').id;
}
