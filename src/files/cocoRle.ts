import { problem, type ProblemError } from '../shared/errors.js';
import type { BinaryMask } from '../shared/images.js';
import { shown } from './shown.js';

/** Of the mask, in pixels. */
type RleSize = Pick<BinaryMask, 'width' | 'height'>;

/** Digits of a run hold five bits; 35 bits are more than any image has pixels. */
const maximumDigits = 7;

/** The string's alphabet: six bits from `0` on. */
const firstCharacter = 48;
const lastCharacter = 111;

/**
 * Encodes a mask as COCO's compressed run lengths: alternating runs of 0 and 1 in column-major order, from the third on as
 * the difference to the run before the last, each in digits of five bits. What pycocotools calls `counts`.
 */
export function encodeRle(mask: BinaryMask): string {
  const { width, height, data } = mask;
  const runs: number[] = [];
  let value = 0;
  let run = 0;
  for (let column = 0; column < width; column += 1) {
    for (let at = column; at < width * height; at += width) {
      if (data[at]! !== value) {
        runs.push(run);
        run = 0;
        value = 1 - value;
      }
      run += 1;
    }
  }
  runs.push(run);
  return encodeRuns(runs);
}

/** Run lengths as {@link encodeRle} writes them. @param runs of 0 and 1 by turns, column-major, each at least 0. */
export function encodeRuns(runs: readonly number[]): string {
  return runs.map((run, index) => encodeNumber(index > 2 ? run - runs[index - 2]! : run)).join('');
}

/**
 * Decodes COCO's compressed run lengths for an image of this size. Checks the whole string before it allocates anything.
 *
 * @throws ProblemError MASK_RLE_INVALID for characters outside the alphabet, a cut-off or negative run, or runs that do not
 *   add up to width times height; the message has both sums.
 */
export function decodeRle(counts: string, { width, height }: RleSize): BinaryMask {
  checkRle(counts, { width, height });
  const data = new Uint8Array(width * height);
  let at = 0;
  let value = 0;
  for (const run of runsOf(counts)) {
    for (const end = at + run; value === 1 && at < end; at += 1) data[rowMajor(at, width, height)] = 1;
    at += value === 0 ? run : 0;
    value = 1 - value;
  }
  return { width, height, data };
}

/**
 * Checks run lengths for an image of this size and counts the pixels that are 1, without decoding.
 *
 * @throws ProblemError MASK_RLE_INVALID as {@link decodeRle}.
 */
export function checkRle(counts: string, { width, height }: RleSize): { anomalousPixels: number } {
  const expected = width * height;
  let sum = 0;
  let anomalousPixels = 0;
  let index = 0;
  for (const run of runsOf(counts)) {
    if (run < 0) throw rleInvalid(`run ${index} is ${run}; the runs before it add up to ${sum} of ${expected} pixels`);
    sum += run;
    if (index % 2 === 1) anomalousPixels += run;
    index += 1;
  }
  if (sum !== expected) throw rleInvalid(`its runs add up to ${sum} pixels; ${width}x${height} are ${expected}`);
  return { anomalousPixels };
}

/**
 * The same run lengths as {@link encodeRle} writes them for the mask they describe, without decoding: equal masks have equal run
 * lengths, whoever wrote them.
 *
 * @throws ProblemError MASK_RLE_INVALID as {@link decodeRle}.
 */
export function canonicalRle(counts: string, size: RleSize): { counts: string; anomalousPixels: number } {
  const { anomalousPixels } = checkRle(counts, size);
  const runs = [0];
  let value = 0;
  for (const run of runsOf(counts)) {
    // Runs on both sides of an empty one are of one value.
    if (run > 0 && value === (runs.length - 1) % 2) runs[runs.length - 1]! += run;
    else if (run > 0) runs.push(run);
    value = 1 - value;
  }
  return { counts: encodeRuns(runs), anomalousPixels };
}

function rowMajor(columnMajor: number, width: number, height: number): number {
  return (columnMajor % height) * width + Math.floor(columnMajor / height);
}

function encodeNumber(value: number): string {
  let text = '';
  let rest = value;
  for (;;) {
    const digit = rest & 0x1f;
    rest >>= 5;
    const more = (digit & 0x10) !== 0 ? rest !== -1 : rest !== 0;
    text += String.fromCharCode((more ? digit | 0x20 : digit) + firstCharacter);
    if (!more) return text;
  }
}

function* runsOf(counts: string): Generator<number> {
  let beforeLast = 0;
  let last = 0;
  for (let at = 0, index = 0; at < counts.length; index += 1) {
    const { value, next } = readNumber(counts, at);
    const run = index > 2 ? value + beforeLast : value;
    yield run;
    beforeLast = last;
    last = run;
    at = next;
  }
}

/** Plain arithmetic, since a run may need more than 32 bits before it is refused. */
function readNumber(counts: string, start: number): { value: number; next: number } {
  let value = 0;
  for (let digits = 0; digits < maximumDigits; digits += 1) {
    const code = counts.charCodeAt(start + digits);
    if (Number.isNaN(code)) throw rleInvalid(`it ends inside the run that starts at character ${start}`);
    if (code < firstCharacter || code > lastCharacter) {
      throw rleInvalid(`character ${start + digits} is '${shown(counts[start + digits]!)}'; allowed are '0' to 'o'`);
    }
    const digit = code - firstCharacter;
    value += (digit & 0x1f) * 32 ** digits;
    if ((digit & 0x20) === 0) {
      const negative = (digit & 0x10) !== 0;
      return { value: negative ? value - 32 ** (digits + 1) : value, next: start + digits + 1 };
    }
  }
  throw rleInvalid(`the run that starts at character ${start} has more than ${maximumDigits} digits`);
}

function rleInvalid(fault: string): ProblemError {
  return problem('MASK_RLE_INVALID', `The mask's run lengths are not valid: ${fault}.`);
}
