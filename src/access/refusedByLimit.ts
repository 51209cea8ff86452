/** What kind of limit refused something. */
export type LimitKind = 'rate' | 'quota' | 'slow-down';

/** What this process has refused because of limits, as `kind limit`, e.g. `quota images`: the metrics tell it. */
export const refusedByLimit = new Map<`${LimitKind} ${string}`, number>();

/** Counts something that was refused. @param limit e.g. `images`, `principal`. */
export function countRefused(kind: LimitKind, limit: string): void {
  const key = `${kind} ${limit}` as const;
  refusedByLimit.set(key, (refusedByLimit.get(key) ?? 0) + 1);
}
