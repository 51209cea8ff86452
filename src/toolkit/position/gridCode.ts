/**
 * Sines and cosines of the column and of the row of every place of a grid, as CFLOW-AD conditions its flows by (Gudovskiy et al. 2022,
 * section 4.2, and their code): the first half from the column, the second from the row, in both sin and cos of place * 10000^(-4k / channels) in turn.
 * Unlike Eq. 3 of SemiREST it is never added to features.
 * @returns row-major `[rows, columns, channels]`, values in [-1, 1].
 * @throws RangeError when `channels` is no multiple of 4.
 */
export function gridCode(rows: number, columns: number, channels: number): Float32Array {
  if (channels % 4 !== 0) throw new RangeError(`a code of a grid has a multiple of 4 channels, got ${channels}`);
  const half = channels / 2;
  const code = new Float32Array(rows * columns * channels);
  for (let place = 0; place < rows * columns; place++) {
    writeAxis(code, place * channels, half, place % columns);
    writeAxis(code, place * channels + half, half, Math.floor(place / columns));
  }
  return code;
}

function writeAxis(code: Float32Array, at: number, channels: number, coordinate: number): void {
  for (let k = 0; k < channels / 2; k++) {
    const angle = coordinate * 10_000 ** ((-2 * k) / channels);
    code[at + 2 * k] = Math.sin(angle);
    code[at + 2 * k + 1] = Math.cos(angle);
  }
}
