import { readBmpHeader } from './bmp.js';
import type { ImageFormat } from './imageFormat.js';
import type { ImageHeader } from './imageHeader.js';
import { readJpegHeader } from './jpegHeader.js';
import { readPngHeader } from './pngChunks.js';
import { readTiffHeader } from './tiffHeader.js';
import { readWebpHeader } from './webpHeader.js';

const readers: Readonly<Record<ImageFormat, (bytes: Buffer) => ImageHeader>> = {
  png: readPngHeader,
  jpeg: readJpegHeader,
  webp: readWebpHeader,
  tiff: readTiffHeader,
  bmp: readBmpHeader,
};

/** Reads the header of a file whose format its first bytes gave away. @throws CorruptImage */
export function readImageHeader(bytes: Buffer, format: ImageFormat): ImageHeader {
  return readers[format](bytes);
}
