/**
 * All threshold metrics in one descent over the scores (section 4.3 of the paper; definitions of scikit-learn for AUROC and
 * average precision, of Bergmann et al. 2021 for PRO). Equal scores form one threshold everywhere.
 */
import { CurveThinner, type CurvePoint } from './curves.js';

/** Ascending numbers that stand for descending scores. */
export type RankedKeys = Uint32Array | Float64Array;

/** What a sweep reads: keys of anomalous and of normal items, each list sorted. */
export interface RankedScores {
  anomalous: RankedKeys;
  /** For PRO: what each anomalous pixel adds to the sum of overlaps, 1 / pixels of its region; absent for images. */
  overlapShare?: (index: number) => number;
  /** Number of regions; 0 for images. */
  regions: number;
  /** Several lists are read as one. */
  normal: readonly RankedKeys[];
  /** Score of a key. */
  scoreOf: (key: number) => number;
}

/** Metrics of one ranking; null where not defined: AUROC and PRO need both classes, AP and F1 an anomalous item. */
export interface RankingMetrics {
  auroc: number | null;
  averagePrecision: number | null;
  f1Max: number | null;
  /** The highest threshold that reaches `f1Max`: a score at or above it is anomalous. */
  f1MaxThreshold: number | null;
  /** Mean per-region overlap, integrated over false-positive rates up to the limit and divided by it. */
  pro: number | null;
}

/** Every curve over all thresholds, from the highest score down. */
export interface RankingCurves {
  /** False-positive rate, true-positive rate. */
  roc: CurvePoint[];
  /** Recall, precision. */
  precisionRecall: CurvePoint[];
  /** False-positive rate, mean per-region overlap. */
  pro: CurvePoint[];
}

/**
 * One threshold of the descent: a distinct score of the anomalous items. Thresholds at scores that only normal items have
 * lie between steps: they raise nothing but the false positives, so every curve runs straight through them.
 */
interface Step {
  key: number;
  /** Lowest score above `key`, the threshold of the corner before this step. */
  keyBefore: number;
  /** Normal items strictly above `key`. */
  falsePositivesBefore: number;
  falsePositives: number;
  truePositives: number;
  /** Sum over regions of the share found. */
  overlap: number;
}

/** Visits every distinct score of the anomalous items from the highest down. The step object is reused. */
function sweep(scores: RankedScores, visit: (step: Step) => void): void {
  const { anomalous, normal, overlapShare } = scores;
  const positions = new Uint32Array(normal.length);
  const step: Step = {
    key: -Infinity,
    keyBefore: -Infinity,
    falsePositivesBefore: 0,
    falsePositives: 0,
    truePositives: 0,
    overlap: 0,
  };
  for (let next = 0; next < anomalous.length;) {
    const key = anomalous[next]!;
    step.keyBefore = step.key;
    step.key = key;
    let above = step.falsePositives;
    let equal = 0;
    for (let list = 0; list < normal.length; list++) {
      const keys = normal[list]!;
      const start = positions[list]!;
      let position = start;
      while (position < keys.length && keys[position]! < key) position++;
      if (position > start) step.keyBefore = Math.max(step.keyBefore, keys[position - 1]!);
      above += position - start;
      const firstEqual = position;
      while (position < keys.length && keys[position]! === key) position++;
      equal += position - firstEqual;
      positions[list] = position;
    }
    step.falsePositivesBefore = above;
    step.falsePositives = above + equal;
    for (; next < anomalous.length && anomalous[next]! === key; next++) {
      step.truePositives++;
      if (overlapShare) step.overlap += overlapShare(next);
    }
    visit(step);
  }
}

