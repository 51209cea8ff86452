/** What was, is, and was taken back. */
export interface History<Content> {
  past: readonly Content[];
  present: Content;
  future: readonly Content[];
}

/** Steps that can be taken back. */
const longest = 200;

export function historyOf<Content>(present: Content): History<Content> {
  return { past: [], present, future: [] };
}

/** With a step more; what was taken back before is gone. The same history when nothing changed. */
export function done<Content>(history: History<Content>, next: Content): History<Content> {
  if (next === history.present) return history;
  return { past: [...history.past, history.present].slice(-longest), present: next, future: [] };
}

/** A step back, where there is one. */
export function undone<Content>({ past, present, future }: History<Content>): History<Content> {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future };
  return { past: past.slice(0, -1), present: before, future: [present, ...future] };
}

/** A step forward again, where there is one. */
export function redone<Content>({ past, present, future }: History<Content>): History<Content> {
  const [after, ...rest] = future;
  if (after === undefined) return { past, present, future };
  return { past: [...past, present], present: after, future: rest };
}
