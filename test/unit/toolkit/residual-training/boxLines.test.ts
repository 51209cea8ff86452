import { describe, expect, it } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { labelValues } from '../../../../src/toolkit/labels/blockLabels.js';
import { BoxLines } from '../../../../src/toolkit/residual-training/boxLines.js';

const random = RandomSource.fromSeed(1);

/** Lines found in windows drawn with `#` inside boxes, each as the places of its tokens, in order. */
function linesOf(windows: readonly string[][]): number[][][] {
  const side = windows[0]!.length;
  const lines = new BoxLines(windows.length, side);
  const labels = windows.flatMap((rows) =>
    [...rows.join('')].map((sign) => (sign === '#' ? labelValues.UNKNOWN : labelValues.NORMAL)),
  );
  lines.find(Float32Array.from(labels), random);
  const [, most, places] = lines.membersShape;
  return windows.map((_, q) =>
    Array.from({ length: most }, (_line, i) => q * most + i)
      .filter((row) => lines.labels[row] === labelValues.ANOMALOUS)
      .map((row) => [...lines.members.subarray(row * places, (row + 1) * places)].flatMap((is, at) => (is ? at : []))),
  );
}

describe('the lines of boxes in a window', () => {
  it('are the rows and columns of each box', () => {
    const [lines] = linesOf([['....', '.##.', '.##.', '....']]);
    expect(lines).toHaveLength(4);
    expect(lines).toEqual(
      expect.arrayContaining([
        [5, 6],
        [9, 10],
        [5, 9],
        [6, 10],
      ]),
    );
  });

  it('are those of every window, and none where there is no box', () => {
    expect(
      linesOf([
        ['....', '....', '....', '....'],
        ['....', '..#.', '....', '....'],
      ]),
    ).toEqual([[], [[6], [6]]]);
  });

  it('leave out what the edge cuts, unless it is longer than half the window', () => {
    // Rows of two tokens at the edge are left out; the columns are whole.
    expect(linesOf([['....', '##..', '....', '....']])).toEqual([[[4], [5]]]);
    const [long] = linesOf([['....', '###.', '....', '....']]);
    expect(long).toContainEqual([4, 5, 6]);
  });

  it('are drawn where there are more than fit', () => {
    // Nine boxes of one token have 18 lines; a window of 7 x 7 has room for 14.
    const rows = ['.......', '.#.#.#.', '.......', '.#.#.#.', '.......', '.#.#.#.', '.......'];
    const [lines] = linesOf([rows]);
    expect(lines).toHaveLength(14);
    for (const line of lines!) expect(line).toHaveLength(1);
  });
});
