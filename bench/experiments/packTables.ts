import { meanOf, spread, table } from './markdown.js';
import type { PackChoice } from './packs.js';
import type { RowResult } from './runRow.js';
import { titleOf, type TableRow } from './writeResults.js';

const metrics = [
  ['Pixel AP', ({ metrics: { pixelAp } }: RowResult) => pixelAp],
  ['Image AUROC', ({ metrics: { imageAuroc } }: RowResult) => imageAuroc],
] as const;

/** A pack and the rows of a table that it has results of. */
export interface MeasuredPack {
  pack: PackChoice;
  rows: readonly TableRow[];
}

/**
 * A table for each of two metrics: a row each, a column for each pack, and the average over the packs that presets were chosen on.
 * @param link to what there is of a pack. @param options `bestFirst`: by that average rather than in the order of the rows.
 */
export function packTables(
  packs: readonly MeasuredPack[],
  link: (pack: PackChoice) => string,
  { bestFirst = false } = {},
): string[] {
  const measured = packs.filter(({ rows }) => rows.length > 0);
  const looked = measured.filter(({ pack }) => !pack.unseen);
  const unseen = measured.filter(({ pack }) => pack.unseen);
  const titles = [...new Set(measured.flatMap(({ rows }) => rows.map(titleOf)))];
  return metrics.flatMap(([metric, of]) => {
    const valuesOf = (title: string, among: readonly MeasuredPack[]) =>
      among.map(({ rows }) => (rows.find((row) => titleOf(row) === title)?.results ?? []).map(of));
    const averageOf = (title: string) => meanOf(valuesOf(title, looked).map(meanOf));
    const ordered = bestFirst ? [...titles].sort((a, b) => orderOf(averageOf(b)) - orderOf(averageOf(a))) : titles;
    const rows = ordered.map((title) => {
      const cells = (among: readonly MeasuredPack[]) => valuesOf(title, among).map((values) => spread(values, 3));
      const average = averageOf(title);
      return [title, ...cells(looked), Number.isNaN(average) ? '–' : average.toFixed(3), ...cells(unseen)];
    });
    const head = ['', ...looked.map(({ pack }) => link(pack)), 'average', ...unseen.map(({ pack }) => link(pack))];
    return [`## ${metric}`, '', table(head, rows), ''];
  });
}

/** Behind every average where a pack is missing. */
function orderOf(average: number): number {
  return Number.isNaN(average) ? -1 : average;
}
