import { describe, expect, it } from 'vitest';
import { blockGrid, checkBlockCells, checkBlocks } from '../../../../src/services/annotations/blocks.js';

const image = { filename: 'a.png', width: 100, height: 64 };
const rules = { field: ['input', 'labels'] };
const grid = (count: number) => Array<string>(count).fill('NORMAL');
const codes = ({ problems }: { problems: { code: string; field?: readonly string[] }[] }) =>
  problems.map(({ code, field }) => `${code} ${field?.join('.')}`);

describe('checkBlocks', () => {
  it('wants one label a block, blocks cut by the edge included', () => {
    expect(blockGrid(image, 16)).toEqual({ rows: 4, columns: 7 });
    expect(checkBlocks(grid(28), 16, image).payload).toMatchObject({ blockSize: 16, rows: 4, columns: 7 });
    expect(checkBlocks(['ANOMALOUS'], 1000, image).payload).toMatchObject({ rows: 1, columns: 1 });
    expect(codes(checkBlocks(grid(24), 16, image, rules))).toEqual(['BLOCK_GRID_MISMATCH input.labels']);
  });

  it('says what it expected and what came', () => {
    const [found] = checkBlocks(grid(784), 8, { ...image, width: 256, height: 256 }).problems;
    expect(found!.message).toBe(
      "'a.png' (256x256) in blocks of 8 pixels has 32 rows and 32 columns, 1024 labels; 784 were given",
    );
  });

  it('names each label that is none by row and column', () => {
    const labels = ['NORMAL', 'ANOMALOUS', 'IGNORED', 'UNKNOWN', ...grid(24)];
    labels[9] = 'BROKEN';
    labels[27] = '';
    const found = checkBlocks(labels, 16, image).problems;
    expect(found.map(({ code }) => code)).toEqual(['BLOCK_LABEL_INVALID', 'BLOCK_LABEL_INVALID']);
    expect(found[0]!.message).toContain("row 1, column 2 of 'a.png' has the label 'BROKEN'");
  });

  it.each([0, -8, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a block side of %d', (side) => {
    expect(codes(checkBlocks([], side, image, rules))).toEqual(['BAD_USER_INPUT input.blockSize']);
  });

  it('refuses a grid of millions before it makes one', () => {
    const large = { filename: 'large.png', width: 8000, height: 8000 };
    expect(codes(checkBlockCells([], 1, large, rules))).toEqual(['TOO_MANY_ANNOTATIONS input.blockSize']);
  });
});

describe('checkBlockCells', () => {
  const cell = (row: number, column: number, label = 'ANOMALOUS') => ({ row, column, label });

  it('makes every other block normal', () => {
    const { payload } = checkBlockCells([cell(3, 6), cell(0, 1, 'UNKNOWN')], 16, image);
    expect(payload!.labels.flatMap((label, i) => (label === 'NORMAL' ? [] : [`${i} ${label}`]))).toEqual([
      '1 UNKNOWN',
      '27 ANOMALOUS',
    ]);
  });

  it('refuses two labels for one block with its row and column, and warns of the same one twice', () => {
    const found = checkBlockCells([cell(2, 3), cell(2, 3, 'NORMAL')], 16, image, { field: ['input', 'blocks'] });
    expect(codes(found)).toEqual(['LABEL_CONTRADICTION input.blocks.1']);
    expect(found.problems[0]!.message).toContain('row 2, column 3');
    const twice = checkBlockCells([cell(2, 3), cell(2, 3)], 16, image);
    expect(twice.problems).toEqual([]);
    expect(twice.warnings).toMatchObject([{ code: 'DUPLICATE_ANNOTATION' }]);
  });

  it('refuses places outside the grid and labels that are none, all at once', () => {
    const cells = [cell(4, 0), cell(0, 7), cell(-1, 0), cell(0.5, 0), cell(0, 0, 'x')];
    expect(checkBlockCells(cells, 16, image).problems.map(({ code }) => code)).toEqual([
      ...Array<string>(4).fill('BLOCK_GRID_MISMATCH'),
      'BLOCK_LABEL_INVALID',
    ]);
  });
});
