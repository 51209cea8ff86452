import type { SweepOutcome, TriedCandidate } from '../../client/index.js';
import { metricText } from '../terminal/metricsTable.js';
import { textTable } from '../terminal/table.js';
import { methodName, supervisionName } from './methods.js';

/** What is known of a method after a sweep. */
export interface MethodResult extends Pick<
  TriedCandidate,
  'detector' | 'supervision' | 'isBaseline' | 'mean' | 'difference'
> {
  /** Seeds that it was tried with to the end. */
  seeds: number;
  /** Of one training and of one image of an evaluation, in the median; null before any. */
  trainingSeconds: number | null;
  predictionMilliseconds: number | null;
  /** Why trials failed, each reason once. */
  problems: string[];
  /** The best version of its trials; null without any. */
  version: number | null;
}

/** What to make of a sweep over methods. */
export interface Verdict {
  /** Best mean first. */
  methods: MethodResult[];
  /** The one to take; null when nothing was measured. */
  recommended: MethodResult | null;
  sentence: string;
}

/** What a sweep says of its methods, and which to take. @param metric what people call it. */
export function verdictOf({ candidates, winner }: SweepOutcome, metric: string): Verdict {
  const methods = candidates.map(resultOf);
  return { methods, ...choiceOf(methods, winner && resultOf(winner), metric) };
}

/** The baseline, unless the interval of another's difference lies above 0: of those tried as often as the winner the best. */
function choiceOf(
  methods: readonly MethodResult[],
  winner: MethodResult | null,
  metric: string,
): Pick<Verdict, 'recommended' | 'sentence'> {
  const baseline = methods.find(({ isBaseline }) => isBaseline);
  if (!winner || !baseline) {
    return { recommended: null, sentence: 'Nothing was measured: every trial failed or had no time.' };
  }
  const [name, base] = [methodName(winner), methodName(baseline)];
  if (winner.isBaseline) return { recommended: winner, sentence: `Take ${base}: no other has a better ${metric}.` };
  if (!winner.difference) {
    const sentence = `Take ${name}: nothing is known of ${base}, which it would be compared with.`;
    return { recommended: winner, sentence };
  }
  const found = ({ difference }: MethodResult) => `${metric} ${differenceText(difference!)} against ${base}`;
  const better = methods.find(({ seeds, difference }) => seeds === winner.seeds && (difference?.low ?? 0) > 0);
  if (better) return { recommended: better, sentence: `Take ${methodName(better)}: ${found(better)}.` };
  const sentence =
    winner.difference.low === null
      ? `${name} is best by one seed (${found(winner)}), which may be chance: take ${base} until more seeds or minutes say so.`
      : `Nothing is better than ${base} by more than chance, so take that; the best is ${name}: ${found(winner)}.`;
  return { recommended: baseline, sentence };
}

/** One row a method, and below why some failed. */
export function methodsTable(methods: readonly MethodResult[], metric: string): string {
  const rows = methods.map((one) => [
    one.detector,
    supervisionName(one.supervision),
    String(one.seeds),
    metricText(one.mean),
    one.isBaseline ? 'baseline' : one.difference ? differenceText(one.difference) : '–',
    one.trainingSeconds?.toFixed(1) ?? '–',
    one.predictionMilliseconds?.toFixed(0) ?? '–',
  ]);
  const head = ['method', 'supervision', 'seeds', metric, 'difference', 'training, s', 'an image, ms'];
  const failures = methods.flatMap((one) => one.problems.map((problem) => `${methodName(one)} failed: ${problem}`));
  return [textTable(head, rows), ...failures].join('\n');
}

function resultOf({ detector, supervision, isBaseline, mean, difference, trials }: TriedCandidate): MethodResult {
  const done = trials.filter(({ state }) => state === 'DONE');
  const best = done.toSorted((a, b) => b.value! - a.value!)[0];
  return {
    ...{ detector, supervision, isBaseline, mean, difference },
    seeds: done.length,
    trainingSeconds: median(done.flatMap(({ trainingRun }) => secondsOf(trainingRun) ?? [])),
    predictionMilliseconds: median(done.flatMap(({ evaluation }) => millisecondsOf(evaluation) ?? [])),
    problems: [...new Set(trials.flatMap(({ problem }) => problem ?? []))],
    version: best?.trainingRun?.modelVersion?.version ?? null,
  };
}

type Trial = TriedCandidate['trials'][number];

function secondsOf(run: Trial['trainingRun']): number | undefined {
  if (!run?.startedAt || !run.finishedAt) return undefined;
  return (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
}

/** The pace of its last images. */
function millisecondsOf(evaluation: Trial['evaluation']): number | undefined {
  const seconds = evaluation?.events.nodes.flatMap((event) =>
    'secondsPerStep' in event ? (event.secondsPerStep ?? []) : [],
  );
  return seconds?.length ? seconds.at(-1)! * 1000 : undefined;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

/** `+0.0310 (0.0100 to 0.0520)`: a mean with its 95 % interval. */
function differenceText({ mean, low, high }: NonNullable<TriedCandidate['difference']>): string {
  const signed = `${mean < 0 ? '-' : '+'}${Math.abs(mean).toFixed(4)}`;
  return low === null || high === null ? `${signed} (one seed)` : `${signed} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}
