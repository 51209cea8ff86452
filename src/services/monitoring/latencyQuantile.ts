/** Seconds between which latencies are counted: the SQL function `latency_edges`. */
const leastSeconds = 0.001;
const stepsPerOctave = 4;

/**
 * A quantile of counted latencies, by proportion within its step: off by less than a step of 19 %, in the middle by far less.
 * @param bins counts: below 1 ms, then steps of a quarter of an octave; what is beyond the last edge counts as that.
 * @returns seconds; null where nothing was counted.
 */
export function latencyQuantile(bins: readonly number[], share: number): number | null {
  const total = bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let below = 0;
  for (const [bin, count] of bins.entries()) {
    if (count > 0 && below + count >= share * total) {
      const within = (share * total - below) / count;
      if (bin === 0) return within * leastSeconds;
      const last = bin === bins.length - 1;
      return leastSeconds * 2 ** ((bin - 1 + (last ? 0 : within)) / stepsPerOctave);
    }
    below += count;
  }
  return null;
}
