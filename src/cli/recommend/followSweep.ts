import {
  accepted,
  CancelSweepDocument,
  nodeOf,
  SweepProgressDocument,
  UnreachableError,
  type ResiduaClient,
  type SweepProgress,
} from '../../client/index.js';
import { metricText } from '../terminal/metricsTable.js';
import type { Terminal } from '../terminal/terminal.js';
import { methodName } from './methods.js';

const pauseMilliseconds = 1_000;
/** How often in a row a server may be away, e.g. while it starts anew: the sweep goes on without anybody looking. */
const mostFailures = 30;

type Trial = SweepProgress['candidates'][number]['trials'][number];

/** Tells each trial of a sweep when it begins and when it ends, until the sweep is over. An interruption ends the sweep. */
export async function followSweep(
  client: ResiduaClient,
  terminal: Terminal,
  { id, metric, signal }: { id: string; metric: string; signal: AbortSignal },
): Promise<void> {
  const told = new Set<string>();
  for (let failures = 0; ;) {
    if (signal.aborted) return cancel(client, id);
    try {
      const sweep = nodeOf((await client.request(SweepProgressDocument, { id })).node, id);
      failures = 0;
      for (const line of newsOf(sweep, metric)) if (!told.has(line)) terminal.say(line);
      for (const line of newsOf(sweep, metric)) told.add(line);
      if (sweep.state !== 'RUNNING') return;
    } catch (error) {
      if (!(error instanceof UnreachableError) || ++failures > mostFailures) throw error;
    }
    await pause(signal);
  }
}

/** One that has ended meanwhile stays as it is. */
async function cancel(client: ResiduaClient, sweepId: string): Promise<void> {
  const { cancelSweep } = await client.request(CancelSweepDocument, { input: { sweepId } });
  if (cancelSweep.userErrors.some(({ code }) => code !== 'CONFLICT')) accepted(cancelSweep);
}

/** All that there is to say of a sweep, as lines that stay the same. */
function newsOf({ candidates }: SweepProgress, metric: string): string[] {
  const trials = candidates.flatMap((candidate) => candidate.trials.map((trial) => ({ candidate, trial })));
  return trials.flatMap(({ candidate, trial }) =>
    linesOf(trial, metric).map((line) => `${methodName(candidate)}, seed ${trial.seed}: ${line}`),
  );
}

function linesOf({ state, value, problem, trainingRun }: Trial, metric: string): string[] {
  if (state === 'DONE') return [`${metric} ${metricText(value)}`];
  if (state === 'FAILED') return [`failed: ${problem}`];
  if (state === 'EVALUATING') return ['judging'];
  if (state !== 'TRAINING') return [];
  return ['training', ...(trainingRun?.waitingFor ? [`waits for ${trainingRun.waitingFor}`] : [])];
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pauseMilliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
