import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import {
  accepted,
  CancelJobDocument,
  present,
  RetryJobDocument,
  type JobEvent,
  type MetricsReported,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { Failure, Loading } from '../../parts/states.js';
import type { Words } from '../../words/en.js';
import { useFormats, useWords } from '../../words/language.js';
import { LossChart } from './lossChart.js';
import type { LossPoint, OpenRun } from './runHistory.js';
import { useRun, type WatchedRun } from './useRun.js';

/** One training, live. */
export function RunScreen({ item = '' }: { item: string | undefined }) {
  const watched = useRun(item);
  const { run: words } = useWords();
  const { run, log, loss, error, again } = watched;
  if (!run) return error === undefined ? <Loading what={words.loading} /> : <Failure error={error} again={again} />;
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
  const { state, detector, preset, supervision, waitingFor, startedAt, finishedAt, createdAt } = run;
  const { run: words, names } = useWords();
  const { moment, duration } = useFormats();
  const took = startedAt && finishedAt && (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return (
    <header class="run-head">
      <h1>
        {detector.name} {preset}, {names.supervision[supervision]}
      </h1>
      <p role="status">
        <span class={`state ${state.toLowerCase()}`}>{names.states[state]}</span>{' '}
        {connection !== 'ended' && words.connections[connection]}
        {run.attempt > 1 && `, ${words.attempt(run.attempt)}`}
        {waitingFor && `, ${words.waitsFor(waitingFor)}`}
      </p>
      <p>
        {words.begun(moment(startedAt ?? createdAt))}
        {typeof took === 'number' && `, ${words.took(duration(took))}`}
      </p>
      <RunActions run={run} isOpen={finishedAt === null && connection !== 'ended'} />
    </header>
  );
}

function RunActions({ run: { id, state, modelVersion }, isOpen }: { run: OpenRun; isOpen: boolean }) {
  const { path, can } = useDataset();
  const { route } = useLocation();
  const { run: words } = useWords();
  const cancel = useAction(async () => {
    accepted((await client.request(CancelJobDocument, { input: { id } })).cancelJob);
  });
  const retry = useAction(async () => {
    const { job } = accepted((await client.request(RetryJobDocument, { input: { id } })).retryJob);
    route(path(`runs/${present(job, 'training').id}`));
  });
  return (
    <>
      <div class="row">
        {isOpen && can('TRAIN') && (
          <button type="button" disabled={cancel.isRunning} onClick={() => void cancel.run()}>
            {words.cancel}
          </button>
        )}
        {['FAILED', 'CANCELLED'].includes(state) && can('TRAIN') && (
          <button type="button" disabled={retry.isRunning} onClick={() => void retry.run()}>
            {words.retry}
          </button>
        )}
        {modelVersion && (
          <a class="button primary" href={path(`results/${modelVersion.id}`)}>
            {words.lookAt(`${modelVersion.model.name}@${modelVersion.version}`)}
          </a>
        )}
      </div>
      <Failure error={cancel.error ?? retry.error} />
    </>
  );
}

/** The newest report of each stage. Those before the current one are done: the last report of one may be in the middle of a long log, which is not here. */
function newestOfStages(reports: readonly MetricsReported[]): MetricsReported[] {
  const newest = [...new Map(reports.map((report) => [report.stage, report])).values()];
  const current = newest.findIndex(({ stage }) => stage === reports.at(-1)?.stage);
  return newest.map((report, i) => (i < current ? { ...report, step: report.totalSteps } : report));
}

/** How far each stage is. */
function Stages({ reports, isOpen }: { reports: readonly MetricsReported[]; isOpen: boolean }) {
  const { run: words } = useWords();
  const { measured, duration } = useFormats();
  const stages = newestOfStages(reports);
  const current = reports.at(-1);
  return (
    <section aria-label={words.stages} class="stages">
      {stages.map(({ stage, step, totalSteps }) => (
        <label key={stage} class="field">
          <span>{words.stage(stage, step, totalSteps)}</span>
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
              <dt>{words.left}</dt>
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
  const { run: words } = useWords();
  const stage = stages.includes(chosen) ? chosen : stages.at(-1);
  if (stage === undefined) return null;
  return (
    <section aria-label={words.loss}>
      {stages.length > 1 && (
        <Chosen
          label={words.lossOf}
          value={stage}
          options={stages.map((each) => [each, each] as const)}
          onChoose={choose}
        />
      )}
      <LossChart key={stage} points={points.filter((point) => point.stage === stage)} />
    </section>
  );
}

function Log({ log }: { log: readonly JobEvent[] }) {
  const words = useWords();
  const { clock } = useFormats();
  const lines = log.flatMap((event, index): { seq: number; at?: string; text: string }[] => {
    const missing = event.seq - (log[index - 1]?.seq ?? event.seq - 1) - 1;
    const gap = missing > 0 ? [{ seq: event.seq - 0.5, text: words.run.missing(missing) }] : [];
    const text = lineOf(event, words);
    return text === undefined ? gap : [...gap, { seq: event.seq, at: event.at, text }];
  });
  return (
    <section aria-label={words.run.log}>
      <h2>{words.run.log}</h2>
      {/* A part of the page that scrolls must be within reach of the keyboard. */}
      <ol class="log" tabIndex={0}>
        {lines.map(({ seq, at, text }) => (
          <li key={seq} data-seq={seq}>
            {at && <time dateTime={at}>{clock(at)}</time>} {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

function lineOf(event: JobEvent, { run: words, names }: Words): string | undefined {
  switch (event.__typename) {
    case 'StateChanged':
      return names.states[event.state] + (event.attempt > 1 ? `, ${words.attempt(event.attempt)}` : '');
    case 'LogWritten':
      return event.level === 'INFO' ? event.message : `${event.level} ${event.message}`;
    case 'CheckpointSaved':
      return words.checkpoint(event.step);
    case 'MetricsReported':
      return undefined;
  }
}
