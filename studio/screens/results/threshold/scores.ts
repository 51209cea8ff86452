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

/** Scores of each kind, counted in equal parts of the whole range. */
export interface Histogram {
  low: number;
  high: number;
  normal: readonly number[];
  anomalous: readonly number[];
}

/** @param others values that must be inside too, as a threshold far from all scores. */
export function histogramOf(scores: readonly Score[], bins: number, others: readonly number[]): Histogram {
  const values = [...scores.map(({ score }) => score), ...others];
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const high = top > low ? top : low + (Math.abs(low) || 1);
  const counted = (wanted: boolean) => {
    const counts = new Array<number>(bins).fill(0);
    for (const { score, isAnomalous } of scores) {
      if (isAnomalous !== wanted) continue;
      const bin = Math.min(bins - 1, Math.floor(((score - low) / (high - low)) * bins));
      counts[bin] = counts[bin]! + 1;
    }
    return counts;
  };
  return { low, high, normal: counted(false), anomalous: counted(true) };
}
