/** Bounds of a share. */
export interface ControlLimits {
  lowest: number;
  highest: number;
}

/** Standard deviations from the centre that a process in control hardly ever leaves: Shewhart's. */
export const actionSigmas = 3;

/** His warning limits: an alert stays open until the share is inside them. */
export const warningSigmas = 2;

/**
 * Control limits of a share of `sample` items (p-chart): W. A. Shewhart, Economic Control of Quality of Manufactured Product, 1931;
 * D. C. Montgomery, Introduction to Statistical Quality Control, 7.2. They take the shares of a sample for normally distributed, which is
 * coarse where less than about five anomalies are expected.
 * @param centre share of the process in control, 0 to 1.
 * @param sample items, at least 1.
 * @returns limits within 0 and 1.
 */
export function controlLimits(centre: number, sample: number, sigmas: number): ControlLimits {
  const reach = sigmas * Math.sqrt((centre * (1 - centre)) / sample);
  return { lowest: Math.max(0, centre - reach), highest: Math.min(1, centre + reach) };
}

/** Centre of a process that was watched for a while; half an anomaly is added: none among the first does not forbid the next. */
export function centreOf({ predictions, anomalous }: { predictions: number; anomalous: number }): number {
  return (anomalous + 0.5) / (predictions + 1);
}
