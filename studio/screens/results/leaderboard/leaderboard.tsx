import { useState } from 'preact/hooks';
import {
  LeaderboardRowsDocument,
  PublishedPointsDocument,
  type LeaderboardEntryFragment,
  type LeaderboardOrder,
  type PublishedDataset,
} from '../../../../src/client/index.js';
import { useDataset } from '../../../api/dataset.js';
import { useAnswer, useQuery } from '../../../api/useQuery.js';
import { client } from '../../../api/session.js';
import { Chosen } from '../../../parts/chosen.js';
import { Answer } from '../../../parts/states.js';
import { TableHead } from '../../../parts/tableHead.js';
import { useFormats, useWords } from '../../../words/language.js';
import type { ListedVersion } from '../allVersions.js';
import { budgetGroups, publishedPoints, type BudgetAxis, type BudgetMetric } from './budget.js';
import { BudgetChart } from './budgetChart.js';

/** Versions that were measured on the same images, best first, with what their labels cost. */
export function Leaderboard({ versions }: { versions: readonly ListedVersion[] }) {
  const { results: words, names } = useWords();
  const { moment } = useFormats();
  const snapshots = snapshotsOf(versions);
  const [chosen, choose] = useState('');
  const [orderBy, setOrder] = useState<LeaderboardOrder>('PIXEL_AP');
  const snapshotId = chosen || snapshots[0]?.id;
  if (snapshotId === undefined) return null;
  return (
    <section aria-label={words.leaderboard}>
      <h2>{words.leaderboard}</h2>
      <div class="row">
        <Chosen
          label={words.measuredOn}
          value={snapshotId}
          options={snapshots.map(({ id, at, count }) => [id, words.snapshotWith(moment(at), count)])}
          onChoose={choose}
        />
        <Chosen
          label={words.bestBy}
          value={orderBy}
          options={[
            ['PIXEL_AP', names.metrics.pixelAp],
            ['PRO', names.metrics.pro],
            ['IMAGE_AUROC', names.metrics.imageAuroc],
            ['IMAGE_AP', names.metrics.imageAp],
          ]}
          onChoose={setOrder}
        />
      </div>
      <Rows key={snapshotId} snapshotId={snapshotId} orderBy={orderBy} />
    </section>
  );
}

/** The snapshots that versions were measured on, those of most versions first. */
function snapshotsOf(versions: readonly ListedVersion[]): { id: string; at: string; count: number }[] {
  const found = new Map<string, { id: string; at: string; count: number }>();
  for (const { evaluations } of versions) {
    const tested = evaluations.nodes.filter(({ metrics, split }) => metrics && split === 'TEST');
    for (const { id } of new Set(tested.map(({ snapshot }) => snapshot))) {
      const at = tested.find(({ snapshot }) => snapshot.id === id)!.createdAt;
      found.set(id, { id, at, count: (found.get(id)?.count ?? 0) + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

function Rows({ snapshotId, orderBy }: { snapshotId: string; orderBy: LeaderboardOrder }) {
  const { results: words } = useWords();
  const asked = useQuery(LeaderboardRowsDocument, { snapshotId, orderBy });
  return (
    <Answer asked={asked} what={words.leaderboard}>
      {({ leaderboard }) => (
        <>
          <RankTable rows={leaderboard} />
          <Budget rows={leaderboard} />
        </>
      )}
    </Answer>
  );
}

function RankTable({ rows }: { rows: readonly LeaderboardEntryFragment[] }) {
  const { path } = useDataset();
  const { results: words, names, start } = useWords();
  const { measured, duration } = useFormats();
  const columns = [
    words.rank,
    words.version,
    words.trainedBy,
    words.labelCost,
    names.metrics.pixelAp,
    names.metrics.pro,
    names.metrics.imageAuroc,
  ];
  const costOf = ({ labelCost }: LeaderboardEntryFragment) =>
    labelCost
      .filter(({ images }) => images > 0)
      .map(({ kind, images, activeSeconds }) => {
        return start.marked(images, names.withMarks[kind]) + (activeSeconds > 0 ? ` (${duration(activeSeconds)})` : '');
      })
      .join(', ') || '–';
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.ranks}>
      <table>
        <TableHead columns={columns} />
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.modelVersion.id}>
              <td>{index + 1}</td>
              <th scope="row">
                <a href={path(`results/${row.modelVersion.id}`)}>
                  {row.modelVersion.model.name}@{row.modelVersion.version}
                </a>
              </th>
              <td>
                {row.modelVersion.trainingRun.detector.name}, {names.supervision[row.supervision]}
              </td>
              <td>{costOf(row)}</td>
              <td>{measured(row.metrics.pixelAp)}</td>
              <td>{measured(row.metrics.pro)}</td>
              <td>{measured(row.metrics.imageAuroc)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const publishedSets = { MVTEC_AD: 'MVTec AD', BTAD: 'BTAD', KOLEKTOR_SDD2: 'KolektorSDD2' } as const;

/** Published numbers have a time per image and no number of images, so beside them the axis is per image. */
function Budget({ rows }: { rows: readonly LeaderboardEntryFragment[] }) {
  const { results: words, names } = useWords();
  const [metric, setMetric] = useState<BudgetMetric>('pixelAp');
  const [beside, setBeside] = useState<PublishedDataset | ''>('');
  const published = useAnswer(beside, async () =>
    beside ? (await client.request(PublishedPointsDocument, { dataset: beside })).publishedResults : [],
  );
  const axis: BudgetAxis = beside ? 'perImage' : 'total';
  const groups = budgetGroups(rows, axis, metric);
  return (
    <>
      <h3>{words.budget}</h3>
      <div class="row">
        <Chosen
          label={words.reached}
          value={metric}
          options={[
            ['pixelAp', names.metrics.pixelAp],
            ['pro', names.metrics.pro],
          ]}
          onChoose={setMetric}
        />
        <Chosen
          label={words.beside}
          value={beside}
          options={[['', words.nothingBeside], ...(Object.entries(publishedSets) as [PublishedDataset, string][])]}
          onChoose={setBeside}
        />
      </div>
      <Answer asked={published} what={words.published}>
        {(numbers) => (
          <BudgetChart
            groups={groups}
            published={publishedPoints(numbers, metric)}
            across={words.axes[axis]}
            upward={metric === 'pro' ? names.metrics.pro : names.metrics.pixelAp}
          />
        )}
      </Answer>
    </>
  );
}
