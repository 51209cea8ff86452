import type { AnnotationKind } from '../../database/entities/index.js';
import { RandomSource } from '../../shared/random.js';

/** Trials of a kind with which somebody only learns the tool. */
export const practiceTrials = 3;

/** What somebody does at one place of their order. */
export interface PlannedTrial {
  kind: AnnotationKind;
  imageId: string;
  isPractice: boolean;
}

/**
 * The trials of one participant: each kind on each image, the kinds in blocks. Their order is a row of a cyclic Latin square, so that over
 * participants each kind stands at each place equally often; images are shuffled anew for each kind, and none comes twice running.
 * @param seat 0, 1, 2 … of the participant.
 * @param imageIds none when all were deleted; one alone comes twice running.
 */
export function trialOrder(
  kinds: readonly AnnotationKind[],
  imageIds: readonly string[],
  { seat, seed }: { seat: number; seed: number },
): PlannedTrial[] {
  const random = RandomSource.fromSeed((seed ^ Math.imul(seat + 1, 0x9e3779b1)) >>> 0);
  const trials: PlannedTrial[] = [];
  for (let place = 0; place < kinds.length; place += 1) {
    const kind = kinds[(place + seat) % kinds.length]!;
    const images = shuffled(imageIds, random);
    // The one just copied goes to the end of the next kind.
    if (images.length > 1 && images[0] === trials.at(-1)?.imageId) images.push(images.shift()!);
    trials.push(...images.map((imageId, i) => ({ kind, imageId, isPractice: i < practiceTrials })));
  }
  return trials;
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: RandomSource): Item[] {
  const left = [...items];
  for (let i = left.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left;
}
