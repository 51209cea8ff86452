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

/** One score a pixel, row-major. Higher is more anomalous. */
export interface AnomalyMap {
  width: number;
  height: number;
  data: Float32Array;
}
