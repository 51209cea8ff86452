import { shown } from '../../files/index.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type { SourceFile } from '../importFormat.js';
import { readCsv, type CsvRow } from '../reading/readCsv.js';
import { parseJson } from '../reading/readJson.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';

/** Columns whose text is what the line of a JSON manifest says. */
const plainColumns = ['file', 'filename', 'split', 'label', 'defectType', 'mask'] as const;
const allColumns: readonly string[] = [...plainColumns, 'pixels', 'boxes', 'blockSize', 'blocks'];

const blockLetters: ReadonlyMap<string, string> = new Map([
  ['N', 'NORMAL'],
  ['A', 'ANOMALOUS'],
  ['I', 'IGNORED'],
  ['U', 'UNKNOWN'],
]);

/**
 * The rows of `manifest.csv` as what the lines of `manifest.jsonl` would say.
 * @throws ProblemError PAYLOAD_TOO_LARGE, DATASET_LAYOUT_INVALID; what is wrong in one row goes to `problems`.
 */
export async function readManifestCsv(
  file: SourceFile,
  limits: AnnotationLimits,
  problems: Problem[],
): Promise<{ line: number; value: unknown }[]> {
  const { columns, rows } = await readCsv(file, limits, ['file'], columnName);
  const unknown = columns.filter((name) => !allColumns.includes(name));
  if (unknown.length > 0) {
    const text = `has the unknown columns ${shown(unknown.join(', '))}; known are ${allColumns.join(', ')}`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text, 'line 1');
  }
  return rows.flatMap((row) => {
    const value = collectProblems(problems, () => asLine(row, file));
    return value ? [{ line: row.line, value }] : [];
  });
}

/** Columns in any case, and with blanks, dashes or underscores between their words. */
function columnName(written: string): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, '');
  return allColumns.find((name) => plain(name) === plain(written)) ?? written;
}

function asLine({ cells, line }: CsvRow, file: SourceFile): Record<string, unknown> {
  const cell = (name: string) => (cells.get(name) ?? '').trim() || undefined;
  const [pixels, boxes, blocks, blockSize] = [cell('pixels'), cell('boxes'), cell('blocks'), cell('blockSize')];
  return {
    ...Object.fromEntries(plainColumns.map((name) => [name, cell(name)])),
    ...(pixels && { pixels: { counts: pixels } }),
    ...(boxes && { boxes: parseJson(boxes, file, line) }),
    ...(blocks && { blocks: blocksOf(blocks, Number(blockSize), `line ${line}`, file) }),
  };
}

/** `NNA/NNN`: one letter a block, rows separated by a slash. */
function blocksOf(text: string, blockSize: number, place: string, file: SourceFile) {
  const rows = text.split('/');
  const columns = rows[0]!.length;
  const fault = (code: Problem['code'], message: string) => fileProblem(code, file, message, place);
  if (!Number.isInteger(blockSize)) {
    throw fault('DATASET_LAYOUT_INVALID', 'has blocks, but no whole number in blockSize');
  }
  const ragged = rows.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    const message = `row ${ragged} of its blocks has ${rows[ragged]!.length} letters, row 0 has ${columns}`;
    throw fault('BLOCK_GRID_MISMATCH', message);
  }
  const labels = [...rows.join('')].map((letter) => {
    const label = blockLetters.get(letter);
    const rule = `allowed are ${[...blockLetters.keys()].join(', ')}`;
    if (!label) throw fault('BLOCK_LABEL_INVALID', `a block has the letter '${shown(letter)}'; ${rule}`);
    return label;
  });
  return { blockSize, rows: rows.length, columns, labels };
}
