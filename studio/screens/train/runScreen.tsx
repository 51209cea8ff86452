import { useState } from 'preact/hooks';
import { accepted, CancelJobDocument, type JobEvent, type MetricsReported } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { duration, inWords, measured, moment } from '../../parts/numbers.js';
import { Failure, Loading } from '../../parts/states.js';
import { LossChart } from './lossChart.js';
import { useRun, type LossPoint, type OpenRun, type WatchedRun } from './useRun.js';

/** One training, live. */
export function RunScreen({ item = '' }: { item: string | undefined }) {
  const watched = useRun(item);
  const { run, log, loss, error, again } = watched;
  if (!run) return error === undefined ? <Loading what="The training" /> : <Failure error={error} again={again} />;
  const reports = log.filter((event): event is MetricsReported => event.__typename === 'MetricsReported');
  return (
    <>
      <RunHead run={run} connection={watched.connection} />
      <Failure error={error} again={again} />
      {run.failure && (
        <div class="failure" role="alert">
          <strong>{run.failure.code}</strong> {run.failure.message}
        </div>
      )}
      <Stages reports={reports} isOpen={watched.connection !== 'ended'} />
      <Loss points={loss} />
      <Log log={log} />
    </>
  );
}

function RunHead({ run, connection }: { run: OpenRun; connection: WatchedRun['connection'] }) {
  const { path, can } = useDataset();
  const { state, detector, preset, supervision, modelVersion, waitingFor, startedAt, finishedAt, createdAt } = run;
  const cancel = useAction(async () => {
    accepted((await client.request(CancelJobDocument, { input: { id: run.id } })).cancelJob);
  });
  const isOpen = finishedAt === null && connection !== 'ended';
  return (
    <header class="run-head">
      <h1>
        {detector.name} {preset}, {inWords(supervision)}
      </h1>
      <p role="status">
        <span class={`state ${state.toLowerCase()}`}>{inWords(state)}</span> {connection !== 'ended' && connection}
        {run.attempt > 1 && `, attempt ${run.attempt}`}
        {waitingFor && `, waits for ${waitingFor}`}
      </p>
      <p>
        begun {moment(startedAt ?? createdAt)}
        {startedAt && finishedAt && `, took ${duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)}`}
      </p>
      <div class="row">
        {isOpen && can('TRAIN') && (
          <button type="button" disabled={cancel.isRunning} onClick={() => void cancel.run()}>
            Cancel
          </button>
        )}
        {modelVersion && (
          <a class="button primary" href={path(`results/${modelVersion.id}`)}>
            Look at {modelVersion.model.name}@{modelVersion.version}
          </a>
        )}
      </div>
      <Failure error={cancel.error} />
    </header>
  );
}

/** The newest report of each stage. */
function Stages({ reports, isOpen }: { reports: readonly MetricsReported[]; isOpen: boolean }) {
  const newest = new Map(reports.map((report) => [report.stage, report]));
  const current = reports.at(-1);
  return (
    <section aria-label="Stages" class="stages">
      {[...newest.values()].map(({ stage, step, totalSteps }) => (
        <label key={stage} class="field">
          <span>
            {stage}: {step} of {totalSteps}
          </span>
          <progress max={totalSteps} value={step} />
        </label>
      ))}
      {current && (
        <dl class="numbers">
          {current.metrics.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{measured(value)}</dd>
            </div>
          ))}
          {isOpen && current.etaSeconds !== null && (
            <div>
              <dt>left</dt>
              <dd>{duration(current.etaSeconds)}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}

function Loss({ points }: { points: readonly LossPoint[] }) {
  const stages = [...new Set(points.map(({ stage }) => stage))];
  const [chosen, choose] = useState('');
  const stage = stages.includes(chosen) ? chosen : stages.at(-1);
  if (stage === undefined) return null;
  return (
    <section aria-label="Loss">
      {stages.length > 1 && (
        <Chosen label="Loss of" value={stage} options={stages.map((each) => [each, each] as const)} onChoose={choose} />
      )}
      <LossChart key={stage} points={points.filter((point) => point.stage === stage)} />
    </section>
  );
}

function Log({ log }: { log: readonly JobEvent[] }) {
  const lines = log.flatMap((event, index): { seq: number; at?: string; text: string }[] => {
    const missing = event.seq - (log[index - 1]?.seq ?? event.seq - 1) - 1;
    const gap = missing > 0 ? [{ seq: event.seq - 0.5, text: `… ${missing} events …` }] : [];
    const text = lineOf(event);
    return text === undefined ? gap : [...gap, { seq: event.seq, at: event.at, text }];
  });
  return (
    <section aria-label="Log">
      <h2>Log</h2>
      {/* A part of the page that scrolls must be within reach of the keyboard. */}
      <ol class="log" tabIndex={0}>
        {lines.map(({ seq, at, text }) => (
          <li key={seq}>
            {at && <time dateTime={at}>{new Date(at).toLocaleTimeString()}</time>} {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

function lineOf(event: JobEvent): string | undefined {
  switch (event.__typename) {
    case 'StateChanged':
      return `${inWords(event.state)}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
    case 'LogWritten':
      return event.level === 'INFO' ? event.message : `${event.level} ${event.message}`;
    case 'CheckpointSaved':
      return `checkpoint behind step ${event.step}`;
    case 'MetricsReported':
      return undefined;
  }
}
