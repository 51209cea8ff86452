import { readBmpHeader } from './bmp.js';
import type { ImageFormat } from './imageFormat.js';
import type { ImageHeader, PixelBytes } from './imageHeader.js';
import { keepPixelSegments, readJpegHeader } from './jpegSegments.js';
import { keepPixelChunks, readPngHeader } from './pngChunks.js';
import { readTiffHeader } from './tiffHeader.js';
import { keepPixelTags } from './tiffTags.js';
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

const asItIs = (bytes: Buffer): PixelBytes => ({ bytes, remarks: [] });

const keepers: Readonly<Record<ImageFormat, (bytes: Buffer) => PixelBytes>> = {
  png: (bytes) => ({ bytes: keepPixelChunks(bytes), remarks: [] }),
  jpeg: keepPixelSegments,
  webp: asItIs,
  tiff: keepPixelTags,
  bmp: asItIs,
};

/**
 * What a decoder shall see of a file: everything its pixels depend on, and nothing that unfolds to any size or that decoders
 * complain about although no pixel is hurt. Whatever they then complain about is damage. @throws CorruptImage
 */
export function keepPixelBytes(bytes: Buffer, format: ImageFormat): PixelBytes {
  return keepers[format](bytes);
}
