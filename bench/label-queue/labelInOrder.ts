import {
  labelSeconds,
  rankImages,
  seenRegion,
  type Candidate,
  type QueueStrategy,
} from '../../src/services/label-queue/rankImages.js';
import { publishedSeconds } from '../../src/services/studies/studyResults.js';
import { RandomSource } from '../../src/shared/random.js';
import { findRegions } from '../../src/toolkit/index.js';
import { distanceModel, pixelAp, scores, trained, type LinearModel } from './linearScores.js';
import type { TokenImage, TokenPack } from './packTokens.js';

/** How much labels had taken, and what a model reached with them. */
export interface Reached {
  seconds: number;
  pixelAp: number;
}

/** Images labelled before the model is trained again. */
const atOnce = 5;

/** Blocks, at the paper's mean; somebody only looks at a good part. */
const kind = 'BLOCK';
const secondsOf = ({ isAnomalous, defects }: TokenImage) =>
  labelSeconds(publishedSeconds[kind], isAnomalous ? Math.max(1, defects) : 0);

/** Labels a pack by a strategy, five images at a time, with a training behind each five. @returns what was reached before the first and behind each five. */
export function labelInOrder(pack: TokenPack, strategy: QueueStrategy, rounds: number, seed: number): Reached[] {
  const random = RandomSource.fromSeed(seed);
  const start = distanceModel(pack.normal, pack.width);
  const waiting = new Map(pack.unlabelled.map((image) => [image.id, image]));
  const labelled: TokenImage[] = [];
  let model = start;
  let seconds = 0;
  const reached: Reached[] = [{ seconds, pixelAp: pixelAp(model, pack.test) }];
  for (let round = 0; round < rounds && waiting.size > 0; round++) {
    const look = lookOf(model, pack);
    const ranked = rankImages(
      [...waiting.values()].map((image) => look.candidate(image)),
      {
        ...{ strategy, first: atOnce, seed: random.uint32(), secondsPerImage: publishedSeconds[kind] },
        labelled: labelled.map((image) => look.candidate(image).region),
      },
    );
    for (const { id } of ranked) {
      const image = waiting.get(id)!;
      waiting.delete(id);
      labelled.push(image);
      seconds += secondsOf(image);
    }
    model = trained(start, labelled, pack.normal, random.uint32());
    reached.push({ seconds, pixelAp: pixelAp(model, pack.test) });
  }
  return reached;
}

/** What a model says of images, as the queue asks for it: by thresholds from normal images, as every version has them. */
function lookOf(model: LinearModel, { validation, grid }: TokenPack) {
  const maps = validation.map((image) => scores(model, image));
  const imageThreshold = quantile(maps.map(highest), 0.95);
  const pixelThreshold = quantile(
    maps.flatMap((map) => [...map]),
    0.995,
  );
  return {
    candidate: (image: TokenImage): Candidate => {
      const data = scores(model, image);
      const regions = findRegions({ width: grid, height: grid, data }, pixelThreshold);
      const [first] = regions;
      const region = first ? seenRegion(first.box, first.pixels, { width: grid, height: grid }) : null;
      const ratio = highest(data) / imageThreshold;
      return { id: image.id, ratio, region, regions: regions.length, isReturned: false };
    },
  };
}

const highest = (map: Float32Array) => map.reduce((most, score) => Math.max(most, score), 0);

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
