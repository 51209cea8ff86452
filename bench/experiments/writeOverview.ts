import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import { meanOf, spread, table } from './markdown.js';
import { packChoices } from './packs.js';
import { ResultStore } from './resultStore.js';
import { comparison, type Row } from './rows.js';
import type { RowResult } from './runRow.js';

const metrics = [
  ['Pixel AP', ({ metrics: { pixelAp } }: RowResult) => pixelAp],
  ['Image AUROC', ({ metrics: { imageAuroc } }: RowResult) => imageAuroc],
] as const;

/** Writes `<folder>/README.md`: every method and every pack that has results. @returns the file. */
export async function writeOverview(
  folder: string,
  preset: string,
  planOf: (row: Row) => TrainingPlan,
): Promise<string> {
  const stores = await Promise.all(packChoices.map((pack) => ResultStore.open(folder, pack.name, pack)));
  const all = comparison
    .map((row) => ({ row, byPack: stores.map((store) => store.of(planOf(row))) }))
    .filter(({ byPack }) => byPack.some((results) => results.length > 0));
  const measured = packChoices
    .map(({ name }, i) => ({ name, i }))
    .filter(({ i }) => all.some(({ byPack }) => byPack[i]!.length > 0));
  const lines = [
    '# Methods on real images',
    '',
    `Preset \`${preset}\`, the same features for every method; mean and, in brackets, the standard deviation over the seeds a row ran with. The defective ` +
      'images that train with labels are out of the test in every row. More metrics, seeds, settings, times and anomaly maps: a page for each pack.',
    '',
  ];
  for (const [title, of] of metrics) {
    const rows = all.map(({ row, byPack }) => {
      const values = measured.map(({ i }) => byPack[i]!.map(of));
      return [row.name, ...values.map((each) => spread(each, 3)), average(values)];
    });
    lines.push(
      `## ${title}`,
      '',
      table(['', ...measured.map(({ name }) => `[${name}](${name}.md)`), 'average'], rows),
      '',
    );
  }
  const file = join(folder, 'README.md');
  await writeFile(file, lines.join('\n'));
  return file;
}

/** Of the packs' means; none where a pack has no result. */
function average(packs: readonly (readonly (number | null | undefined)[])[]): string {
  const mean = meanOf(packs.map(meanOf));
  return Number.isNaN(mean) ? '–' : mean.toFixed(3);
}
