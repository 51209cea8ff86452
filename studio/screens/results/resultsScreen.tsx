import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { Answer, Empty } from '../../parts/states.js';
import { TableHead } from '../../parts/tableHead.js';
import { useFormats, useWords } from '../../words/language.js';
import { useVersions, type ListedVersion } from './allVersions.js';
import { CompareScreen } from './compare/compareScreen.js';
import { mostCompared } from './compare/comparison.js';
import { Leaderboard } from './leaderboard/leaderboard.js';
import { VersionScreen } from './versionScreen.js';

/** One version, several side by side, or all that were trained on this data set. */
export function ResultsScreen({ item }: { item: string | undefined }) {
  if (item === 'compare') return <CompareScreen />;
  return item ? <VersionScreen key={item} id={item} /> : <Versions />;
}

function Versions() {
  const { path } = useDataset();
  const { results: words } = useWords();
  const asked = useVersions();
  return (
    <>
      <h1>{words.title}</h1>
      <Answer asked={asked} what={words.versions}>
        {(versions) =>
          versions.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.eachMakesOne}</p>
              <a class="button primary" href={path('train')}>
                {words.train}
              </a>
            </Empty>
          ) : (
            <>
              <VersionTable versions={versions} />
              <Leaderboard versions={versions} />
            </>
          )
        }
      </Answer>
    </>
  );
}

function VersionTable({ versions }: { versions: readonly ListedVersion[] }) {
  const { results: words, names } = useWords();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const columns = [
    words.version,
    words.aliases,
    words.trainedBy,
    words.labelCost,
    names.metrics.imageAuroc,
    names.metrics.pixelAp,
    names.metrics.pro,
    words.made,
  ];
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.versions}>
        <table>
          <TableHead columns={columns}>
            <th scope="col">
              <span class="unseen">{words.choose}</span>
            </th>
          </TableHead>
          <tbody>
            {versions.map((version) => (
              <VersionRow
                key={version.id}
                version={version}
                isChosen={chosen.has(version.id)}
                isFull={chosen.size >= mostCompared}
                onToggle={() => toggle(version.id)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <CompareButton chosen={chosen} />
    </>
  );
}

function VersionRow({
  version: { id, model, version, aliases, trainingRun, supervision, labelCost, evaluations, createdAt },
  isChosen,
  isFull,
  onToggle,
}: {
  version: ListedVersion;
  isChosen: boolean;
  isFull: boolean;
  onToggle: () => void;
}) {
  const { path } = useDataset();
  const { results: words, names } = useWords();
  const { measured, moment, duration } = useFormats();
  const metrics = evaluations.nodes.find((each) => each.metrics)?.metrics;
  const seconds = labelCost.reduce((sum, { activeSeconds }) => sum + activeSeconds, 0);
  const name = `${model}@${version}`;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={words.chooseVersion(name)}
          checked={isChosen}
          disabled={isFull && !isChosen}
          onChange={onToggle}
        />
      </td>
      <th scope="row">
        <a href={path(`results/${id}`)}>{name}</a>
      </th>
      <td>{aliases.join(', ') || '–'}</td>
      <td>
        {trainingRun.detector.name}, {names.supervision[supervision]}
      </td>
      <td>{seconds > 0 ? duration(seconds) : '–'}</td>
      <td>{metrics ? measured(metrics.imageAuroc) : words.notMeasured}</td>
      <td>{measured(metrics?.pixelAp)}</td>
      <td>{measured(metrics?.pro)}</td>
      <td>{moment(createdAt)}</td>
    </tr>
  );
}

function CompareButton({ chosen }: { chosen: ReadonlySet<string> }) {
  const { path } = useDataset();
  const { route } = useLocation();
  const { results: words } = useWords();
  const compare = () => route(`${path('results/compare')}?${new URLSearchParams({ versions: [...chosen].join(',') })}`);
  return (
    <div class="row">
      <button type="button" disabled={chosen.size < 2} onClick={compare}>
        {words.compare(chosen.size)}
      </button>
      {chosen.size < 2 && <p class="hint">{words.compareHint(mostCompared)}</p>}
    </div>
  );
}
