/** How one sample of a pixel is stored. */
export type SampleKind = 'uint8' | 'uint16' | 'float32';

/** What the header of an image file claims, read without decoding a pixel. */
export interface ImageHeader {
  width: number;
  height: number;
  /** Pictures or pages in the file. */
  frames: number;
  /** Pixels of one tile, for formats that store tiles; a decoder holds at least one. */
  tilePixels?: number;
  /** Left out where every variant of the format can be read. */
  samples?: SampleKind | { unsupported: string };
  /** Name of a colour space that is not read. */
  colourSpace?: string;
}

/** A file without what no pixel depends on. */
export interface PixelBytes {
  bytes: Buffer;
  /** What breaks the rules of the format and hurts no pixel, each as a part of a sentence about the file. */
  remarks: string[];
}

/** The bytes break the rules of their format. The message says how, for a person. */
export class CorruptImage extends Error {
  override readonly name = 'CorruptImage';
}
