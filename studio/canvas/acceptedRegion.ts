import { blockLabelsFromMask, labelValues } from '../../src/toolkit/labels/blockLabels.js';
import type { RegionMask } from './anomalyMap.js';
import { painted, type BlockGrid } from './blocks.js';
import type { DrawnBox } from './boxes.js';
import { painted as paintedPixels, spansOf, type Mask } from './mask.js';
import type { Size } from './viewport.js';

/** Shares of Eq. 14, as `deriveAnnotations` has them when nothing is said. */
const shares = { anomalous: 0.25, normal: 0.08 };

/** With a tight box around the region; the same boxes where there is that one already. */
export function withBox(boxes: readonly DrawnBox[], { x, y, width, height }: RegionMask): readonly DrawnBox[] {
  const isThere = boxes.some((box) => box.x === x && box.y === y && box.width === width && box.height === height);
  return isThere ? boxes : [...boxes, { x, y, width, height }];
}

/** With the region's pixels marked. */
export function withPixels(mask: Mask, region: RegionMask): Mask {
  return paintedPixels(mask, spansOf(region, region), 1);
}

/**
 * With the blocks that Eq. 14 makes of the region: ANOMALOUS above its upper share, IGNORED between both. What is ANOMALOUS already stays so. Of a region
 * too small for any block, the one with most of it is ANOMALOUS: what was accepted must not vanish.
 */
export function withBlocks(grid: BlockGrid, region: RegionMask, image: Size): BlockGrid {
  const { blockSize } = grid;
  const part = alignedTo(region, blockSize, image);
  const block = { width: blockSize, height: blockSize };
  const { rows, columns, labels } = blockLabelsFromMask(part, block, shares);
  const cells = (value: number) =>
    [...labels.keys()]
      .filter((index) => labels[index] === value)
      .map((index) => ({
        row: part.y / blockSize + Math.floor(index / columns),
        column: part.x / blockSize + (index % columns),
      }));
  const anomalous = cells(labelValues.ANOMALOUS);
  if (anomalous.length > 0) {
    const open = cells(labelValues.IGNORED).filter(
      ({ row, column }) => grid.labels[row * grid.columns + column] !== 'ANOMALOUS',
    );
    return painted(painted(grid, open, 'IGNORED'), anomalous, 'ANOMALOUS');
  }
  const counts = pixelsPerBlock(part, blockSize, rows, columns);
  const most = counts.indexOf(Math.max(...counts));
  const cell = { row: part.y / blockSize + Math.floor(most / columns), column: part.x / blockSize + (most % columns) };
  return painted(grid, [cell], 'ANOMALOUS');
}

/** The region in a rectangle of whole blocks, as far as the image goes. */
function alignedTo(region: RegionMask, blockSize: number, image: Size): RegionMask {
  const down = (at: number) => Math.floor(at / blockSize) * blockSize;
  const up = (at: number, most: number) => Math.min(most, Math.ceil(at / blockSize) * blockSize);
  const [x, y] = [down(region.x), down(region.y)];
  const width = up(region.x + region.width, image.width) - x;
  const height = up(region.y + region.height, image.height) - y;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < region.height; row++) {
    const from = row * region.width;
    data.set(region.data.subarray(from, from + region.width), (region.y - y + row) * width + region.x - x);
  }
  return { x, y, width, height, data };
}

function pixelsPerBlock({ width, data }: RegionMask, side: number, rows: number, columns: number): number[] {
  const counts = new Array<number>(rows * columns).fill(0);
  data.forEach((value, i) => {
    if (value) counts[Math.floor(Math.floor(i / width) / side) * columns + Math.floor((i % width) / side)]! += 1;
  });
  return counts;
}
