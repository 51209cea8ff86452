/** The names that are most like one, the likest first. @param most how many. */
export function similarNames(wanted: string, names: readonly string[], most: number): string[] {
  const changes = new Map(names.map((name) => [name, editDistance(wanted.toLowerCase(), name.toLowerCase())]));
  return names.toSorted((a, b) => changes.get(a)! - changes.get(b)! || (a < b ? -1 : 1)).slice(0, most);
}

/** Characters to insert, remove or replace (Levenshtein 1966), row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let at = 0; at < b.length; at++) {
      const replaced = row[at]! + (b[at] === letter ? 0 : 1);
      next.push(Math.min(replaced, row[at + 1]! + 1, next[at]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