/** AUROC, AP, F1-max and PRO up to `fprLimit`. */
export function measureRanking(scores: RankedScores, fprLimit: number): RankingMetrics {
  const positives = scores.anomalous.length;
  const negatives = countNormal(scores);
  const pro = new LimitedArea(fprLimit * negatives);
  let rocArea = 0;
  let precisionSum = 0;
  let f1Max = -1;
  let f1Key = 0;
  let falsePositives = 0;
  let truePositives = 0;
  let overlap = 0;
  sweep(scores, (step) => {
    rocArea += (step.falsePositivesBefore - falsePositives) * truePositives;
    rocArea += ((step.falsePositives - step.falsePositivesBefore) * (truePositives + step.truePositives)) / 2;
    const found = step.truePositives + step.falsePositives;
    precisionSum += ((step.truePositives - truePositives) * step.truePositives) / found;
    const f1 = (2 * step.truePositives) / (found + positives);
    if (f1 > f1Max) {
      f1Max = f1;
      f1Key = step.key;
    }
    pro.add(falsePositives, overlap, step.falsePositivesBefore, overlap);
    pro.add(step.falsePositivesBefore, overlap, step.falsePositives, step.overlap);
    ({ falsePositives, truePositives, overlap } = step);
  });
  rocArea += (negatives - falsePositives) * positives;
  pro.add(falsePositives, overlap, negatives, overlap);
  const anyPositive = positives > 0;
  const both = anyPositive && negatives > 0;
  return {
    auroc: both ? rocArea / (positives * negatives) : null,
    averagePrecision: anyPositive ? precisionSum / positives : null,
    f1Max: anyPositive ? f1Max : null,
    f1MaxThreshold: anyPositive ? scores.scoreOf(f1Key) : null,
    pro: both && scores.regions > 0 ? Math.min(1, pro.area / (scores.regions * fprLimit * negatives)) : null,
  };
}

/** The three curves, each thinned to at most `limit` points; empty where the metric is not defined. */
export function drawCurves(scores: RankedScores, limit: number): RankingCurves {
  const positives = scores.anomalous.length;
  const negatives = countNormal(scores);
  const roc = new CurveThinner();
  const precisionRecall = new CurveThinner();
  const pro = new CurveThinner();
  const both = positives > 0 && negatives > 0;
  let truePositives = 0;
  let overlap = 0;
  if (both) for (const curve of [roc, pro]) curve.add(0, 0, null);
  sweep(scores, (step) => {
    const threshold = scores.scoreOf(step.key);
    const precision = step.truePositives / (step.truePositives + step.falsePositives);
    if (truePositives === 0) precisionRecall.add(0, precision, null);
    precisionRecall.add(step.truePositives / positives, precision, threshold);
    if (both && step.falsePositivesBefore > 0) {
      const thresholdBefore = scores.scoreOf(step.keyBefore);
      roc.add(step.falsePositivesBefore / negatives, truePositives / positives, thresholdBefore);
      pro.add(step.falsePositivesBefore / negatives, overlap / scores.regions, thresholdBefore);
    }
    if (both) {
      roc.add(step.falsePositives / negatives, step.truePositives / positives, threshold);
      pro.add(step.falsePositives / negatives, Math.min(1, step.overlap / scores.regions), threshold);
    }
    ({ truePositives, overlap } = step);
  });
  if (both) for (const curve of [roc, pro]) curve.add(1, 1, scores.scoreOf(lowestKey(scores)));
  return {
    roc: roc.finish(limit),
    precisionRecall: precisionRecall.finish(limit),
    pro: scores.regions > 0 ? pro.finish(limit) : [],
  };
}

/** Area under a polyline for x up to a limit, the line cut there. */
class LimitedArea {
  area = 0;
  constructor(private readonly limit: number) {}

  /** Adds the piece from (x0, y0) to (x1, y1), x0 <= x1. */
  add(x0: number, y0: number, x1: number, y1: number): void {
    if (x0 >= this.limit || x1 === x0) return;
    const end = Math.min(x1, this.limit);
    const yEnd = y0 + ((y1 - y0) * (end - x0)) / (x1 - x0);
    this.area += ((end - x0) * (y0 + yEnd)) / 2;
  }
}

function countNormal(scores: RankedScores): number {
  return scores.normal.reduce((sum, keys) => sum + keys.length, 0);
}

function lowestKey(scores: RankedScores): number {
  return [scores.anomalous, ...scores.normal].reduce((lowest, keys) => Math.max(lowest, keys.at(-1) ?? 0), -Infinity);
}
