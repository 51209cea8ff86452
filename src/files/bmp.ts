import type { RgbImage } from '../shared/images.js';
import { CorruptImage, type ImageHeader } from './imageHeader.js';

interface BmpLayout {
  width: number;
  height: number;
  topDown: boolean;
  bitsPerPixel: number;
  /** 0 uncompressed, 1 and 2 run lengths, 3 bit fields, 4 JPEG, 5 PNG. */
  compression: number;
  pixelsAt: number;
  paletteAt: number;
  paletteEntryBytes: number;
  paletteLength: number;
}

const readableDepths = [1, 4, 8, 24, 32];

/** Reads the file and information header. @throws CorruptImage */
export function readBmpHeader(bmp: Buffer): ImageHeader {
  const layout = readLayout(bmp);
  const readable = readableDepths.includes(layout.bitsPerPixel) && [0, 3].includes(layout.compression);
  const plain = readable && (layout.compression === 0 || hasPlainBitFields(bmp, layout));
  return {
    width: layout.width,
    height: layout.height,
    frames: 1,
    samples: plain ? 'uint8' : { unsupported: `${layout.bitsPerPixel}-bit BMP with compression ${layout.compression}` },
  };
}

/**
 * Decodes an uncompressed BMP of 1, 4, 8 (palette), 24 or 32 bits a pixel; a fourth channel is dropped. The caller has
 * checked the header against the limits.
 *
 * @throws CorruptImage when pixels are missing or point outside the palette.
 */
export function decodeBmp(bmp: Buffer): RgbImage {
  const layout = readLayout(bmp);
  const { width, height, bitsPerPixel } = layout;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const needed = layout.pixelsAt + rowBytes * height;
  if (bmp.length < needed) throw new CorruptImage(`the BMP should have ${needed} bytes and has ${bmp.length}`);
  const data = new Uint8Array(width * height * 3);
  const writeRow = bitsPerPixel > 8 ? writeDirectRow : writePaletteRow;
  for (let row = 0; row < height; row += 1) {
    const stored = layout.topDown ? row : height - 1 - row;
    writeRow(bmp, layout, layout.pixelsAt + stored * rowBytes, data, row * width * 3);
  }
  return { width, height, data };
}

/** A palette BMP as numbers of colours, one byte a pixel, with its colours; undefined for one without palette. @throws CorruptImage */
export function indexedBmp(
  bmp: Buffer,
): { width: number; height: number; data: Uint8Array; colours: (readonly [number, number, number])[] } | undefined {
  const layout = readLayout(bmp);
  if (layout.bitsPerPixel > 8) return undefined;
  const { paletteAt, paletteEntryBytes, paletteLength } = layout;
  const colours = Array.from({ length: paletteLength }, (_, index) => {
    const at = paletteAt + index * paletteEntryBytes;
    return [bmp[at + 2]!, bmp[at + 1]!, bmp[at]!] as const;
  });
  const numbered = Buffer.from(bmp);
  for (let index = 0; index < paletteLength; index += 1) {
    numbered.fill(index, paletteAt + index * paletteEntryBytes, paletteAt + index * paletteEntryBytes + 3);
  }
  const { width, height, data } = decodeBmp(numbered);
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, pixel) => data[3 * pixel]!), colours };
}

function writeDirectRow(bmp: Buffer, layout: BmpLayout, from: number, data: Uint8Array, to: number): void {
  const step = layout.bitsPerPixel / 8;
  for (let column = 0; column < layout.width; column += 1) {
    copyBlueGreenRed(bmp, from + column * step, data, to + column * 3);
  }
}

function writePaletteRow(bmp: Buffer, layout: BmpLayout, from: number, data: Uint8Array, to: number): void {
  const bits = layout.bitsPerPixel;
  for (let column = 0; column < layout.width; column += 1) {
    const bit = column * bits;
    const index = (bmp[from + (bit >> 3)]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
    if (index >= layout.paletteLength) {
      throw new CorruptImage(`a BMP pixel uses colour ${index} of a palette of ${layout.paletteLength}`);
    }
    copyBlueGreenRed(bmp, layout.paletteAt + index * layout.paletteEntryBytes, data, to + column * 3);
  }
}

function copyBlueGreenRed(bmp: Buffer, from: number, data: Uint8Array, to: number): void {
  data[to] = bmp[from + 2]!;
  data[to + 1] = bmp[from + 1]!;
  data[to + 2] = bmp[from]!;
}

function readLayout(bmp: Buffer): BmpLayout {
  const headerBytes = bmp.length >= 26 ? bmp.readUInt32LE(14) : 0;
  if (headerBytes < 12 || bmp.length < 14 + headerBytes) throw new CorruptImage('the BMP ends before its header does');
  if (headerBytes < 40 && headerBytes !== 12) throw new CorruptImage(`the BMP header claims ${headerBytes} bytes`);
  const old = headerBytes === 12;
  const height = old ? bmp.readUInt16LE(20) : bmp.readInt32LE(22);
  const bitsPerPixel = bmp.readUInt16LE(old ? 24 : 28);
  const compression = old ? 0 : bmp.readUInt32LE(30);
  const pixelsAt = bmp.readUInt32LE(10);
  const paletteAt = 14 + headerBytes;
  const paletteEntryBytes = old ? 3 : 4;
  const declared = old ? 0 : bmp.readUInt32LE(46);
  const room = Math.floor((Math.min(pixelsAt, bmp.length) - paletteAt) / paletteEntryBytes);
  const width = old ? bmp.readUInt16LE(18) : bmp.readInt32LE(18);
  return {
    width: Math.max(0, width),
    height: Math.abs(height),
    topDown: height < 0,
    bitsPerPixel,
    compression,
    pixelsAt,
    paletteAt,
    paletteEntryBytes,
    paletteLength: Math.max(0, Math.min(declared || 2 ** Math.min(bitsPerPixel, 8), room)),
  };
}

/** Bit fields that say what an uncompressed 32-bit BMP means anyway: red, green and blue from the third byte down. */
function hasPlainBitFields(bmp: Buffer, layout: BmpLayout): boolean {
  if (layout.bitsPerPixel !== 32 || bmp.length < 66) return false;
  return bmp.readUInt32LE(54) === 0xff0000 && bmp.readUInt32LE(58) === 0xff00 && bmp.readUInt32LE(62) === 0xff;
}
