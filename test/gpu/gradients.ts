import type { DetectorCheckpoint } from '../../src/plugin-api/index.js';

/** What optimisers keep of gradients in proportion to them: after the first step, those gradients but for a factor. */
const keptGradient = /\/(firstMoments|velocities)\//;
/** Of the longest gradient: shorter ones may be nothing but rounding, as towards a bias in front of a normalisation. */
const shortest = 1e-2;

/** Whether a checkpoint is of steps of an optimiser. */
export function keepsGradients({ tensors }: DetectorCheckpoint): boolean {
  return Object.keys(tensors).some((name) => keptGradient.test(name));
}

/**
 * How far the first gradients of two trainings are apart: the largest difference towards one parameter, as a share of that gradient's length.
 * A wrong gradient is hardly seen in losses, for AdamW makes steps of one length of whatever it is given.
 * @param one, other after the first step.
 * @throws Error when they keep no gradients.
 */
export function gradientDistance(one: DetectorCheckpoint, other: DetectorCheckpoint): number {
  const names = Object.keys(one.tensors).filter((name) => keptGradient.test(name));
  const lengths = names.map((name) => lengthOf(one.tensors[name]!.data));
  const longest = Math.max(...lengths);
  if (!(longest > 0)) throw new Error('the optimisers keep no gradients');
  const distances = names.map((name, i) => {
    const right = one.tensors[name]!.data;
    const differences = Float64Array.from(other.tensors[name]!.data, (value, at) => value - right[at]!);
    return lengthOf(differences) / Math.max(lengths[i]!, shortest * longest);
  });
  return distances.reduce((most, each) => (Number.isNaN(each) ? Infinity : Math.max(most, each)), 0);
}

function lengthOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}
