import { FaultError } from '../../shared/errors.js';
import { quoted } from '../names.js';
import {
  publishedSeconds,
  publishedTables,
  type PublishedDataset,
  type PublishedMethod,
  type PublishedTable,
} from './publishedTables.js';

/** What the paper reports of a method; metrics in [0, 1], null where it reports none. */
export interface PublishedResult extends PublishedMethod {
  dataset: PublishedDataset;
  /** Null for the average over all categories. */
  category: string | null;
  pixelAp: number | null;
  pro: number | null;
  pixelAuroc: number | null;
  /** What such a label cost the paper's annotators; null where it was not measured, or none was needed. */
  secondsPerImage: number | null;
  source: string;
}

const average = 'average';

/**
 * The rows of the paper's tables for one data set, in the order printed.
 * @param category one category by the name of its folder, e.g. `metal_nut`; the average over all when left out.
 * @throws FaultError BAD_USER_INPUT for a category the table does not have; lists those it has.
 */
export function publishedResults(dataset: PublishedDataset, category?: string | null): PublishedResult[] {
  const tables = publishedTables.filter((table) => table.dataset === dataset);
  const wanted = category ?? average;
  const known = [...new Set(tables.flatMap((table) => [...cellsByCategory(table).keys()]))];
  if (category === average || !known.includes(wanted)) {
    const categories = known.filter((name) => name !== average).join(', ') || 'none, only the whole data set';
    const message = `category is ${quoted(wanted)}; the paper reports ${categories} of ${dataset}`;
    throw new FaultError('BAD_USER_INPUT', message);
  }
  return tables.flatMap((table) => {
    const cells = cellsByCategory(table).get(wanted)!;
    return table.methods.map((method, column) => result(table, method, category ?? null, cells[column]!));
  });
}

function cellsByCategory({ rows }: PublishedTable): Map<string, string[]> {
  const lines = rows.trim().split('\n');
  return new Map(lines.map((line) => line.split(/ +/)).map(([name, ...cells]) => [name!, cells]));
}

function result(
  { dataset, table }: PublishedTable,
  method: PublishedMethod,
  category: string | null,
  cell: string,
): PublishedResult {
  const [pixelAp = null, pro = null, pixelAuroc = null] = cell.split('/').map(share);
  const secondsPerImage = dataset === 'MVTEC_AD' && method.labels ? publishedSeconds[method.labels] : null;
  const source = `Li et al. 2023, table ${table}`;
  return { ...method, dataset, category, pixelAp, pro, pixelAuroc, secondsPerImage, source };
}

/** Percent as a share, without the noise of a division. */
function share(percent: string): number | null {
  return percent === '-' ? null : Number((Number(percent) / 100).toFixed(4));
}
