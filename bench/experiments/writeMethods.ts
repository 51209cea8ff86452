import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedResults, type PublishedResult } from '../../src/services/leaderboard/publishedResults.js';
import { stripsName, writeStrips } from './mapStrips.js';
import { spread, table } from './markdown.js';
import { packChoices } from './packs.js';
import { packTables } from './packTables.js';
import { secondsOn } from './processor.js';
import { ResultStore, type Trained } from './resultStore.js';
import type { Row } from './rows.js';
import type { RowResult } from './runRow.js';
import { seedsOf, tableRows } from './tableRows.js';
import { columns, formerBasis, titleOf, type TableRow } from './writeResults.js';

/** What a method costs, beside the metrics of every table. */
const costs = [
  ['training, s', ({ trainingSeconds }: RowResult) => trainingSeconds, 0],
  ['a prediction, ms', ({ secondsPerPrediction }: RowResult) => times(secondsPerPrediction, 1000), 0],
  ['model, MB', ({ modelBytes }: RowResult) => times(modelBytes, 1e-6), 2],
  ['peak memory, MB', ({ peakBytes }: RowResult) => times(peakBytes, 1e-6), 0],
] as const;

/**
 * Writes `<folder>/methods.md`: every method beside the others, on each pack that has results, and what the paper prints of them.
 * @returns the file.
 */
export async function writeMethods(
  folder: string,
  { preset, rows, trainedOf }: { preset: string; rows: readonly Row[]; trainedOf: (row: Row) => Trained },
): Promise<string> {
  const packs = await Promise.all(
    packChoices.map(async (pack) => ({
      pack,
      rows: tableRows(await ResultStore.open(folder, methodsName(pack.name), pack), rows, trainedOf),
    })),
  );
  const measured = packs.flatMap(({ rows: of }) => of.flatMap(({ results }) => results));
  const lines = [
    '# Methods beside each other',
    '',
    `Every method by its preset \`${preset}\` on the same images; mean and, in brackets, the standard deviation over the seeds. Each training has a process of its own, whose peak ` +
      'memory is that of the whole training, engine and images included; a prediction is the median of one image alone, and the model what its file holds.' +
      secondsOn(measured),
    '',
  ];
  lines.push(...packTables(packs, ({ name }) => `[${name}](#${name})`, { bestFirst: true }));
  for (const { pack, rows: of } of packs) {
    if (of.length > 0) lines.push(...(await sectionOf(folder, { pack: pack.name, preset, rows, measured: of })));
  }
  lines.push(...published());
  const file = join(folder, 'methods.md');
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** Of the results of a pack, and of the folder of their strips. */
export function methodsName(pack: string): string {
  return `${pack}-methods`;
}

async function sectionOf(
  folder: string,
  { pack, preset, rows, measured }: { pack: string; preset: string; rows: readonly Row[]; measured: TableRow[] },
): Promise<string[]> {
  const pictured = [...new Set(['ground truth', ...measured.map(({ name }) => name)])];
  const types = measured[0]!.results[0]!.byDefectType.map(({ defectType }) => defectType);
  await writeStrips(join(folder, methodsName(pack)), pictured);
  const missing = rows.filter(({ name }) => measured.every((row) => row.name !== name || row.isFormer));
  const seeds = seedsOf(measured).join(' ');
  return [
    `## ${pack}`,
    '',
    '```sh',
    `npm run experiments -- ${pack} --data <packs> --preset ${preset} --seeds ${seeds} --table methods`,
    '```',
    '',
    methodTable(measured),
    '',
    ...(measured.some(({ isFormer }) => isFormer) ? [formerBasis, ''] : []),
    ...(missing.length > 0 ? [`Not measured: ${missing.map(({ name }) => name).join('; ')}.`, ''] : []),
    `Maps of one test image of each defect type (${types.join(', ')}), by the last training of each row, from above: ${pictured.join('; ')}.`,
    '',
    `![Anomaly maps of every method on ${pack}](${methodsName(pack)}/${stripsName})`,
    '',
  ];
}

function methodTable(rows: readonly TableRow[]): string {
  return table(
    ['', 'seeds', ...columns.map(([title]) => title), ...costs.map(([title]) => title)],
    rows.map(({ results, ...row }) => [
      titleOf(row),
      results.map(({ seed }) => seed).join(', '),
      ...columns.map(([, of]) => spread(results.map(of), 3)),
      ...costs.map(([, of, digits]) => spread(results.map(of), digits)),
    ]),
  );
}

/** What the paper prints of each method, as a reference. */
function published(): string[] {
  const sets = [
    ['MVTec AD', publishedResults('MVTEC_AD')],
    ['MVTec AD, screw', publishedResults('MVTEC_AD', 'screw')],
    ['BTAD', publishedResults('BTAD')],
    ['KolektorSDD2', publishedResults('KOLEKTOR_SDD2')],
  ] as const;
  const rowOf = ({ method, supervision }: PublishedResult) => `${method}, ${supervision} (published)`;
  const names = [...new Set(sets.flatMap(([, results]) => results.map(rowOf)))];
  return [
    '## Published',
    '',
    'Not measured here: pixel AP / PRO / pixel AUROC as printed in tables 1 to 5 of Li et al. 2023, by backbones and at sizes that differ from method to method, on whole images ' +
      'of other data than above. They say what a method can reach, and not what its row above should show.',
    '',
    table(
      ['', ...sets.map(([title]) => title)],
      names.map((name) => [name, ...sets.map(([, results]) => printed(results.find((each) => rowOf(each) === name)))]),
    ),
  ];
}

function printed(result: PublishedResult | undefined): string {
  if (!result) return '–';
  return [result.pixelAp, result.pro, result.pixelAuroc].map((value) => value?.toFixed(3) ?? '–').join(' / ');
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
