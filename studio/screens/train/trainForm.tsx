import { useLocation } from 'preact-iso';
import { useMemo, useRef, useState } from 'preact/hooks';
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
import { Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { labelChoicesOf, type LabelChoice, type Trainable } from './labelChoices.js';
import { SettingFields } from './settingFields.js';
import { choiceOf, type ChangedSettings, type Preset } from './settings.js';

const keyOf = ({ detector, name, supervision }: Preset) => `${detector}/${name}/${supervision}`;

/** What a small machine finishes while somebody waits comes first. */
const usual = 'cpu-small';

interface TrainFormProps {
  dataset: Trainable;
  presets: readonly Preset[];
}

/** What to train on, with what, and how. */
export function TrainForm(props: TrainFormProps) {
  return props.dataset.normalTrain.totalCount === 0 ? <NothingNormal /> : <Form {...props} />;
}

function Form({ dataset, presets }: TrainFormProps) {
  const { name } = useDataset();
  const words = useWords();
  const labels = labelChoicesOf(dataset, words, useFormats());
  const [labelKey, setLabelKey] = useState(
    labels.some(({ key, images }) => key === 'BOX' && images > 0) ? 'BOX' : 'NONE',
  );
  const choice = labels.find(({ key }) => key === labelKey)!;
  const [presetKey, setPresetKey] = useState('');
  const fitting = presets.filter(({ supervision }) => supervision === choice.supervision);
  const preset = presetOf(fitting, presetKey);
  const [snapshot, setSnapshot] = useState('');
  const [model, setModel] = useState(name);
  const [changed, setChanged] = useState<ChangedSettings>({});
  const start = useStart(dataset.id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (preset) void start.run(snapshot, inputOf(model, choice, preset, changed));
  };
  return (
    <form class="stack card-like" onSubmit={submit}>
      <Labels labels={labels} chosen={labelKey} onChoose={setLabelKey} />
      <Chosen
        label={words.train.preset}
        value={preset ? keyOf(preset) : ''}
        options={fitting.map((each) => [keyOf(each), `${each.detector}, ${each.name}`] as const)}
        onChoose={(key) => {
          setPresetKey(key);
          setChanged({});
        }}
      />
      {preset && <p class="hint">{preset.description}</p>}
      <Snapshots dataset={dataset} chosen={snapshot} onChoose={setSnapshot} />
      <label class="field">
        <span>{words.train.model}</span>
        <input required maxLength={100} value={model} onInput={(event) => setModel(event.currentTarget.value)} />
      </label>
      {preset && (
        <details>
          <summary>{words.train.settings}</summary>
          <SettingFields preset={preset} changed={changed} onChange={setChanged} />
        </details>
      )}
      <button class="primary" disabled={start.isRunning || !preset}>
        {words.train.start}
      </button>
      <Failure error={start.error} />
    </form>
  );
}

/** The one that was chosen, else the usual one, else any. */
function presetOf(fitting: readonly Preset[], key: string): Preset | undefined {
  return (
    fitting.find((each) => keyOf(each) === key) ??
    fitting.find((each) => each.detector === 'semirest' && each.name === usual) ??
    fitting[0]
  );
}

function Labels({
  labels,
  chosen,
  onChoose,
}: {
  labels: readonly LabelChoice[];
  chosen: string;
  onChoose: (key: string) => void;
}) {
  const { path } = useDataset();
  const { train: words } = useWords();
  return (
    <fieldset>
      <legend>{words.mayRead}</legend>
      {labels.map(({ key, text, images, elsewhere }) => (
        <div key={key}>
          <label class="option">
            <input
              type="radio"
              name="labels"
              checked={key === chosen}
              disabled={images === 0}
              onChange={() => onChoose(key)}
            />{' '}
            {text}
          </label>
          {images === 0 && elsewhere > 0 && (
            <p class="hint">
              {words.notRead(elsewhere)}{' '}
              <a href={`${path('images')}?${new URLSearchParams({ label: 'ANOMALOUS', marks: key })}`}>
                {words.letThemTrain}
              </a>
            </p>
          )}
        </div>
      ))}
    </fieldset>
  );
}

/** The images as they are now, or as they were kept. */
function Snapshots({
  dataset: { counts, snapshots },
  chosen,
  onChoose,
}: {
  dataset: Trainable;
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { train: words } = useWords();
  const { moment } = useFormats();
  const kept = snapshots.nodes.map(({ id, tag, createdAt, counts: { images } }) => {
    return [id, words.snapshotOf(tag ?? words.snapshot, moment(createdAt), images)] as const;
  });
  const options = [['', words.asNow(counts.images)] as const, ...kept];
  return <Chosen label={words.images} value={chosen} options={options} onChoose={onChoose} />;
}

function NothingNormal() {
  const { path } = useDataset();
  const { train: words } = useWords();
  return (
    <div class="empty">
      <h2>{words.goodFirst}</h2>
      <p>{words.needsNormal}</p>
      <a class="button primary" href={path('images')}>
        {words.addImages}
      </a>
    </div>
  );
}

function inputOf(
  modelName: string,
  { supervision, labels }: LabelChoice,
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

/**
 * A second press of the button, or one after a lost answer, starts no second training: the key stays until one has begun, and so do the images that
 * were kept for it. Another snapshot under the same key would be another training.
 */
function useStart(datasetId: string) {
  const { path } = useDataset();
  const { route } = useLocation();
  const idempotencyKey = useMemo(randomKey, []);
  const frozen = useRef<string | undefined>(undefined);
  return useAction(async (chosen: string, input: Omit<StartTrainingInput, 'snapshotId' | 'idempotencyKey'>) => {
    const snapshotId = chosen || (frozen.current ??= await freeze(datasetId));
    const started = await client.request(StartTrainingDocument, { input: { ...input, snapshotId, idempotencyKey } });
    route(path(`runs/${present(accepted(started.startTraining).run, 'training').id}`));
  });
}

async function freeze(datasetId: string): Promise<string> {
  const payload = accepted((await client.request(CreateSnapshotDocument, { input: { datasetId } })).createSnapshot);
  return present(payload.snapshot, 'snapshot').id;
}
