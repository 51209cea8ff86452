import type { ListedEvaluationFragment } from '../../../../src/client/index.js';

/** A snapshot and when it was last measured on. */
export interface CommonSnapshot {
  id: string;
  at: string;
}

/** The snapshots on whose images to test all versions were measured, the newest measurement first. @param evaluations of each version. */
export function commonSnapshots(evaluations: readonly (readonly ListedEvaluationFragment[])[]): CommonSnapshot[] {
  const tested = evaluations.map((each) => each.filter(({ metrics, split }) => metrics !== null && split === 'TEST'));
  const [first = [], ...others] = tested;
  const found = new Map<string, string>();
  for (const { snapshot, createdAt } of first) {
    const isCommon = others.every((each) => each.some((other) => other.snapshot.id === snapshot.id));
    if (isCommon && (found.get(snapshot.id) ?? '') < createdAt) found.set(snapshot.id, createdAt);
  }
  return [...found].map(([id, at]) => ({ id, at })).sort((a, b) => b.at.localeCompare(a.at));
}
