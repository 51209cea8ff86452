/** What a verdict was made of. Thresholds that are null count as 0. */
export interface Verdict {
  anomalyScore: number;
  isAnomalous: boolean;
  /** Places at or above the pixel threshold. */
  regions: { readonly length: number };
  imageThreshold: number | null;
  pixelThreshold: number | null;
}

/** Why an image is normal although places of it were marked, or anomalous although none was; undefined when both agree. */
export function explainVerdict(verdict: Verdict): string | undefined {
  const { anomalyScore, isAnomalous, regions, imageThreshold, pixelThreshold } = verdict;
  if (isAnomalous === regions.length > 0) return undefined;
  const [score, image, pixel] = [anomalyScore, imageThreshold ?? 0, pixelThreshold ?? 0].map(shortNumber);
  if (isAnomalous) {
    return `anomalous because its score ${score} reaches the image threshold ${image}; no place reaches the pixel threshold ${pixel}`;
  }
  const places = regions.length === 1 ? '1 place reaches' : `${regions.length} places reach`;
  return `normal because its score ${score} is below the image threshold ${image}; ${places} the pixel threshold ${pixel}, as a few places of normal images do`;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
