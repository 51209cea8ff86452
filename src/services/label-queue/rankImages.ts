import { RandomSource } from '../../shared/random.js';

export const queueStrategies = ['ANOMALOUS_AND_DIVERSE', 'DOUBTFUL_AND_DIVERSE', 'EXPECTED_GAIN', 'RANDOM'] as const;
export type QueueStrategy = (typeof queueStrategies)[number];

/** Why an image stands where it stands. */
export const queueReasons = ['RETURNED', 'ANOMALOUS', 'DOUBTFUL', 'UNLIKE_OTHERS', 'NOT_SEEN', 'BY_LOT'] as const;
export type QueueReason = (typeof queueReasons)[number];

/** Where and how large a model sees most: shares of the image's width, height and pixels. */
export interface SeenRegion {
  x: number;
  y: number;
  share: number;
}

/** A region as shares of its image. @param pixels those of the box when left out. */
export function seenRegion(
  box: { x: number; y: number; width: number; height: number },
  pixels: number | null,
  { width, height }: { width: number; height: number },
): SeenRegion {
  return {
    x: (box.x + box.width / 2) / width,
    y: (box.y + box.height / 2) / height,
    share: (pixels ?? box.width * box.height) / (width * height),
  };
}

/** An image without a label of the kind. */
export interface Candidate {
  id: string;
  /** Score ÷ threshold; null where the model has not seen it. */
  ratio: number | null;
  /** Its highest region; null where nothing was marked. */
  region: SeenRegion | null;
  /** How many areas were marked. */
  regions: number;
  /** Whether its label of the kind was returned. */
  isReturned: boolean;
}

/** An image at its place. */
export interface Ranked {
  id: string;
  ratio: number | null;
  reasons: QueueReason[];
  /** What its label is expected to take. */
  expectedSeconds: number;
}

/** What decides the order. */
export interface Ranking {
  strategy: QueueStrategy;
  first: number;
  /** Regions of images that have a label of the kind. */
  labelled: readonly (SeenRegion | null)[];
  /** Mean seconds of a label of the kind. */
  secondsPerImage: number;
  seed: number;
}

/** Every tenth place is drawn by lot: what a model never doubts is found by nothing else. */
const lotEvery = 10;

/** Among how many of the most anomalous or doubtful that are left the most unlike one is looked for. */
const pool = 20;

/**
 * Which images to label next.
 *
 * ANOMALOUS_AND_DIVERSE: of the twenty with the highest scores that are left, that which is farthest from all that are labelled or stand before it
 * (k-centre, Sener and Savarese 2018). DOUBTFUL_AND_DIVERSE: the same of those nearest to the threshold. EXPECTED_GAIN: nearness to the threshold times distance, per expected second. RANDOM: by lot. Images
 * whose label was returned come first in each. How far two images are from each other is told from where and how large the model sees most.
 */
export function rankImages(candidates: readonly Candidate[], ranking: Ranking): Ranked[] {
  const { strategy, first, seed } = ranking;
  const random = RandomSource.fromSeed(seed);
  const returned = candidates.filter(({ isReturned }) => isReturned);
  const left = inOrder(candidates, strategy);
  const distances = new Distances(left, ranking.labelled);
  const ranked = returned.slice(0, first).map((each) => placed(each, ['RETURNED'], ranking));
  while (ranked.length < first && left.length > 0) {
    const isLot = strategy === 'RANDOM' || ranked.length % lotEvery === lotEvery - 1;
    const next = isLot ? random.pick(left) : best(left, distances, ranking);
    const reasons = isLot ? (['BY_LOT'] as const) : reasonsOf(next, distances.of(next));
    ranked.push(placed(next, reasons, ranking));
    left.splice(left.indexOf(next), 1);
    distances.add(next.region);
  }
  return ranked;
}

/** Those whose label was not returned, the most anomalous or doubtful first. */
function inOrder(candidates: readonly Candidate[], strategy: QueueStrategy): Candidate[] {
  const worth = strategy === 'ANOMALOUS_AND_DIVERSE' ? height : doubt;
  return candidates.filter(({ isReturned }) => !isReturned).sort((a, b) => worth(b) - worth(a));
}

function best(left: readonly Candidate[], distances: Distances, ranking: Ranking): Candidate {
  const byGain = ranking.strategy === 'EXPECTED_GAIN';
  const worth = (each: Candidate) =>
    byGain ? (doubt(each) * distances.of(each)) / expectedSeconds(each, ranking) : distances.of(each);
  let chosen = left[0]!;
  // Of equally distant ones the first stays: it is the most anomalous or doubtful.
  for (const each of byGain ? left : left.slice(0, pool)) if (worth(each) > worth(chosen)) chosen = each;
  return chosen;
}

/** As if what was not seen lay at the threshold. */
function height({ ratio }: Candidate): number {
  return ratio ?? 1;
}

/** 1 at the threshold, and the less the farther from it on a logarithmic scale; half of what was not seen. */
function doubt({ ratio }: Candidate): number {
  return ratio === null ? 0.5 : Math.exp(-Math.abs(Math.log(Math.max(ratio, 1e-6))));
}

/** Seconds of a label: a half of the usual for looking, the other for each area that is marked; no more than four times as long as usual. */
export function labelSeconds(usual: number, areas: number): number {
  return usual * (0.5 + 0.5 * Math.min(7, areas));
}

/** Somebody looks for at least one area. */
function expectedSeconds({ regions }: Candidate, { secondsPerImage }: Ranking): number {
  return labelSeconds(secondsPerImage, Math.max(1, regions));
}

function placed(candidate: Candidate, reasons: readonly QueueReason[], ranking: Ranking): Ranked {
  const { id, ratio } = candidate;
  return { id, ratio, reasons: [...reasons], expectedSeconds: expectedSeconds(candidate, ranking) };
}

function reasonsOf(candidate: Candidate, distance: number): QueueReason[] {
  if (candidate.ratio === null) return ['NOT_SEEN'];
  const reasons: QueueReason[] = [];
  if (doubt(candidate) > 0.5) reasons.push('DOUBTFUL');
  else if (candidate.ratio > 1) reasons.push('ANOMALOUS');
  if (distance > 0.25 || reasons.length === 0) reasons.push('UNLIKE_OTHERS');
  return reasons;
}

/** Distance of each candidate to the nearest image that is labelled or stands in the order. */
class Distances {
  private readonly nearest: Map<Candidate, number>;

  constructor(candidates: readonly Candidate[], labelled: readonly (SeenRegion | null)[]) {
    this.nearest = new Map(candidates.map((each) => [each, farthest]));
    for (const region of labelled) this.add(region);
  }

  of(candidate: Candidate): number {
    return this.nearest.get(candidate)!;
  }

  add(region: SeenRegion | null): void {
    for (const [each, distance] of this.nearest) {
      this.nearest.set(each, Math.min(distance, distanceOf(each.region, region)));
    }
  }
}

const farthest = 1;

/** From 0 to 1: of the places, and of the sizes in powers of ten. */
function distanceOf(a: SeenRegion | null, b: SeenRegion | null): number {
  if (a === null || b === null) return a === b ? 0 : farthest;
  const size = (Math.log10(Math.max(a.share, 1e-6)) - Math.log10(Math.max(b.share, 1e-6))) / 3;
  return Math.min(farthest, Math.hypot(a.x - b.x, a.y - b.y, size));
}
