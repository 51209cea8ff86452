import { useLocation } from 'preact-iso';
import { ComparePairDocument, type ComparedMetric, type Supervision } from '../../../../src/client/index.js';
import { useDataset } from '../../../api/dataset.js';
import { client } from '../../../api/session.js';
import { useAnswer } from '../../../api/useQuery.js';
import { Chosen } from '../../../parts/chosen.js';
import { Answer, Empty } from '../../../parts/states.js';
import { TableHead } from '../../../parts/tableHead.js';
import { useFormats, useWords } from '../../../words/language.js';
import { useVersions, type ListedVersion } from '../allVersions.js';
import { comparedRows, differingSettings, mostCompared, type DifferingSetting, type Side } from './comparison.js';
import { commonSnapshots } from './commonSnapshots.js';
import { MeasureTogether } from './measureTogether.js';
import { SideBySide } from './sideBySide.js';

/** Two to eight versions on the images all of them were measured on; the address holds which. */
export function CompareScreen() {
  const { path } = useDataset();
  const { query } = useLocation();
  const { results: words } = useWords();
  const asked = useVersions();
  const ids = [...new Set((query['versions'] ?? '').split(',').filter(Boolean))].slice(0, mostCompared);
  return (
    <>
      <h1>{words.sideBySide}</h1>
      <p>
        <a href={path('results')}>{words.toVersions}</a>
      </p>
      <Answer asked={asked} what={words.versions}>
        {(versions) => {
          const chosen = ids.flatMap((id) => versions.find((version) => version.id === id) ?? []);
          return chosen.length < 2 ? (
            <Empty title={words.compareHint(mostCompared)} />
          ) : (
            <Compared versions={chosen} snapshot={query['snapshot']} onMeasured={() => void asked.reload()} />
          );
        }}
      </Answer>
    </>
  );
}

interface ComparedProps {
  versions: readonly ListedVersion[];
  snapshot: string | undefined;
  onMeasured: () => void;
}

function Compared({ versions, snapshot, onMeasured }: ComparedProps) {
  const { path } = useDataset();
  const { route } = useLocation();
  const { results: words } = useWords();
  const { moment } = useFormats();
  const common = commonSnapshots(versions.map(({ evaluations }) => evaluations.nodes));
  const snapshotId = common.find(({ id }) => id === snapshot)?.id ?? common[0]?.id;
  const names = versions.map(({ model, version }) => `${model}@${version}`);
  if (snapshotId === undefined) {
    return (
      <Empty title={words.nothingCommon(names.join(', '))}>
        <MeasureTogether versions={versions} onMeasured={onMeasured} />
      </Empty>
    );
  }
  const ids = versions.map(({ id }) => id);
  const show = (id: string) =>
    route(`${path('results/compare')}?${new URLSearchParams({ versions: ids.join(','), snapshot: id })}`, true);
  return (
    <>
      <Chosen
        label={words.measuredOn}
        value={snapshotId}
        options={common.map(({ id, at }) => [id, words.snapshotOf(moment(at))])}
        onChoose={show}
      />
      <Pairs key={snapshotId} ids={ids} snapshotId={snapshotId} />
    </>
  );
}

function Pairs({ ids, snapshotId }: { ids: readonly string[]; snapshotId: string }) {
  const { results: words } = useWords();
  const [a, ...others] = ids;
  const asked = useAnswer(JSON.stringify([ids, snapshotId]), () =>
    Promise.all(
      others.map(async (b) => {
        return (await client.request(ComparePairDocument, { a: a!, b, snapshotId })).compareModelVersions;
      }),
    ),
  );
  return (
    <Answer asked={asked} what={words.sideBySide}>
      {(pairs) => {
        const sides = [pairs[0]!.a.modelVersion, ...pairs.map(({ b }) => b.modelVersion)];
        const metrics = pairs[0]!.differences.map(({ name, a: first }) => {
          const values = pairs.map(({ differences }) => differences.find((each) => each.name === name)?.b ?? null);
          return { name, values: [first, ...values] };
        });
        return (
          <>
            <SideBySide sides={sides} rows={comparedRows(pairs)} />
            <Numbers sides={sides} metrics={metrics} />
          </>
        );
      }}
    </Answer>
  );
}

/** Every metric, and the settings in which the versions differ. */
function Numbers({
  sides,
  metrics,
}: {
  sides: readonly Side[];
  metrics: readonly { name: ComparedMetric; values: readonly (number | null)[] }[];
}) {
  const { results: words, names } = useWords();
  const { measured } = useFormats();
  const { ofAll, ofSome } = differingSettings(sides);
  const versions = sides.map(({ model, version }) => `${model.name}@${version}`);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.metricsAndSettings}>
      <table>
        <TableHead columns={[words.metricsAndSettings, ...versions]} />
        <tbody>
          {metrics.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{names.metrics[name]}</th>
              {values.map((value, index) => (
                <td key={index}>{value === best(values) ? <strong>{measured(value)}</strong> : measured(value)}</td>
              ))}
            </tr>
          ))}
          <SettingRows settings={ofAll} />
        </tbody>
      </table>
      {ofSome.length > 0 && (
        <details>
          <summary>{words.settingsOfSome(ofSome.length)}</summary>
          <table>
            <TableHead columns={[words.settings, ...versions]} />
            <tbody>
              <SettingRows settings={ofSome} />
            </tbody>
          </table>
        </details>
      )}
      {ofAll.length + ofSome.length === 0 && <p class="hint">{words.sameSettings}</p>}
    </div>
  );
}

function SettingRows({ settings }: { settings: readonly DifferingSetting[] }) {
  const { names } = useWords();
  return settings.map(({ name, values }) => (
    <tr key={name}>
      <th scope="row">
        <code>{name}</code>
      </th>
      {values.map((value, index) => (
        <td key={index}>{name === 'supervision' ? names.supervision[value as Supervision] : value}</td>
      ))}
    </tr>
  ));
}

/** Undefined when no version has the metric. */
function best(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : undefined;
}
