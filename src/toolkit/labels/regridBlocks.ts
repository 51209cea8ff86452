import type { BlockGrid } from '../../shared/images.js';
import { labelValues, type BlockLabels, type MaskThresholds, type PixelSize } from './blockLabels.js';

/** Thresholds of Eq. 14 and 15, shares of a block. */
export interface RegridThresholds extends MaskThresholds {
  /** upsilon of Eq. 15: a larger share of UNKNOWN makes the block UNKNOWN. */
  unknown: number;
}

/**
 * Block labels drawn on one grid, read on another: the shares of each label in a block's area take the place of the shares of
 * pixels in Eq. 14 and 15. ANOMALOUS above eps+; UNKNOWN above upsilon; NORMAL when neither ANOMALOUS nor IGNORED reach eps-;
 * otherwise IGNORED. Where both grids agree every label stays as it is.
 * @param size of the image, pixels. @param block of the grid that is wanted, pixels.
 */
export function regridBlocks(
  given: BlockGrid,
  size: PixelSize,
  block: PixelSize,
  thresholds: RegridThresholds,
): BlockLabels {
  const rows = Math.ceil(size.height / block.height);
  const columns = Math.ceil(size.width / block.width);
  const down = overlaps(rows, block.height, given.rows, given.blockHeight, size.height);
  const across = overlaps(columns, block.width, given.columns, given.blockWidth, size.width);
  const labels = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const areas = { total: 0, anomalous: 0, unknown: 0, ignored: 0 };
      for (const y of down[row]!) {
        for (const x of across[column]!) {
          const area = y.length * x.length;
          const label = given.labels[y.index * given.columns + x.index];
          areas.total += area;
          if (label === labelValues.ANOMALOUS) areas.anomalous += area;
          else if (label === labelValues.UNKNOWN) areas.unknown += area;
          else if (label === labelValues.IGNORED) areas.ignored += area;
        }
      }
      labels[row * columns + column] = labelOf(areas, thresholds);
    }
  }
  return { rows, columns, labels };
}

function labelOf(
  { total, anomalous, unknown, ignored }: Record<'total' | 'anomalous' | 'unknown' | 'ignored', number>,
  thresholds: RegridThresholds,
): number {
  if (anomalous > thresholds.anomalous * total) return labelValues.ANOMALOUS;
  if (unknown > thresholds.unknown * total) return labelValues.UNKNOWN;
  const doubtful = anomalous + ignored;
  return doubtful === 0 || doubtful < thresholds.normal * total ? labelValues.NORMAL : labelValues.IGNORED;
}

interface Overlap {
  /** Of the given grid's row or column. */
  index: number;
  /** Pixels in common. */
  length: number;
}

/** Which rows (or columns) of the given grid each wanted one meets, within the image. */
function overlaps(wanted: number, wantedSide: number, given: number, givenSide: number, end: number): Overlap[][] {
  return Array.from({ length: wanted }, (_, i) => {
    const from = i * wantedSide;
    const to = Math.min(from + wantedSide, end);
    const met: Overlap[] = [];
    for (let index = Math.floor(from / givenSide); index < given && index * givenSide < to; index++) {
      const length = Math.min(to, (index + 1) * givenSide) - Math.max(from, index * givenSide);
      // Less than a thousandth of a pixel is rounding.
      if (length > 1e-3) met.push({ index, length });
    }
    return met;
  });
}
