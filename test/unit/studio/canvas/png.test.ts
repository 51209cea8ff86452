import { describe, expect, it } from 'vitest';
import { bytesOf, emptyMask, maskOf } from '../../../../studio/canvas/mask.js';
import { maskPng } from '../../../../studio/canvas/png.js';
import { decodeMask } from '../../../../src/files/index.js';
import { RandomSource } from '../../../../src/shared/random.js';

const size = { width: 83, height: 70 };
const random = RandomSource.fromSeed(2);
const filled = (value: (at: number) => number) =>
  maskOf({ ...size, data: Uint8Array.from({ length: size.width * size.height }, (_, at) => value(at)) });

describe('a mask as a PNG', () => {
  it.each([
    ['scattered', filled(() => random.integer(2))],
    ['empty', emptyMask(size)],
    ['full', filled(() => 1)],
  ])('is read by the server as it was drawn: %s', async (_name, mask) => {
    const read = await decodeMask(await maskPng(mask));
    expect(Buffer.from(read.data).equals(bytesOf(mask).data)).toBe(true);
  });
});
