/** A table in Markdown: words on the left, numbers on the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Mean and, of several, sample standard deviation in brackets; values that are not known are left out. */
export function spread(values: readonly (number | null | undefined)[], digits: number): string {
  const known = values.filter((value) => typeof value === 'number');
  if (known.length === 0) return '–';
  const mean = meanOf(known);
  if (known.length === 1) return mean.toFixed(digits);
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
  return `${mean.toFixed(digits)} (${Math.sqrt(variance).toFixed(digits)})`;
}

/** Mean of the values that are known; NaN where there is none. */
export function meanOf(values: readonly (number | null | undefined)[]): number {
  const known = values.filter((value) => typeof value === 'number');
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
