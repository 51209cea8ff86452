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
 * Reads a CSV file whose first line names the columns; RFC 4180, also with semicolons or tabs as spreadsheets write them. A byte
 * order mark and rows without content are skipped.
 *
 * @param required columns that must be there.
 * @param columnName what a column is called, given what its first line says.
 * @throws ProblemError PAYLOAD_TOO_LARGE, DATASET_LAYOUT_INVALID with the line.
 */
export async function readCsv(
  file: SourceFile,
  limits: AnnotationLimits,
  required: readonly string[],
  columnName: (written: string) => string = (written) => written,
): Promise<{ columns: string[]; rows: CsvRow[] }> {
  const records = parseRecords(await readText(file, limits), file);
  const columns = withoutEmptyEnd(records.shift()?.record ?? []).map((name) => columnName(name.trim()));
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const text = `has no column ${missing.join(', ')}; its columns are ${shown(columns.join(', '))}`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text, 'line 1');
  }
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) {
    throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the column '${shown(twice)}' twice`, 'line 1');
  }
  const rows = records
    .filter(({ record }) => record.some((cell) => cell.trim() !== ''))
    .map(({ record, info }) => ({ line: info.lines, cells: cellsOf(record, columns, info.lines, file) }));
  return { columns, rows };
}

/** Spreadsheets leave out empty cells at the end of a row, or add some. */
function cellsOf(record: string[], columns: readonly string[], line: number, file: SourceFile): Map<string, string> {
  const cells = withoutEmptyEnd(record);
  if (cells.length > columns.length) {
    const text = `is not valid CSV (it has ${cells.length} cells, the first line has ${columns.length})`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text, `line ${line}`);
  }
  return new Map(columns.map((name, at) => [name, cells[at] ?? '']));
}

function withoutEmptyEnd(cells: readonly string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== '') + 1);
}

/** What stands between the names of the columns; a comma unless the first line has another sign and no comma. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/, 1);
  return first.includes(',') ? ',' : ([';', '\t'].find((sign) => first.includes(sign)) ?? ',');
}

function parseRecords(text: string, file: SourceFile): RawRecord[] {
  const options = {
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: delimiterOf(text),
  } as const;
  try {
    return parse(text, options) as unknown as RawRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const place = typeof error['lines'] === 'number' ? `line ${error['lines']}` : '';
    throw fileProblem('DATASET_LAYOUT_INVALID', file, `is not valid CSV (${shown(error.message)})`, place);
  }
}
