import { decodeRle, type EncodedMask, type ImageSize } from '../../files/index.js';
import { problem } from '../../shared/errors.js';
import type { BinaryMask } from '../../shared/images.js';
import type { ImportContext, PlannedBox, Region } from '../importFormat.js';
import { polygonReach } from './polygons.js';
import { boundsOfMask } from './regions.js';

/** Where a picture is laid on an image, in whole pixels. */
export type Corner = Pick<PlannedBox, 'x' | 'y'>;

/** Pixels by which a picture may differ from the size that its annotation says. */
const sizeTolerance = 1;

/**
 * What a picture marks that is laid on an image. It has to be decoded before it can be painted.
 * @param place of its top left corner, and the size that is said of it.
 * @param item names it in messages.
 */
export function pictureRegion(
  bytes: Uint8Array,
  place: Corner & ImageSize,
  { decodeMask }: Pick<ImportContext, 'decodeMask'>,
  item: string,
): Region {
  const early = () => {
    throw new Error(`${item} was not decoded before it was painted`);
  };
  return {
    paint: early,
    bounds: early,
    decoded: async () => {
      const mask = await decodeMask(bytes, item);
      checkSize(mask, place);
      return laidOn(mask, place);
    },
  };
}

function checkSize({ width, height }: ImageSize, said: ImageSize): void {
  if (Math.max(Math.abs(width - said.width), Math.abs(height - said.height)) <= sizeTolerance) return;
  const message = `the mask has ${width}x${height} pixels, its corners are ${said.width}x${said.height} pixels apart`;
  throw problem('MASK_SIZE_MISMATCH', message);
}

function laidOn(mask: EncodedMask, { x, y }: Corner): Region {
  const [right, bottom] = [x + mask.width, y + mask.height];
  const over = ({ width, height }: ImageSize) => Math.max(-x, -y, right - width, bottom - height);
  const decoded = (image: ImageSize): BinaryMask => {
    if (over(image) <= polygonReach(image)) return decodeRle(mask.counts, mask);
    const where = `${mask.width}x${mask.height} pixels at ${x}, ${y}`;
    throw problem('MASK_SIZE_MISMATCH', `the mask (${where}) does not fit the image's ${image.width}x${image.height}`);
  };
  return {
    paint: (image) => {
      const { data } = decoded(image);
      for (let row = Math.max(0, -y); row < Math.min(mask.height, image.height - y); row += 1) {
        for (let column = Math.max(0, -x); column < Math.min(mask.width, image.width - x); column += 1) {
          image.data[(y + row) * image.width + x + column]! |= data[row * mask.width + column]!;
        }
      }
    },
    bounds: (image) => {
      const inside = boundsOfMask(decoded(image));
      return { ...inside, x: inside.x + x, y: inside.y + y };
    },
    reachesOver: (image) => over(image) > 0,
  };
}
