import type { LeaderboardEntryFragment, PublishedPointsQuery } from '../../../../src/client/index.js';

/** What is drawn upwards. */
export type BudgetMetric = 'pixelAp' | 'pro';

/** What is drawn across: seconds of labels in all, or per image that has one. */
export type BudgetAxis = 'total' | 'perImage';

/** A version: what its labels cost, and what it reached. */
export interface BudgetPoint {
  /** Seconds; 0 for one that read no labels. */
  seconds: number;
  value: number;
  name: string;
}

/** Versions that differ in nothing but their seed. */
export interface BudgetGroup {
  name: string;
  seconds: number;
  mean: number;
  low: number;
  high: number;
  points: readonly BudgetPoint[];
}

/** Of the rows that have the metric, those of one setting and cost together, cheapest first. */
export function budgetGroups(
  rows: readonly LeaderboardEntryFragment[],
  axis: BudgetAxis,
  metric: BudgetMetric,
): BudgetGroup[] {
  const groups = new Map<string, { name: string; points: BudgetPoint[] }>();
  for (const row of rows) {
    const value = row.metrics[metric];
    const seconds = secondsOf(row, axis);
    if (value === null || seconds === undefined) continue;
    const { model, version, trainingRun } = row.modelVersion;
    const { detector, preset } = trainingRun;
    const name = `${detector.name} ${preset}`;
    const key = JSON.stringify([name, row.supervision, detector.params, seconds]);
    const group = groups.get(key) ?? { name, points: [] };
    group.points.push({ seconds, value, name: `${model.name}@${version}` });
    groups.set(key, group);
  }
  return [...groups.values()].map(grouped).sort((a, b) => a.seconds - b.seconds);
}

/** Undefined where labels were read whose seconds nobody measured: they are not free. */
function secondsOf({ labelCost }: LeaderboardEntryFragment, axis: BudgetAxis): number | undefined {
  const seconds = labelCost.reduce((sum, { activeSeconds }) => sum + activeSeconds, 0);
  const images = labelCost.reduce((sum, { images: some }) => sum + some, 0);
  if (images === 0) return 0;
  if (seconds === 0) return undefined;
  return axis === 'total' ? seconds : seconds / images;
}

function grouped({ name, points }: { name: string; points: BudgetPoint[] }): BudgetGroup {
  const values = points.map(({ value }) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { name, points, seconds: points[0]!.seconds, mean, low: Math.min(...values), high: Math.max(...values) };
}

/** Of the paper's numbers, those with a time per image. */
export function publishedPoints(rows: PublishedPointsQuery['publishedResults'], metric: BudgetMetric): BudgetPoint[] {
  return rows.flatMap(({ method, secondsPerImage, [metric]: value }) =>
    secondsPerImage === null || value === null ? [] : [{ seconds: secondsPerImage, value, name: method }],
  );
}

/** Decades that hold all seconds, at least one: `[1, 100]`. */
export function decades(seconds: readonly number[]): [from: number, to: number] {
  const measured = seconds.filter((each) => each > 0);
  if (measured.length === 0) return [1, 10];
  const from = 10 ** Math.floor(Math.log10(Math.min(...measured)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(...measured)));
  return [from, to > from ? to : from * 10];
}
