import { describe, expect, it } from 'vitest';
import { RandomSource } from '../../../../../../src/shared/random.js';
import { labelValues } from '../../../../../../src/toolkit/labels/blockLabels.js';
import { windowGrid } from '../../../../../../plugins/detectors/semirest/windows/windowStarts.js';
import { BoxLines } from '../../../../../../plugins/detectors/semirest/window-training/boxLines.js';

const random = RandomSource.fromSeed(1);

/** Lines found in windows of an image drawn with `#` inside boxes, each as the places of its tokens, in order. */
function linesOf(picture: readonly string[], size: number, origins: readonly [number, number][]): number[][][] {
  const grid = windowGrid(picture.length, picture[0]!.length, size, 1);
  const signs = [...picture.join('')];
  const image = {
    features: new Float32Array(),
    neighbours: new Int32Array(),
    labels: Float32Array.from(signs, (sign) => (sign === '#' ? labelValues.UNKNOWN : labelValues.NORMAL)),
  };
  const lines = new BoxLines(origins.length, grid);
  const windows = origins.map(([row, column]) => ({ image, row, column }));
  lines.find(windows, random);
  const [, most, places] = lines.membersShape;
  return windows.map((_, q) =>
    Array.from({ length: most }, (_line, i) => q * most + i)
      .filter((row) => lines.labels[row] === labelValues.ANOMALOUS)
      .map((row) => [...lines.members.subarray(row * places, (row + 1) * places)].flatMap((is, at) => (is ? at : []))),
  );
}

describe('the lines of boxes in a window', () => {
  it('are the rows and columns of each box', () => {
    const [lines] = linesOf(['....', '.##.', '.##.', '....'], 4, [[0, 0]]);
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
    const picture = ['......', '......', '.....#', '......'];
    expect(
      linesOf(picture, 3, [
        [0, 0],
        [1, 3],
      ]),
    ).toEqual([[], [[5], [5]]]);
  });

  it('are left out where the edge of the window cuts them, unless they are longer than any window', () => {
    const cut = ['......', '.###..', '......'];
    expect(linesOf(cut, 3, [[0, 2]])).toEqual([[[3], [4]]]);
    const long = ['......', '.####.', '......'];
    expect(
      linesOf(long, 3, [
        [0, 0],
        [0, 1],
      ]),
    ).toEqual([
      [[4], [5]],
      [[3, 4, 5], [3], [4], [5]],
    ]);
  });

  it('reach to the edge of the image', () => {
    expect(linesOf(['....', '##..', '....', '....'], 4, [[0, 0]])).toEqual([[[4, 5], [4], [5]]]);
  });

  it('are drawn where there are more than fit', () => {
    // Nine boxes of one token have 18 lines; a window of 7 x 7 has room for 14.
    const picture = ['.......', '.#.#.#.', '.......', '.#.#.#.', '.......', '.#.#.#.', '.......'];
    const [lines] = linesOf(picture, 7, [[0, 0]]);
    expect(lines).toHaveLength(14);
    for (const line of lines!) expect(line).toHaveLength(1);
  });
});
