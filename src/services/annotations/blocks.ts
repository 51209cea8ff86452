import { blockLabels, type BlockLabelName, type BlockPayload } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import { onImage, type Checked, type LabelledImage } from './labelled.js';

/** Blocks of one image, at most: 256 x 256. */
export const maximumBlocks = 65_536;

/** One block by its place in the grid, both from 0. */
export interface BlockCell {
  row: number;
  column: number;
  label: string;
}

/** Where block labels stand in the input. */
export interface BlockRules {
  /** Input path of the labels; left out where there is no input, as in an import. */
  field?: readonly string[] | undefined;
}

/** Blocks of `blockSize` pixels that cover an image, cut ones at the right and bottom edge included. */
export function blockGrid(image: Pick<LabelledImage, 'width' | 'height'>, blockSize: number) {
  return { rows: Math.ceil(image.height / blockSize), columns: Math.ceil(image.width / blockSize) };
}

/**
 * Checks the block labels of one image: a block side that is a whole number of pixels (BAD_USER_INPUT), as many labels as the
 * grid has blocks (BLOCK_GRID_MISMATCH), each one of NORMAL, ANOMALOUS, IGNORED and UNKNOWN (BLOCK_LABEL_INVALID), and no more
 * than {@link maximumBlocks} (TOO_MANY_ANNOTATIONS).
 * @param labels row-major.
 */
export function checkBlocks(
  labels: readonly string[],
  blockSize: number,
  image: LabelledImage,
  rules: BlockRules = {},
): Checked<BlockPayload> {
  const problems = sizeProblems(blockSize, image, rules);
  if (problems.length > 0) return { problems, warnings: [] };
  const { rows, columns } = blockGrid(image, blockSize);
  if (labels.length !== rows * columns)
    return { problems: [gridMismatch(labels, blockSize, image, rules)], warnings: [] };
  problems.push(
    ...labels.flatMap((label, i) =>
      isBlockLabel(label)
        ? []
        : [invalidLabel({ row: Math.floor(i / columns), column: i % columns, label }, image, rules)],
    ),
  );
  if (problems.length > 0) return { problems, warnings: [] };
  return { payload: { blockSize, rows, columns, labels: labels as BlockLabelName[] }, problems, warnings: [] };
}

/**
 * {@link checkBlocks} for single blocks in any order; blocks that are not named are NORMAL. Beyond it: a place outside the
 * grid is BLOCK_GRID_MISMATCH, a block with two labels LABEL_CONTRADICTION with row and column, and one that is there twice
 * with the same label a warning (DUPLICATE_ANNOTATION).
 */
export function checkBlockCells(
  cells: readonly BlockCell[],
  blockSize: number,
  image: LabelledImage,
  rules: BlockRules = {},
): Checked<BlockPayload> {
  const problems = sizeProblems(blockSize, image, rules);
  if (problems.length > 0) return { problems, warnings: [] };
  const { rows, columns } = blockGrid(image, blockSize);
  const warnings: Problem[] = [];
  const known = new Map<number, string>();
  for (const [index, cell] of cells.entries()) {
    const at = cell.row * columns + cell.column;
    const fault = cellFault(cell, index, { rows, columns }, known.get(at), image, rules);
    if (fault) (fault.code === 'DUPLICATE_ANNOTATION' ? warnings : problems).push(fault);
    else known.set(at, cell.label);
  }
  if (problems.length > 0) return { problems, warnings: [] };
  const labels = Array.from({ length: rows * columns }, (_, i) => (known.get(i) ?? 'NORMAL') as BlockLabelName);
  return { payload: { blockSize, rows, columns, labels }, problems, warnings };
}

function cellFault(
  cell: BlockCell,
  index: number,
  grid: { rows: number; columns: number },
  earlier: string | undefined,
  image: LabelledImage,
  rules: BlockRules,
): Problem | undefined {
  const at = onImage(image, rules.field && [...rules.field, String(index)]);
  const subject = `the block at row ${cell.row}, column ${cell.column} of '${shown(image.filename)}'`;
  const isPlace = (value: number, count: number) => Number.isInteger(value) && value >= 0 && value < count;
  if (!isPlace(cell.row, grid.rows) || !isPlace(cell.column, grid.columns)) {
    const message = `${subject} lies outside the grid of ${grid.rows} rows and ${grid.columns} columns, counted from 0`;
    return { code: 'BLOCK_GRID_MISMATCH', message, ...at };
  }
  if (!isBlockLabel(cell.label)) return { ...invalidLabel(cell, image, rules), ...at };
  if (earlier === undefined) return undefined;
  if (earlier === cell.label) {
    return { code: 'DUPLICATE_ANNOTATION', message: `${subject} is ${earlier} twice; one is kept`, ...at };
  }
  return { code: 'LABEL_CONTRADICTION', message: `${subject} is both ${earlier} and ${cell.label}`, ...at };
}

function sizeProblems(blockSize: number, image: LabelledImage, { field }: BlockRules): Problem[] {
  const at = onImage(image, field && [...field.slice(0, -1), 'blockSize']);
  if (!Number.isInteger(blockSize) || blockSize < 1) {
    const message = `blockSize is ${blockSize}; it must be a whole number of pixels, at least 1`;
    return [{ code: 'BAD_USER_INPUT', message, ...at }];
  }
  const { rows, columns } = blockGrid(image, blockSize);
  if (rows * columns <= maximumBlocks) return [];
  const has = `blocks of ${blockSize} pixels make ${rows}x${columns} of '${shown(image.filename)}'`;
  return [{ code: 'TOO_MANY_ANNOTATIONS', message: `${has}; at most ${maximumBlocks} are allowed`, ...at }];
}

function gridMismatch(
  labels: readonly string[],
  blockSize: number,
  image: LabelledImage,
  { field }: BlockRules,
): Problem {
  const { rows, columns } = blockGrid(image, blockSize);
  const grid = `${rows} rows and ${columns} columns, ${rows * columns} labels`;
  const has = `'${shown(image.filename)}' (${image.width}x${image.height}) in blocks of ${blockSize} pixels has ${grid}`;
  return { code: 'BLOCK_GRID_MISMATCH', message: `${has}; ${labels.length} were given`, ...onImage(image, field) };
}

function invalidLabel({ row, column, label }: BlockCell, image: LabelledImage, { field }: BlockRules): Problem {
  const where = `the block at row ${row}, column ${column} of '${shown(image.filename)}'`;
  const message = `${where} has the label '${shown(label)}'; allowed are ${blockLabels.join(', ')}`;
  return { code: 'BLOCK_LABEL_INVALID', message, ...onImage(image, field) };
}

function isBlockLabel(label: string): label is BlockLabelName {
  return (blockLabels as readonly string[]).includes(label);
}
