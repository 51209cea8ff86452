/** Threshold metrics the slow, obvious way: every definition read off as written, one threshold after the other. */
import type { BinaryMask } from '../../src/shared/images.js';

/** Every distinct score, highest first. */
export function distinctScores(scores: readonly number[]): number[] {
  return [...new Set(scores)].sort((a, b) => b - a);
}

/** Share of pairs (anomalous, normal) that are in order; a tie counts one half. */
export function referenceAuroc(scores: readonly number[], labels: readonly number[]): number | null {
  const anomalous = scores.filter((_, i) => labels[i] === 1);
  const normal = scores.filter((_, i) => labels[i] === 0);
  if (anomalous.length === 0 || normal.length === 0) return null;
  let inOrder = 0;
  for (const a of anomalous) for (const n of normal) inOrder += a > n ? 1 : a === n ? 0.5 : 0;
  return inOrder / (anomalous.length * normal.length);
}

/** Counts at `score >= threshold`. */
export function countsAt(scores: readonly number[], labels: readonly number[], threshold: number) {
  let truePositives = 0;
  let falsePositives = 0;
  scores.forEach((score, i) => {
    if (score < threshold) return;
    if (labels[i] === 1) truePositives++;
    else falsePositives++;
  });
  return { truePositives, falsePositives };
}

/** Sum over thresholds of (R_n - R_{n-1}) P_n. */
export function referenceAveragePrecision(scores: readonly number[], labels: readonly number[]): number | null {
  const positives = labels.filter((label) => label === 1).length;
  if (positives === 0) return null;
  let sum = 0;
  let recallBefore = 0;
  for (const threshold of distinctScores(scores)) {
    const { truePositives, falsePositives } = countsAt(scores, labels, threshold);
    const recall = truePositives / positives;
    sum += ((recall - recallBefore) * truePositives) / (truePositives + falsePositives);
    recallBefore = recall;
  }
  return sum;
}

/** The largest F1 over all thresholds and the highest threshold that reaches it. */
export function referenceF1Max(scores: readonly number[], labels: readonly number[]) {
  const positives = labels.filter((label) => label === 1).length;
  if (positives === 0) return { f1Max: null, f1MaxThreshold: null };
  let f1Max = -1;
  let f1MaxThreshold = 0;
  for (const threshold of distinctScores(scores)) {
    const { truePositives, falsePositives } = countsAt(scores, labels, threshold);
    const f1 = (2 * truePositives) / (truePositives + falsePositives + positives);
    if (f1 > f1Max) {
      f1Max = f1;
      f1MaxThreshold = threshold;
    }
  }
  return { f1Max, f1MaxThreshold };
}

/** 8-connected regions by flood fill from each unvisited pixel in row-major order: 0 background, 1 the first region, ... */
export function referenceComponents(mask: BinaryMask): { count: number; labels: number[] } {
  const labels = new Array<number>(mask.data.length).fill(0);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (mask.data[start] === 0 || labels[start] !== 0) continue;
    count++;
    labels[start] = count;
    const open = [start];
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      for (const neighbour of neighbours(i, mask)) {
        if (mask.data[neighbour] === 0 || labels[neighbour] !== 0) continue;
        labels[neighbour] = count;
        open.push(neighbour);
      }
    }
  }
  return { count, labels };
}

function neighbours(i: number, { width, height }: BinaryMask): number[] {
  const x = i % width;
  const y = Math.floor(i / width);
  const found: number[] = [];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
      if (inside && (dx !== 0 || dy !== 0)) found.push((y + dy) * width + x + dx);
    }
  }
  return found;
}

/** The PRO curve: (0, 0), then one point per distinct score; null when there is no region or no normal pixel. */
export function referenceProCurve(maps: readonly (readonly number[])[], masks: readonly BinaryMask[]) {
  const regions = masks.flatMap((mask, image) => {
    const { count, labels } = referenceComponents(mask);
    return Array.from({ length: count }, (_, region) => ({
      image,
      pixels: labels.flatMap((label, i) => (label === region + 1 ? [i] : [])),
    }));
  });
  const normal = masks.flatMap((mask, image) => [...mask.data].flatMap((v, i) => (v === 0 ? [{ image, i }] : [])));
  if (regions.length === 0 || normal.length === 0) return null;
  const points = [{ fpr: 0, pro: 0 }];
  for (const threshold of distinctScores(maps.flat())) {
    const predicted = (image: number, i: number) => maps[image]![i]! >= threshold;
    const overlaps = regions.map(
      ({ image, pixels }) => pixels.filter((i) => predicted(image, i)).length / pixels.length,
    );
    points.push({
      fpr: normal.filter(({ image, i }) => predicted(image, i)).length / normal.length,
      pro: overlaps.reduce((sum, overlap) => sum + overlap, 0) / regions.length,
    });
  }
  return points;
}

/** Trapezoids of the PRO curve up to the limit, interpolated there, divided by it. */
export function referencePro(maps: readonly (readonly number[])[], masks: readonly BinaryMask[], limit: number) {
  const points = referenceProCurve(maps, masks);
  if (!points) return null;
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    if (a.fpr >= limit) break;
    const end = Math.min(b.fpr, limit);
    const proAtEnd = b.fpr === a.fpr ? b.pro : a.pro + ((b.pro - a.pro) * (end - a.fpr)) / (b.fpr - a.fpr);
    area += ((end - a.fpr) * (a.pro + proAtEnd)) / 2;
  }
  return area / limit;
}
