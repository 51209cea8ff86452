import { useEffect, useState } from 'preact/hooks';
import { MonitoredVersionDocument, type MonitoredVersionQuery } from '../../../src/client/index.js';
import { useQuery } from '../../api/useQuery.js';
import { Chosen } from '../../parts/chosen.js';
import { Answer, Empty } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { isChampion, useVersions, type ListedVersion } from '../results/allVersions.js';
import { AlertList } from './alertList.js';
import { Challenger } from './challenger.js';
import { Proposals } from './proposals.js';
import { RateChart } from './rateChart.js';
import { RetrainingForm } from './retrainingForm.js';
import { RuleForm } from './ruleForm.js';
import { ScoreBands } from './scoreBands.js';

/** What a version was asked and said. */
export type Monitoring = MonitoredVersionQuery['modelMonitoring'];

/** The model of the version. */
export type WatchedModel = Monitoring['modelVersion']['model'];

/** Hours that a report goes back, and how they are put together. */
const spans = {
  day: { hours: 24, step: 'HOUR' },
  week: { hours: 7 * 24, step: 'HOUR' },
  month: { hours: 30 * 24, step: 'DAY' },
} as const;
type Span = keyof typeof spans;

/** Milliseconds behind which the report is asked for again. */
const again = 60_000;

/** How served versions do: what is wrong now, and how it was. */
export function MonitoringScreen() {
  const { monitoring: words } = useWords();
  const asked = useVersions();
  return (
    <>
      <h1>{words.title}</h1>
      <Proposals />
      <AlertList />
      <Answer asked={asked} what={words.versions}>
        {(versions) => (versions.length > 0 ? <Served versions={versions} /> : <Empty title={words.noVersion} />)}
      </Answer>
    </>
  );
}

function Served({ versions }: { versions: readonly ListedVersion[] }) {
  const { monitoring: words } = useWords();
  const [chosen, choose] = useState((versions.find(isChampion) ?? versions[0]!).id);
  const [span, setSpan] = useState<Span>('day');
  const [station, setStation] = useState<string>();
  const { hours, step } = spans[span];
  const from = new Date(Math.floor(Date.now() / 3_600_000 - hours + 1) * 3_600_000).toISOString();
  const filter = { from, ...(station !== undefined && { station }) };
  const asked = useQuery(MonitoredVersionDocument, { id: chosen, filter, step });
  useEffect(() => {
    const timer = setInterval(() => void asked.reload(), again);
    return () => clearInterval(timer);
  }, [asked.reload]);
  const nameOf = ({ model, version, aliases }: ListedVersion) => [`${model}@${version}`, ...aliases].join(' · ');
  return (
    <>
      <div class="row">
        <Chosen
          label={words.version}
          value={chosen}
          options={versions.map((version) => [version.id, nameOf(version)])}
          onChoose={choose}
        />
        <Chosen
          label={words.span}
          value={span}
          options={(Object.keys(spans) as Span[]).map((each) => [each, words.spans[each]])}
          onChoose={setSpan}
        />
        <StationChoice stations={asked.data?.modelMonitoring.stations ?? []} station={station} onChoose={setStation} />
      </div>
      <Answer asked={asked} what={words.report}>
        {({ modelMonitoring }) => <Report monitoring={modelMonitoring} onChanged={() => void asked.reload()} />}
      </Answer>
      <Challenger versionId={chosen} />
    </>
  );
}

const all = '*';

function StationChoice({
  stations,
  station,
  onChoose,
}: {
  stations: readonly string[];
  station: string | undefined;
  onChoose: (station: string | undefined) => void;
}) {
  const { monitoring: words } = useWords();
  const known = [...new Set([...stations, ...(station ? [station] : [])])];
  return (
    <Chosen
      label={words.station}
      value={station ?? all}
      options={[[all, words.everyStation], ...known.map((each) => [each, each || words.noStation] as const)]}
      onChoose={(next) => onChoose(next === all ? undefined : next)}
    />
  );
}

function Report({ monitoring, onChanged }: { monitoring: Monitoring; onChanged: () => void }) {
  const { monitoring: words } = useWords();
  const { model } = monitoring.modelVersion;
  return (
    <>
      {monitoring.total.predictions === 0 ? (
        <Empty title={words.nobodyAsked}>
          <p>{words.howToFill}</p>
        </Empty>
      ) : (
        <>
          <Totals monitoring={monitoring} />
          <RateChart monitoring={monitoring} />
          <ScoreBands monitoring={monitoring} />
        </>
      )}
      <RuleForm key={JSON.stringify(model.monitoringRule)} model={model} onChanged={onChanged} />
      <RetrainingForm key={JSON.stringify(model.retrainingRule)} model={model} onChanged={onChanged} />
    </>
  );
}

function Totals({ monitoring: { total } }: { monitoring: Monitoring }) {
  const { monitoring: words } = useWords();
  const { percent, measured, duration } = useFormats();
  const shown = [
    [words.predictions, measured(total.predictions)],
    [words.anomalyRate, total.anomalyRate === null ? '–' : percent(total.anomalyRate)],
    [words.drift, measured(total.scoreDistance)],
    [words.driftLimit, measured(total.scoreDistanceLimit)],
    [words.stability, measured(total.stabilityIndex)],
    ...(total.bankDistanceDrift === null
      ? []
      : ([
          [words.bankDrift, measured(total.bankDistanceDrift)],
          [words.bankDriftLimit, measured(total.bankDistanceDriftLimit)],
        ] as const)),
    [words.medianLatency, total.medianLatency === null ? '–' : duration(total.medianLatency)],
    [words.latency95, total.latency95 === null ? '–' : duration(total.latency95)],
  ] as const;
  return (
    <dl class="numbers">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
