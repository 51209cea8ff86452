import { actionSigmas, controlLimits } from './controlLimits.js';
import type { PredictionCounts } from './hours.js';
import { latencyQuantile } from './latencyQuantile.js';
import { distanceLimit, openingChance, scoreDrift } from './scoreDrift.js';

/** What a version was asked and said, and whether it is as it was. What there is too little for is null. */
export interface MonitoringBucket {
  from: Date;
  to: Date;
  predictions: number;
  anomalous: number;
  anomalyRate: number | null;
  /** Control limits of the rate. */
  lowestRate: number | null;
  highestRate: number | null;
  isRateInLimits: boolean | null;
  meanScore: number | null;
  /** Scores of images called normal, counted between the version's normal scores. */
  scoreBins: number[];
  /** Of them to the version's normal scores, 0 to 1, and the limit that chance alone hardly ever exceeds. */
  scoreDistance: number | null;
  scoreDistanceLimit: number | null;
  stabilityIndex: number | null;
  /** Seconds. */
  medianLatency: number | null;
  latency95: number | null;
}

/** What counts are compared with. */
export interface BucketComparison {
  scoreEdges: readonly number[];
  /** Normal scores of the version, those below its threshold. */
  normal: readonly number[];
  expectedAnomalyRate: number | null;
}

/** Sums counts up and judges them. */
export function bucketOf(
  stretch: { from: Date; to: Date },
  counts: readonly PredictionCounts[],
  { scoreEdges, normal, expectedAnomalyRate }: BucketComparison,
): MonitoringBucket {
  const sum = (of: (one: PredictionCounts) => number) => counts.reduce((all, one) => all + of(one), 0);
  const [predictions, anomalous] = [sum((one) => one.predictions), sum((one) => one.anomalous)];
  const latencyBins = summed(counts.map((one) => one.latencyBins));
  const scoreBins = summed(counts.map((one) => one.normalBins));
  const drift = scoreDrift(scoreBins, scoreEdges, normal);
  const rate = predictions > 0 ? anomalous / predictions : null;
  const limits =
    rate !== null && expectedAnomalyRate !== null
      ? controlLimits(expectedAnomalyRate, predictions, actionSigmas)
      : undefined;
  return {
    ...{ ...stretch, predictions, anomalous, anomalyRate: rate, scoreBins },
    ...{ lowestRate: limits?.lowest ?? null, highestRate: limits?.highest ?? null },
    isRateInLimits: limits ? rate! >= limits.lowest && rate! <= limits.highest : null,
    meanScore: predictions > 0 ? sum((one) => one.scoreSum) / predictions : null,
    scoreDistance: drift?.distance ?? null,
    scoreDistanceLimit: drift && distanceLimit(normal.length, predictions - anomalous, openingChance),
    stabilityIndex: drift?.stabilityIndex ?? null,
    ...{ medianLatency: latencyQuantile(latencyBins, 0.5), latency95: latencyQuantile(latencyBins, 0.95) },
  };
}

function summed(all: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...all.map((bins) => bins.length));
  return Array.from({ length }, (_, bin) => all.reduce((sum, bins) => sum + (bins[bin] ?? 0), 0));
}
