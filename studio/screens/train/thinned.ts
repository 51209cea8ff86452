/** A line to draw: `y` over rising `x`. */
export interface Line {
  x: readonly number[];
  y: readonly number[];
}

/**
 * The same line with at most two points in each of `columns` equal parts of its width, the lowest and the highest: no peak is lost, and a screen
 * cannot show more.
 */
export function thinned({ x, y }: Line, columns: number): Line {
  if (x.length <= 2 * columns) return { x, y };
  const [first, last] = [x[0]!, x.at(-1)!];
  const columnOf = (index: number) =>
    Math.min(columns - 1, Math.floor(((x[index]! - first) / (last - first || 1)) * columns));
  const kept: number[] = [];
  for (let from = 0; from < x.length;) {
    const column = columnOf(from);
    let [low, high, end] = [from, from, from];
    for (; end < x.length && columnOf(end) === column; end++) {
      if (y[end]! < y[low]!) low = end;
      if (y[end]! > y[high]!) high = end;
    }
    kept.push(...(low === high ? [low] : low < high ? [low, high] : [high, low]));
    from = end;
  }
  return { x: kept.map((index) => x[index]!), y: kept.map((index) => y[index]!) };
}
