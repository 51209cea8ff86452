import sharp from 'sharp';
import type { Box } from '../../shared/images.js';
import type { MarkedPicture } from './report.js';
import { photographUri } from './thumbnails.js';

/** Side of the picture in the report, pixels, and how many times the place itself is shown around it. */
const side = 128;
const surroundings = 6;

/** The place of a photograph with its surroundings, as a square. The place stays at its middle, or nearer to an edge it is at. */
export async function markedPicture(bytes: Uint8Array, place: Box): Promise<MarkedPicture> {
  const { width, height } = await sharp(bytes).metadata();
  const length = Math.round(Math.min(width, height, surroundings * Math.max(place.width, place.height)));
  const left = startOf(place.x + place.width / 2, length, width);
  const top = startOf(place.y + place.height / 2, length, height);
  const piece = await sharp(bytes).extract({ left, top, width: length, height: length }).png().toBuffer();
  const share = (pixels: number) => (100 * pixels) / length;
  return {
    uri: await photographUri(piece, { width: side, height: side }),
    mark: {
      x: share(place.x - left),
      y: share(place.y - top),
      width: share(place.width),
      height: share(place.height),
    },
  };
}

function startOf(middle: number, length: number, size: number): number {
  return Math.max(0, Math.min(size - length, Math.round(middle - length / 2)));
}
