/**
 * Scores as unsigned integers that sort in descending order of score: the higher the score, the smaller the key. Integers
 * can be radix-sorted in linear time, and equal scores have equal keys (0 and -0 too).
 */

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** The bits of float32 scores, to be turned into keys one by one with {@link keyOfBits}. Shares memory with `scores`. */
export function scoreBits(scores: Float32Array): Int32Array {
  return new Int32Array(scores.buffer, scores.byteOffset, scores.length);
}

/** Key in [0, 2^32) of a finite float32 given by its bits. */
export function keyOfBits(scoreBits: number): number {
  if (scoreBits >= 0) return scoreBits ^ 0x7fffffff;
  // -0 is the same score as 0.
  return scoreBits === -0x80000000 ? 0x7fffffff : scoreBits >>> 0;
}

/** True for the bits of NaN and of both infinities. */
export function isNonFinite(scoreBits: number): boolean {
  return (scoreBits & 0x7f800000) === 0x7f800000;
}

/** The score a key stands for. */
export function scoreOfKey(key: number): number {
  bits[0] = key <= 0x7fffffff ? key ^ 0x7fffffff : key;
  return floats[0]!;
}
