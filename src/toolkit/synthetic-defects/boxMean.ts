/**
 * Mean over the square of `2 radius + 1` pixels around each pixel, cut at the image's edges. Running sums: the cost does not
 * depend on the radius. `data` is `[height * width * channels]`, row-major, and not changed; channels are kept apart.
 */
export function boxMean(
  data: Float32Array | Uint8Array,
  width: number,
  height: number,
  radius: number,
  channels = 1,
): Float32Array {
  const across = new Float32Array(data.length);
  const rowLength = width * channels;
  for (let y = 0; y < height; y++) {
    for (let channel = 0; channel < channels; channel++) {
      meanOfRow(data, across, y * rowLength + channel, channels, width, radius);
    }
  }
  return meanOfColumns(across, rowLength, height, radius);
}

function meanOfRow(
  from: Float32Array | Uint8Array,
  to: Float32Array,
  start: number,
  stride: number,
  length: number,
  radius: number,
): void {
  let sum = 0;
  for (let i = 0; i < Math.min(radius, length); i++) sum += from[start + i * stride]!;
  for (let i = 0; i < length; i++) {
    if (i + radius < length) sum += from[start + (i + radius) * stride]!;
    if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * stride]!;
    const count = Math.min(length - 1, i + radius) - Math.max(0, i - radius) + 1;
    to[start + i * stride] = sum / count;
  }
}

/** All columns together, row by row, so that memory is read in order. */
function meanOfColumns(from: Float32Array, rowLength: number, height: number, radius: number): Float32Array {
  const to = new Float32Array(from.length);
  const sums = new Float64Array(rowLength);
  const addRow = (row: number, sign: number) => {
    const start = row * rowLength;
    for (let x = 0; x < rowLength; x++) sums[x]! += sign * from[start + x]!;
  };
  for (let y = 0; y < Math.min(radius, height); y++) addRow(y, 1);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) addRow(y + radius, 1);
    if (y - radius - 1 >= 0) addRow(y - radius - 1, -1);
    const count = Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1;
    const start = y * rowLength;
    for (let x = 0; x < rowLength; x++) to[start + x] = sums[x]! / count;
  }
  return to;
}
