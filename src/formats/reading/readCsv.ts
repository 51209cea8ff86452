import { CsvError, parse } from 'csv-parse/sync';
import { shown } from '../../files/index.js';
import type { SourceFile } from '../importFormat.js';
import { fileProblem, readText, type AnnotationLimits } from './readText.js';

/** One row by the names of its columns, and the line it starts on. */
export interface CsvRow {
  line: number;
  cells: ReadonlyMap<string, string>;
}

interface RawRecord {
  record: string[];
  info: { lines: number };
}

/**
 * Reads a CSV file whose first line names the columns; RFC 4180, a byte order mark is skipped.
 *
 * @param required columns that must be there.
 * @throws ProblemError PAYLOAD_TOO_LARGE, DATASET_LAYOUT_INVALID with the line.
 */
export async function readCsv(
  file: SourceFile,
  limits: AnnotationLimits,
  required: readonly string[],
): Promise<{ columns: string[]; rows: CsvRow[] }> {
  const records = parseRecords(await readText(file, limits), file);
  const columns = records.shift()?.record.map((name) => name.trim()) ?? [];
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const text = `has no column ${missing.join(', ')}; its columns are ${shown(columns.join(', '))}`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text, 'line 1');
  }
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) {
    throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the column '${shown(twice)}' twice`, 'line 1');
  }
  const rows = records.map(({ record, info }) => ({
    line: info.lines,
    cells: new Map(columns.map((name, at) => [name, record[at]!])),
  }));
  return { columns, rows };
}

function parseRecords(text: string, file: SourceFile): RawRecord[] {
  try {
    return parse(text, { info: true, skip_empty_lines: true }) as unknown as RawRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const place = typeof error['lines'] === 'number' ? `line ${error['lines']}` : '';
    throw fileProblem('DATASET_LAYOUT_INVALID', file, `is not valid CSV (${shown(error.message)})`, place);
  }
}
