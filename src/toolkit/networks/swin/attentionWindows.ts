import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** Shift of an odd block along rows and columns, tokens. An axis that is one window long is not shifted. */
export function windowShift(shape: readonly [number, number], window: number, block: number): [number, number] {
  const shift = block % 2 === 0 ? 0 : Math.floor(window / 2);
  return [shape[0] > window ? shift : 0, shape[1] > window ? shift : 0];
}

/** Rolls rows and columns of `[n, h, w, c]` towards the origin by `shift` (negative: back). */
export function roll(x: Tensor4D, shift: readonly [number, number]): Tensor4D {
  return rollAxis(rollAxis(x, 1, shift[0]), 2, shift[1]);
}

function rollAxis(x: Tensor4D, axis: 1 | 2, shift: number): Tensor4D {
  if (shift === 0) return x;
  const length = x.shape[axis];
  const start = ((shift % length) + length) % length;
  const part = (from: number, size: number) => {
    const begin = [0, 0, 0, 0] as [number, number, number, number];
    const sizes = [...x.shape] as [number, number, number, number];
    begin[axis] = from;
    sizes[axis] = size;
    return tf.slice(x, begin, sizes);
  };
  return tf.concat([part(start, length - start), part(0, start)], axis);
}

/** `[n, h, w, c]` to attention windows `[n * h/window * w/window, window^2, c]`, rows outermost. */
export function splitIntoWindows(x: Tensor4D, window: number): Tensor3D {
  const [n, rows, columns, channels] = x.shape;
  const split = tf.reshape(x, [(n * rows) / window, window, columns / window, window * channels]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [-1, window * window, channels]);
}

/** The inverse of {@link splitIntoWindows}. */
export function joinWindows(x: Tensor, shape: Tensor4D['shape'], window: number): Tensor4D {
  const [n, rows, columns, channels] = shape;
  const split = tf.reshape(x, [(n * rows) / window, columns / window, window, window * channels]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [n, rows, columns, channels]);
}

/**
 * What keeps tokens that only the roll made neighbours from seeing each other: 0 within a region, -100 between regions.
 * @returns row-major `[windows, window^2, window^2]`.
 */
export function attentionMask(
  [rows, columns]: readonly [number, number],
  window: number,
  shift: readonly [number, number],
): Float32Array {
  const tokens = window * window;
  const mask = new Float32Array(((rows * columns) / tokens) * tokens * tokens);
  let next = 0;
  for (let top = 0; top < rows; top += window) {
    for (let left = 0; left < columns; left += window) {
      const regions = Array.from({ length: tokens }, (_, i) => {
        const row = region(top + Math.floor(i / window), rows, window, shift[0]);
        return 3 * row + region(left + (i % window), columns, window, shift[1]);
      });
      for (const query of regions) for (const key of regions) mask[next++] = query === key ? 0 : -100;
    }
  }
  return mask;
}

/** Region of a place of a rolled axis: before the last window, in it, or rolled over from the start. */
function region(place: number, length: number, window: number, shift: number): number {
  if (shift === 0 || place < length - window) return 0;
  return place < length - shift ? 1 : 2;
}
