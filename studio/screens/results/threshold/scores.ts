/** What an evaluation said of an image, and what the image is. */
export interface Score {
  score: number;
  isAnomalous: boolean;
}

/** What a threshold makes of the images. */
export interface Consequence {
  /** Normal images at or above it. */
  falseAlarms: number;
  /** Of a thousand good parts; null without normal images. */
  falseAlarmsPerThousand: number | null;
  /** Anomalous images below it. */
  misses: number;
  normal: number;
  anomalous: number;
}

/** @param threshold an image with this score or more counts as anomalous, as the API has it. */
export function consequenceOf(scores: readonly Score[], threshold: number): Consequence {
  let [falseAlarms, misses, normal] = [0, 0, 0];
  for (const { score, isAnomalous } of scores) {
    if (!isAnomalous) normal += 1;
    if (!isAnomalous && score >= threshold) falseAlarms += 1;
    if (isAnomalous && score < threshold) misses += 1;
  }
  const falseAlarmsPerThousand = normal === 0 ? null : (1000 * falseAlarms) / normal;
  return { falseAlarms, falseAlarmsPerThousand, misses, normal, anomalous: scores.length - normal };
}

/** An axis of scores: places on it go from 0 to 1. */
export interface Axis {
  placeOf: (score: number) => number;
  scoreAt: (place: number) => number;
}

/** Scores of each kind, counted in equal parts of the axis. */
export interface Histogram {
  axis: Axis;
  normal: readonly number[];
  anomalous: readonly number[];
}

/** @param others values that must be inside too, as a threshold far from all scores. */
export function histogramOf(scores: readonly Score[], bins: number, others: readonly number[]): Histogram {
  const axis = axisOf(
    scores.map(({ score }) => score),
    others,
  );
  const counted = (wanted: boolean) => {
    const counts = new Array<number>(bins).fill(0);
    for (const { score, isAnomalous } of scores) {
      if (isAnomalous !== wanted) continue;
      const bin = Math.min(bins - 1, Math.floor(axis.placeOf(score) * bins));
      counts[bin] = counts[bin]! + 1;
    }
    return counts;
  };
  return { axis, normal: counted(false), anomalous: counted(true) };
}

/** How many times the middle score the highest is before the axis is a logarithmic one. */
const squeezed = 10;

/**
 * From the lowest value to the highest. Some detectors score a clear defect hundreds of times as high as everything else: on an equal axis all that a
 * threshold has to tell apart would stand in one place, so that such scores get a logarithmic one.
 */
function axisOf(scores: readonly number[], others: readonly number[]): Axis {
  const values = [...scores, ...others].sort((a, b) => a - b);
  const [low, high] = [values[0] ?? 0, values.at(-1) ?? 0];
  const middle = [...scores].sort((a, b) => a - b)[Math.floor(scores.length / 2)] ?? 0;
  if (low > 0 && high > squeezed * middle) {
    const { placeOf, scoreAt } = between(Math.log(low), Math.log(high));
    const inner = (place: number) => Math.exp(scoreAt(place));
    return {
      placeOf: (score) => placeOf(Math.log(score)),
      // The ends are the values themselves: one that is rounded up would leave out an image.
      scoreAt: (place) => (place <= 0 ? low : place >= 1 ? high : inner(place)),
    };
  }
  return between(low, high > low ? high : low + (Math.abs(low) || 1));
}

function between(low: number, high: number): Axis {
  return {
    placeOf: (score) => (score - low) / (high - low),
    scoreAt: (place) => low + place * (high - low),
  };
}
