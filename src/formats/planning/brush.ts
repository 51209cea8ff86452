import type { ImageSize } from '../../files/index.js';
import { problem } from '../../shared/errors.js';
import type { BinaryMask } from '../../shared/images.js';
import type { Region } from '../importFormat.js';
import { regionOfMask } from './regions.js';

/** Values of a pixel: red, green, blue and how opaque it is. */
const channels = 4;

/**
 * What a brush of Label Studio painted: the pixels that are not transparent. Its run lengths are bits: the count of values (32),
 * the bits of a value less one (5), four sizes of run lengths less one (4 each), and then runs: whether it repeats one value
 * (1), which size its length has (2), the length less one, and one value or as many as the length says.
 */
export function brushRegion(bytes: readonly number[], size: ImageSize): Region {
  return regionOfMask(size, () => decodeBrush(bytes, size));
}

function decodeBrush(bytes: readonly number[], { width, height }: ImageSize): BinaryMask {
  const data = new Uint8Array(width * height);
  const read = bitReader(bytes);
  const count = read(32);
  if (count !== width * height * channels) {
    const expected = `${width}x${height} pixels have ${width * height * channels}`;
    throw invalid(`it holds ${count} values, ${expected}`);
  }
  const bits = read(5) + 1;
  const sizes = [read(4), read(4), read(4), read(4)].map((value) => value + 1);
  for (let at = 0; at < count;) {
    const repeats = read(1) === 1;
    const end = at + read(sizes[read(2)]!) + 1;
    if (end > count) throw invalid(`a run ends at value ${end} of ${count}`);
    let value = repeats ? read(bits) : 0;
    for (; at < end; at += 1) {
      if (!repeats) value = read(bits);
      if (at % channels === channels - 1 && value > 0) data[(at - 3) / channels] = 1;
    }
  }
  return { width, height, data };
}

/** Reads numbers of 1 to 32 bits, the highest first. */
function bitReader(bytes: readonly number[]): (bits: number) => number {
  let at = 0;
  return (bits) => {
    if (at + bits > bytes.length * 8) throw invalid(`it ends after ${bytes.length} bytes`);
    let value = 0;
    for (const end = at + bits; at < end; at += 1) value = value * 2 + ((bytes[at >> 3]! >> (7 - (at & 7))) & 1);
    return value;
  };
}

function invalid(fault: string) {
  return problem('MASK_RLE_INVALID', `The brush's run lengths are not valid: ${fault}.`);
}
