/** 8-bit sRGB image, rows from the top, three interleaved channels: `data.length = width * height * 3`. */
export interface RgbImage {
  width: number;
  height: number;
  data: Uint8Array;
}

/** One byte a pixel, 0 normal, 1 anomalous: `data.length = width * height`. */
export interface BinaryMask {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Pixels; origin top-left; `x, y` is the top-left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  defectType?: string | undefined;
}

/** Labels of a grid of blocks that begins at the top-left corner; the last row and column may reach beyond the image. */
export interface BlockGrid {
  rows: number;
  columns: number;
  /** Pixels of a block; need not be whole. */
  blockWidth: number;
  blockHeight: number;
  /** Row-major: 0 NORMAL, 1 ANOMALOUS, -1 UNKNOWN, -2 IGNORED. */
  labels: Int8Array;
}

/** One score a pixel, row-major. Higher is more anomalous. */
export interface AnomalyMap {
  width: number;
  height: number;
  data: Float32Array;
}
