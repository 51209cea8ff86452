import type { Agreement } from './workload.js';

type Numbers = ArrayLike<number>;

/** Whether the largest difference is at most a share of the largest number. */
export function closeTo(what: string, expected: Numbers, found: Numbers, tolerance: number): Agreement {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    // Not Math.max: what is no number must not be lost.
    const here = Math.abs(expected[i]! - found[i]!);
    if (!(here <= difference)) difference = here;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  const relative = expected.length === found.length ? difference / largest : NaN;
  const text = `${what}: relative difference ${relative.toExponential(1)} of at most ${tolerance}`;
  return { text, ok: relative <= tolerance };
}

/** Whether at least a share of whole numbers is the same. */
export function sameIndices(what: string, expected: Numbers, found: Numbers, share: number): Agreement {
  let same = 0;
  for (let i = 0; i < expected.length; i++) if (expected[i] === found[i]) same++;
  const enough = expected.length === found.length && same >= share * expected.length;
  return { text: `${what}: ${same} of ${expected.length} the same`, ok: enough };
}

/** Whether at least a share of the members of two sets of whole numbers is the same. */
export function sameMembers(what: string, expected: Numbers, found: Numbers, share: number): Agreement {
  const members = new Set(Array.from(expected));
  const same = new Set(Array.from(found).filter((member) => members.has(member))).size;
  const enough = expected.length === found.length && same >= share * expected.length;
  return { text: `${what}: ${same} of ${expected.length} in both`, ok: enough };
}
