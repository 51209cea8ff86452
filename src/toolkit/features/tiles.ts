import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';

/** Every start of a tile, and every seam between two, is a multiple of it, pixels: so whole features come from one tile each. */
const unit = 32;

/** Whether tiles can be of maps with these strides. */
export function fitsTiles(strides: readonly number[]): boolean {
  return strides.every((stride) => unit % stride === 0);
}

const multipleOf = (step: number, least: number) =>
  z
    .int()
    .min(least)
    .max(2048)
    .refine((value) => value % step === 0, `is a multiple of ${step}`);

/** How a backbone sees large images in tiles: spread it into the parameters of a feature extractor. */
export const tileParams = {
  tiles: z
    .strictObject({
      size: multipleOf(unit, unit).describe('Side of a tile, pixels of the scaled image.'),
      overlap: multipleOf(2 * unit, 0)
        .default(2 * unit)
        .describe('Least that two neighbours share, pixels; half of it surrounds the features at a seam.'),
    })
    .refine(({ size, overlap }) => overlap < size, {
      message: 'is less than size',
      path: ['overlap'],
    })
    .optional()
    .describe(
      'Takes images that are larger than a tile through the network tile by tile and puts their maps together: to each feature the tile counts in which it lies deepest. For networks of a fixed size, and for what a whole large image drowns. Left out: the image as a whole.',
    ),
};
/** Of {@link tileParams}. */
export type Tiles = NonNullable<z.output<z.ZodObject<typeof tileParams>>['tiles']>;

/** A stretch of an axis, pixels: a tile from `start` on, of which `from` to `to` counts. */
interface Stretch {
  start: number;
  from: number;
  to: number;
}

/**
 * Evenly spread tiles of an axis, and what counts of each: seams lie in the middle of what two neighbours share.
 * @param length of the axis, pixels, a multiple of 32.
 */
export function tileStretches(length: number, { size, overlap }: Tiles): Stretch[] {
  if (length <= size) return [{ start: 0, from: 0, to: length }];
  const count = Math.ceil((length - overlap) / (size - overlap));
  const last = (length - size) / unit;
  const starts = Array.from({ length: count }, (_, i) => Math.floor((i * last) / (count - 1)) * unit);
  const seams = starts.slice(1).map((start, i) => Math.floor((start + starts[i]! + size) / 2 / unit) * unit);
  return starts.map((start, i) => ({ start, from: seams[i - 1] ?? 0, to: seams[i] ?? length }));
}

/**
 * Features of images of any size, seen in tiles.
 * @param images `[n, h, w, 3]`, sides multiples of 32.
 * @param features of `[n', h', w', 3]` that are no larger than a tile: one map a layer, strides dividing 32.
 * @returns one map a layer, as `features` gives them of whole images.
 */
export function tiledFeatures(
  images: Tensor4D,
  tiles: Tiles | undefined,
  features: (images: Tensor4D) => Tensor4D[],
): Tensor4D[] {
  const [n, height, width] = images.shape;
  if (!tiles || Math.max(height, width) <= tiles.size) return features(images);
  return tf.tidy(() => {
    const [down, across] = [tileStretches(height, tiles), tileStretches(width, tiles)];
    const [rows, columns] = [Math.min(height, tiles.size), Math.min(width, tiles.size)];
    const cut = down.flatMap((row) =>
      across.map((column) => tf.slice(images, [0, row.start, column.start, 0], [n, rows, columns, 3])),
    );
    return features(tf.concat(cut)).map((maps) => {
      const stride = rows / maps.shape[1];
      /** What counts of a tile's map. */
      const part = (i: number, j: number) => {
        const [row, column] = [down[i]!, across[j]!];
        const pixels = [row.from - row.start, column.from - column.start, row.to - row.from, column.to - column.from];
        const [top, left, high, wide] = pixels.map((value) => value / stride) as [number, number, number, number];
        return tf.slice(maps, [n * (i * across.length + j), top, left, 0], [n, high, wide, -1]);
      };
      const strips = down.map((_, i) =>
        tf.concat(
          across.map((__, j) => part(i, j)),
          2,
        ),
      );
      return tf.concat(strips, 1);
    });
  });
}
