/** Where {@link quantilesOf} samples a distribution: dense where thresholds lie. */
export const quantileShares = [
  0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99999, 1,
] as const;

/**
 * The value below which a share of the sorted values lies, linear between the two around the place.
 * @param count at least 1.
 * @param valueAt of the sorted values, 0-based.
 */
export function quantile(count: number, valueAt: (index: number) => number, share: number): number {
  const place = share * (count - 1);
  const below = Math.floor(place);
  const [low, high] = [valueAt(below), valueAt(Math.min(below + 1, count - 1))];
  return low + (place - below) * (high - low);
}

/** A distribution in a few numbers: its {@link quantile} at each of {@link quantileShares}. */
export function quantilesOf(count: number, valueAt: (index: number) => number): number[] {
  return quantileShares.map((share) => quantile(count, valueAt, share));
}

/** The quantile at any share from what {@link quantilesOf} kept: exact at its shares, linear between them. */
export function quantileAmong(kept: readonly number[], share: number): number {
  const above = Math.max(
    1,
    quantileShares.findIndex((known) => known >= share),
  );
  const [low, high] = [quantileShares[above - 1]!, quantileShares[above]!];
  return kept[above - 1]! + ((share - low) / (high - low)) * (kept[above]! - kept[above - 1]!);
}
