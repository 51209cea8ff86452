import { actionSigmas, controlLimits } from './controlLimits.js';
import type { PredictionCounts } from './hours.js';
import { latencyQuantile } from './latencyQuantile.js';
import type { NormalValues } from './normalValues.js';
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
  /** The same of the distances of these images to the memory bank. */
  bankDistanceDrift: number | null;
  bankDistanceDriftLimit: number | null;
  bankDistanceStabilityIndex: number | null;
  /** Seconds. */
  medianLatency: number | null;
  latency95: number | null;
}

/** What counts are compared with. */
export interface BucketComparison extends NormalValues {
  expectedAnomalyRate: number | null;
}

/** Sums counts up and judges them. */
export function bucketOf(
  stretch: { from: Date; to: Date },
  counts: readonly PredictionCounts[],
  { scoreEdges, normalScores, bankEdges, normalDistances, expectedAnomalyRate }: BucketComparison,
): MonitoringBucket {
  const sum = (of: (one: PredictionCounts) => number) => counts.reduce((all, one) => all + of(one), 0);
  const [predictions, anomalous] = [sum((one) => one.predictions), sum((one) => one.anomalous)];
  const latencyBins = summed(counts.map((one) => one.latencyBins));
  const scoreBins = summed(counts.map((one) => one.normalBins));
  const scores = driftOf(scoreBins, scoreEdges, normalScores);
  const distances = driftOf(summed(counts.map((one) => one.bankBins)), bankEdges, normalDistances);
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
    ...{ scoreDistance: scores?.distance ?? null, scoreDistanceLimit: scores?.limit ?? null },
    stabilityIndex: scores?.stabilityIndex ?? null,
    ...{ bankDistanceDrift: distances?.distance ?? null, bankDistanceDriftLimit: distances?.limit ?? null },
    bankDistanceStabilityIndex: distances?.stabilityIndex ?? null,
    ...{ medianLatency: latencyQuantile(latencyBins, 0.5), latency95: latencyQuantile(latencyBins, 0.95) },
  };
}

function driftOf(bins: readonly number[], edges: readonly number[], normal: readonly number[]) {
  const drift = scoreDrift(bins, edges, normal);
  return drift && { ...drift, limit: distanceLimit(normal.length, drift.seen, openingChance) };
}

function summed(all: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...all.map((bins) => bins.length));
  return Array.from({ length }, (_, bin) => all.reduce((sum, bins) => sum + (bins[bin] ?? 0), 0));
}
