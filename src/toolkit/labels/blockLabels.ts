/**
 * Labels of blocks and pixels from masks and boxes.
 *
 * Li et al. 2023, "Efficient Anomaly Detection with Budget Annotation Using Semi-Supervised Residual Transformer",
 * section 3.4: Eq. 14 (blocks from pixels), Eq. 15 (blocks from boxes).
 */
import type { BinaryMask, Box } from '../../shared/images.js';

/** The four label values, as losses read them. IGNORED is the empty set of Eq. 14, UNKNOWN the -1 of Eq. 15. */
export const labelValues = { NORMAL: 0, ANOMALOUS: 1, UNKNOWN: -1, IGNORED: -2 } as const;
/** A label by its name: a key of {@link labelValues}. */
export type LabelName = keyof typeof labelValues;

/** Width and height in pixels, of an image or of one block. */
export interface PixelSize {
  width: number;
  height: number;
}

/** One label a block, row-major: `labels.length = rows * columns`. Values of {@link labelValues}. */
export interface BlockLabels {
  rows: number;
  columns: number;
  labels: Int8Array;
}

/** Thresholds of Eq. 14, shares of a block's pixels in [0, 1]. */
export interface MaskThresholds {
  /** eps+: a larger share of anomalous pixels makes the block ANOMALOUS. */
  anomalous: number;
  /** eps-: a smaller share makes it NORMAL. */
  normal: number;
}

/**
 * Block labels from a pixel mask (Eq. 14): ANOMALOUS above eps+, NORMAL below eps-, otherwise IGNORED; both comparisons are
 * strict. A block without any anomalous pixel is NORMAL even when eps- is 0. Blocks cut by the right or bottom edge are
 * judged by the pixels they really have.
 * @throws RangeError when the mask's length is not its size, or a block side is no positive integer.
 */
export function blockLabelsFromMask(mask: BinaryMask, block: PixelSize, thresholds: MaskThresholds): BlockLabels {
  return mapBlocks(mask, block, mask.data, (anomalousPixels, pixels) => {
    if (anomalousPixels > thresholds.anomalous * pixels) return labelValues.ANOMALOUS;
    const normal = anomalousPixels === 0 || anomalousPixels < thresholds.normal * pixels;
    return normal ? labelValues.NORMAL : labelValues.IGNORED;
  });
}

/**
 * Pixel labels from boxes (Eq. 15): UNKNOWN inside any box, NORMAL outside, row-major. Boxes are clipped to the image; a
 * pixel that a box only touches lies inside it, so that no pixel of a boxed defect is called normal.
 */
export function pixelLabelsFromBoxes(size: PixelSize, boxes: readonly Box[]): Int8Array {
  const labels = new Int8Array(size.width * size.height);
  for (const box of boxes) {
    const left = Math.max(0, Math.floor(box.x));
    const right = Math.min(size.width, Math.ceil(box.x + box.width));
    const top = Math.max(0, Math.floor(box.y));
    const bottom = Math.min(size.height, Math.ceil(box.y + box.height));
    if (right <= left) continue;
    for (let y = top; y < bottom; y++) {
      labels.fill(labelValues.UNKNOWN, y * size.width + left, y * size.width + right);
    }
  }
  return labels;
}

/**
 * Block labels from boxes (Eq. 15): UNKNOWN when the share of pixels inside boxes exceeds `unknownThreshold` (upsilon,
 * strict), otherwise NORMAL.
 * @throws RangeError when a block side is no positive integer.
 */
export function blockLabelsFromBoxes(
  size: PixelSize,
  boxes: readonly Box[],
  block: PixelSize,
  unknownThreshold: number,
): BlockLabels {
  return mapBlocks(size, block, pixelLabelsFromBoxes(size, boxes), (unknownPixels, pixels) =>
    unknownPixels > unknownThreshold * pixels ? labelValues.UNKNOWN : labelValues.NORMAL,
  );
}

/** Counts the marked (non-zero) pixels of every block and lets `label` judge them against the block's true pixel count. */
function mapBlocks(
  size: PixelSize,
  block: PixelSize,
  marks: Uint8Array | Int8Array,
  label: (marked: number, pixels: number) => number,
): BlockLabels {
  if (marks.length !== size.width * size.height) {
    throw new RangeError(`a mask of ${size.width} x ${size.height} has ${marks.length} pixels`);
  }
  for (const side of [block.width, block.height]) {
    if (!Number.isInteger(side) || side < 1) throw new RangeError(`block side ${side} is no positive integer`);
  }
  const rows = Math.ceil(size.height / block.height);
  const columns = Math.ceil(size.width / block.width);
  const marked = new Uint32Array(rows * columns);
  for (let y = 0; y < size.height; y++) {
    const blockRow = Math.floor(y / block.height) * columns;
    for (let x = 0; x < size.width; x++) {
      if (marks[y * size.width + x] !== 0) marked[blockRow + Math.floor(x / block.width)]!++;
    }
  }
  const labels = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const height = Math.min(block.height, size.height - row * block.height);
    for (let column = 0; column < columns; column++) {
      const width = Math.min(block.width, size.width - column * block.width);
      labels[row * columns + column] = label(marked[row * columns + column]!, width * height);
    }
  }
  return { rows, columns, labels };
}
