import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripName } from './mapStrips.js';
import { spread, table } from './markdown.js';
import { secondsOn } from './processor.js';
import type { Measured } from './resultStore.js';
import type { RowResult } from './runRow.js';
import { settingsTable } from './settingsTable.js';

export interface Results {
  /** Of the file. */
  name: string;
  /** How to run it again. */
  command: string;
  preset: string;
  /** What else there is to know about the rows. */
  note: string | undefined;
  /** Side of the tiles that images are cut into, pixels; undefined: they are whole. */
  tile: number | undefined;
  /** Whether the test is of training images that were held out. */
  validation: boolean;
  images: { normal: number; anomalous: number; test: number };
  /** Defect types of the images whose maps are shown. */
  shown: readonly string[];
  /** Rows that ran, each with one result a seed. */
  rows: TableRow[];
  /** Rows that could not run, and why. */
  left: { row: string; reason: string }[];
}

export interface TableRow extends Measured {
  name: string;
  /** Measured with values that the row's plan no longer has, or of a row there is no more. */
  isFormer: boolean;
}

/** What is said of rows that {@link titleOf} marks. */
export const formerBasis =
  '\\* Measured with other values than the row has now, or of a row that is no more: not to be had again by the command.';

/** A row's name as tables show it. */
export function titleOf({ name, isFormer }: Pick<TableRow, 'name' | 'isFormer'>): string {
  return isFormer ? `${name} \\*` : name;
}

/** The metrics of every table. */
export const columns = [
  ['pixel AP', (result: RowResult) => result.metrics.pixelAp],
  ['pixel AUROC', (result: RowResult) => result.metrics.pixelAuroc],
  ['PRO', (result: RowResult) => result.metrics.pro],
  ['image AUROC', (result: RowResult) => result.metrics.imageAuroc],
] as const;

/** Writes `<folder>/<name>.md`, also when only some rows have run so far. */
export async function writeResults(folder: string, results: Results): Promise<string> {
  const file = join(folder, `${results.name}.md`);
  // What another table trained has its pictures there.
  const pictured = results.rows.filter(({ name }) => existsSync(join(folder, results.name, stripName(name))));
  await writeFile(file, markdown(results, pictured));
  return file;
}

function markdown(
  { name, command, preset, note, tile, validation, images, shown, rows, left }: Results,
  pictured: Results['rows'],
): string {
  const unit = tile === undefined ? 'images' : 'tiles';
  const lines = [
    `# ${name}`,
    '',
    `${images.normal} normal training ${unit}, ${images.anomalous} defective ones with labels (out of the test in every row${tile === undefined ? '' : ', with the rest of their images'}), ` +
      `${images.test} test ${unit}${validation ? ': a quarter of the normal training images and half of the labelled ones, other ones for each seed' : ''}. Preset \`${preset}\`; mean and, in brackets, the standard deviation over the ` +
      `seeds. Pixel metrics at the own size of ${unit}.${secondsOn(rows.flatMap(({ results }) => results))}`,
    '',
    ...(tile === undefined
      ? []
      : [
          `Tiles are ${tile}x${tile} pixels of an image at full resolution; they cover it, and overlap where it is no multiple of them. ` +
            'Everything is counted by tile: image AUROC is that of tiles. Boxes are those of the mask inside a tile.',
          '',
        ]),
    ...(note ? [note, ''] : []),
    '```sh',
    command,
    '```',
    '',
    table(
      ['', 'seeds', ...columns.map(([title]) => title), 'training, s', 'evaluation, s an image'],
      rows.map(({ results, ...row }) => [
        titleOf(row),
        results.map(({ seed }) => seed).join(', '),
        ...columns.map(([, of]) => spread(results.map(of), 3)),
        spread(
          results.map(({ trainingSeconds }) => trainingSeconds),
          0,
        ),
        spread(
          results.map(({ secondsPerImage }) => secondsPerImage),
          2,
        ),
      ]),
    ),
    '',
    ...(rows.some(({ isFormer }) => isFormer) ? [formerBasis, ''] : []),
    '## Pixel AP by defect type',
    '',
    byType(rows),
    '',
    '## Settings',
    '',
    settingsTable(rows.map(({ plans, ...row }) => ({ name: titleOf(row), plans }))),
    '',
    ...(shown.length > 0 && pictured.length > 0 ? mapsOf(name, shown, pictured) : []),
  ];
  if (left.length > 0) lines.push('## Not run', '', ...left.map(({ row, reason }) => `- ${row}: ${reason}`));
  return `${lines.join('\n')}\n`;
}

function mapsOf(name: string, shown: Results['shown'], rows: Results['rows']): string[] {
  return [
    '## Anomaly maps',
    '',
    `Of each defect type the test image whose defect is of middling size (${shown.join(', ')}), by the last training of each row.`,
    '',
    ...['ground truth', ...rows.map(({ name: row }) => row)].map(
      (row) => `${row}\\\n![Anomaly maps: ${row}](${name}/${stripName(row)})\n`,
    ),
  ];
}

function byType(rows: Results['rows']): string {
  const types = [
    ...new Set(rows.flatMap(({ results }) => results.flatMap((r) => r.byDefectType.map((t) => t.defectType)))),
  ];
  return table(
    ['', ...types],
    rows.map(({ results, ...row }) => [
      titleOf(row),
      ...types.map((type) =>
        spread(
          results.map((result) => result.byDefectType.find((t) => t.defectType === type)?.metrics.pixelAp),
          3,
        ),
      ),
    ]),
  );
}
