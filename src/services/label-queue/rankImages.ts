import { RandomSource } from '../../shared/random.js';

export const queueStrategies = ['DOUBTFUL_AND_DIVERSE', 'EXPECTED_GAIN', 'RANDOM'] as const;
export type QueueStrategy = (typeof queueStrategies)[number];

/** Why an image stands where it stands. */
export const queueReasons = ['RETURNED', 'DOUBTFUL', 'UNLIKE_OTHERS', 'NOT_SEEN', 'BY_LOT'] as const;
export type QueueReason = (typeof queueReasons)[number];

/** Where and how large a model sees most: shares of the image's width, height and pixels. */
export interface SeenRegion {
  x: number;
  y: number;
  share: number;
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

/** The doubtful among which unlike ones are looked for, as a multiple of those asked for. */
const pool = 5;

/**
 * Which images to label next.
 *
 * DOUBTFUL_AND_DIVERSE: of those nearest to the threshold, one after the other that which is farthest from all that are labelled or stand before
 * it (k-centre, Sener and Savarese 2018). EXPECTED_GAIN: nearness to the threshold times distance, per expected second. RANDOM: by lot. Images
 * whose label was returned come first in each. How far two images are from each other is told from where and how large the model sees most.
 */
export function rankImages(candidates: readonly Candidate[], ranking: Ranking): Ranked[] {
  const { strategy, first, seed } = ranking;
  const random = RandomSource.fromSeed(seed);
  const returned = candidates.filter(({ isReturned }) => isReturned);
  const left = new Set(narrowed(candidates, ranking));
  const distances = new Distances([...left], ranking.labelled);
  const ranked = returned.slice(0, first).map((each) => placed(each, ['RETURNED'], ranking));
  while (ranked.length < first && left.size > 0) {
    const isLot = strategy === 'RANDOM' || ranked.length % lotEvery === lotEvery - 1;
    const next = isLot ? [...left][Math.floor(random.uniform() * left.size)]! : best(left, distances, ranking);
    const reasons = isLot ? (['BY_LOT'] as const) : reasonsOf(next, distances.of(next));
    ranked.push(placed(next, reasons, ranking));
    left.delete(next);
    distances.add(next.region);
  }
  return ranked;
}

function narrowed(candidates: readonly Candidate[], { strategy, first }: Ranking): Candidate[] {
  const waiting = candidates.filter(({ isReturned }) => !isReturned);
  if (strategy !== 'DOUBTFUL_AND_DIVERSE') return waiting;
  return [...waiting].sort((a, b) => doubt(b) - doubt(a)).slice(0, pool * first);
}

function best(left: ReadonlySet<Candidate>, distances: Distances, ranking: Ranking): Candidate {
  const worth = (each: Candidate) =>
    ranking.strategy === 'EXPECTED_GAIN'
      ? (doubt(each) * distances.of(each)) / expectedSeconds(each, ranking)
      : distances.of(each) + doubt(each) / 1e6;
  let chosen: Candidate | undefined;
  for (const each of left) if (!chosen || worth(each) > worth(chosen)) chosen = each;
  return chosen!;
}

/** 1 at the threshold, and the less the farther from it on a logarithmic scale; half of what was not seen. */
function doubt({ ratio }: Candidate): number {
  return ratio === null ? 0.5 : Math.exp(-Math.abs(Math.log(Math.max(ratio, 1e-6))));
}

/** A half for looking, the other for each area that is marked; no more than four times as long as usual. */
function expectedSeconds({ regions }: Candidate, { secondsPerImage }: Ranking): number {
  return secondsPerImage * (0.5 + 0.5 * Math.min(7, Math.max(1, regions)));
}

function placed(candidate: Candidate, reasons: readonly QueueReason[], ranking: Ranking): Ranked {
  const { id, ratio } = candidate;
  return { id, ratio, reasons: [...reasons], expectedSeconds: expectedSeconds(candidate, ranking) };
}

function reasonsOf(candidate: Candidate, distance: number): QueueReason[] {
  if (candidate.ratio === null) return ['NOT_SEEN'];
  const reasons: QueueReason[] = [];
  if (doubt(candidate) > 0.5) reasons.push('DOUBTFUL');
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
