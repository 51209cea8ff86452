import type { RandomSource } from 'residua/plugin-api';

/** Who is mixed with whom, for `mixTokens`: one entry for each (copy, place). */
export interface MixMatchPairs {
  /** Flat place of the partner; a token's own place when it takes no part. */
  partners: Int32Array;
  /** lambda; 1 for a token that takes no part. */
  lambdas: Float32Array;
}

/**
 * Lays out W = shuffle(X and U) of Algorithm 1 by place: the i-th of the tokens of X (label 0), then U (label -1), is mixed
 * with the `permutation[i]`-th.
 * @param labels of every (copy, place).
 * @param permutation of |X| + |U| elements.
 * @param lambda one for all pairs, or one for each of the |X| + |U|.
 * @throws RangeError when the permutation's or lambda's length is another.
 */
export function mixMatchPairs(
  labels: ArrayLike<number>,
  permutation: ArrayLike<number>,
  lambda: number | ArrayLike<number>,
): MixMatchPairs {
  const union = mixMatchUnion(labels);
  for (const [what, list] of [
    ['permutation', permutation],
    ['list of lambdas', lambda],
  ] as const) {
    if (typeof list !== 'number' && list.length !== union.length) {
      throw new RangeError(`${union.length} tokens are mixed, but the ${what} has ${list.length} elements`);
    }
  }
  const partners = Int32Array.from({ length: labels.length }, (_, place) => place);
  const lambdas = new Float32Array(labels.length).fill(1);
  union.forEach((place, i) => {
    partners[place] = union[permutation[i]!]!;
    lambdas[place] = typeof lambda === 'number' ? lambda : lambda[i]!;
  });
  return { partners, lambdas };
}

/** {@link mixMatchPairs} with a random permutation and lambda ~ Beta(a, a), drawn for each pair. */
export function drawMixMatchPairs(labels: ArrayLike<number>, beta: number, random: RandomSource): MixMatchPairs {
  const count = mixMatchUnion(labels).length;
  const permutation = random.shuffle(Array.from({ length: count }, (_, i) => i));
  return mixMatchPairs(
    labels,
    permutation,
    Array.from({ length: count }, () => random.beta(beta, beta)),
  );
}

/**
 * lambda_u, the weight of the unlabelled loss, rising linearly from 0 (section 4.2.1).
 * @param step from 0.
 */
export function unlabelledWeight(step: number, target: number, rampSteps: number): number {
  return target * Math.min(1, rampSteps === 0 ? 1 : step / rampSteps);
}

/** Places of X, then those of U, each in order. */
function mixMatchUnion(labels: ArrayLike<number>): number[] {
  const places = Array.from({ length: labels.length }, (_, place) => place);
  return [0, -1].flatMap((label) => places.filter((place) => labels[place] === label));
}
