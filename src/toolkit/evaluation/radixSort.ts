/** Digits of 11 bits: three passes over 32-bit keys, and counters that stay in the first-level cache. */
const digitBits = 11;
const digits = 1 << digitBits;
const passes = 3;

/** Sorts in place, ascending. Takes as much memory again while it runs. */
export function sortKeys(keys: Uint32Array): void {
  sortKeysWith(keys, undefined);
}

/**
 * Sorts `keys` in place, ascending, and `payload` (as long as `keys`) with them; stable. Linear time: 30 million keys take
 * about a second.
 * @throws RangeError when the lengths differ.
 */
export function sortKeysWith(keys: Uint32Array, payload: Uint32Array | undefined): void {
  if (payload && payload.length !== keys.length) {
    throw new RangeError(`${keys.length} keys, but a payload of ${payload.length}`);
  }
  const counts = countDigits(keys);
  let from = keys;
  let to: Uint32Array = new Uint32Array(keys.length);
  let fromPayload = payload;
  let toPayload: Uint32Array | undefined = payload && new Uint32Array(keys.length);
  for (let pass = 0; pass < passes; pass++) {
    const offsets = counts.subarray(pass * digits, (pass + 1) * digits);
    if (offsets.includes(keys.length)) continue; // all keys share this digit
    toOffsets(offsets);
    scatter(from, to, offsets, pass * digitBits, fromPayload, toPayload);
    [from, to] = [to, from];
    [fromPayload, toPayload] = [toPayload, fromPayload];
  }
  if (from !== keys) {
    keys.set(from);
    if (payload && fromPayload) payload.set(fromPayload);
  }
}

/** How often each digit occurs, for all passes in one reading. */
function countDigits(keys: Uint32Array): Uint32Array {
  const counts = new Uint32Array(passes * digits);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    counts[key & (digits - 1)]!++;
    counts[digits + ((key >>> digitBits) & (digits - 1))]!++;
    counts[2 * digits + (key >>> (2 * digitBits))]!++;
  }
  return counts;
}

/** Counts become the place where each digit's first key goes. */
function toOffsets(counts: Uint32Array): void {
  let offset = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = counts[digit]!;
    counts[digit] = offset;
    offset += count;
  }
}

function scatter(
  from: Uint32Array,
  to: Uint32Array,
  offsets: Uint32Array,
  shift: number,
  fromPayload: Uint32Array | undefined,
  toPayload: Uint32Array | undefined,
): void {
  for (let i = 0; i < from.length; i++) {
    const key = from[i]!;
    const place = offsets[(key >>> shift) & (digits - 1)]!++;
    to[place] = key;
    if (fromPayload && toPayload) toPayload[place] = fromPayload[i]!;
  }
}
