/**
 * Mean over the square of `2 radius + 1` pixels around each pixel, cut at the image's edges. Running sums: the cost does not
 * depend on the radius. `data` is `[height * width * channels]`, row-major, and not changed; channels are kept apart.
 */
export function boxMean(
  data: Float32Array,
  width: number,
  height: number,
  radius: number,
  channels = 1,
): Float32Array<ArrayBuffer> {
  const across = new Float32Array(data.length);
  const rowLength = width * channels;
  const shares = inverseCounts(width, radius);
  for (let start = 0; start < data.length; start += rowLength) {
    for (let channel = 0; channel < channels; channel++) {
      meanOfRow(data, across, start + channel, channels, shares, radius);
    }
  }
  return meanOfColumns(across, rowLength, inverseCounts(height, radius), radius);
}

/** One over the number of positions within the radius, for each position of an axis. */
function inverseCounts(length: number, radius: number): Float64Array {
  const shares = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    shares[i] = 1 / (Math.min(length - 1, i + radius) - Math.max(0, i - radius) + 1);
  }
  return shares;
}

/** One line of values `stride` apart, from `start`. */
function meanOfRow(
  from: Float32Array,
  to: Float32Array,
  start: number,
  stride: number,
  shares: Float64Array,
  radius: number,
): void {
  const end = start + shares.length * stride;
  const reach = radius * stride;
  let sum = 0;
  for (let i = start; i < Math.min(start + reach, end); i += stride) sum += from[i]!;
  for (let position = 0, i = start; i < end; position++, i += stride) {
    if (i + reach < end) sum += from[i + reach]!;
    if (i - reach > start) sum -= from[i - reach - stride]!;
    to[i] = sum * shares[position]!;
  }
}

/** All columns together, row by row, so that memory is read in order. */
function meanOfColumns(
  from: Float32Array,
  rowLength: number,
  shares: Float64Array,
  radius: number,
): Float32Array<ArrayBuffer> {
  const height = shares.length;
  const to = new Float32Array(from.length);
  const sums = new Float64Array(rowLength);
  for (let y = 0; y < Math.min(radius, height); y++) addRow(sums, from, y);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) addRow(sums, from, y + radius);
    if (y - radius > 0) subtractRow(sums, from, y - radius - 1);
    const start = y * rowLength;
    const share = shares[y]!;
    for (let x = 0; x < rowLength; x++) to[start + x] = sums[x]! * share;
  }
  return to;
}

function addRow(sums: Float64Array, from: Float32Array, row: number): void {
  const start = row * sums.length;
  for (let x = 0; x < sums.length; x++) sums[x]! += from[start + x]!;
}

function subtractRow(sums: Float64Array, from: Float32Array, row: number): void {
  const start = row * sums.length;
  for (let x = 0; x < sums.length; x++) sums[x]! -= from[start + x]!;
}
