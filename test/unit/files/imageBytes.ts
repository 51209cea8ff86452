import { Readable } from 'node:stream';
import { crc32, createDeflate, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Textured 8-bit RGB pixels, the same on every call. */
export function texture(width: number, height: number, seed = 1): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  let state = seed;
  for (let i = 0; i < data.length; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    data[i] = state >>> 24;
  }
  return data;
}

/** A decoder fed with {@link texture}; choose the format by its methods. */
export function picture(width = 64, height = 48, seed = 1): Sharp {
  return sharp(texture(width, height, seed), { raw: { width, height, channels: 3 } });
}

/** Zeros, compressed piece by piece: whoever measures memory afterwards must not find their own. @param bytes whole megabytes. */
export async function deflatedZeros(bytes: number): Promise<Buffer> {
  const piece = Buffer.alloc(1_000_000);
  const zeros = Readable.from(Array.from({ length: bytes / piece.length }, () => piece));
  const pieces: Buffer[] = [];
  for await (const deflated of zeros.pipe(createDeflate({ level: 9 }))) pieces.push(deflated as Buffer);
  return Buffer.concat(pieces);
}

/** One PNG chunk with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG made of given chunks. */
export function pngOf(...chunks: Uint8Array[]): Buffer {
  return Buffer.concat([pngSignature, ...chunks]);
}

/** IHDR of an 8-bit image; colour type 0 grey, 2 RGB, 3 palette. */
export function pngHeader(width: number, height: number, colourType = 0, depth = 8): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType, 0, 0, 0], 8);
  return pngChunk('IHDR', data);
}

/** A grey PNG of 8 or 16 bits (high byte first) from its samples. */
export function greyPng(width: number, height: number, samples: readonly number[], depth: 8 | 16 = 8): Buffer {
  const rowBytes = (width * depth) / 8;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  samples.forEach((sample, i) => {
    const at = Math.floor(i / width) * (rowBytes + 1) + 1 + ((i % width) * depth) / 8;
    if (depth === 8) rows.writeUInt8(sample, at);
    else rows.writeUInt16BE(sample, at);
  });
  const pixels = pngChunk('IDAT', deflateSync(rows));
  return pngOf(pngHeader(width, height, 0, depth), pixels, pngChunk('IEND', Buffer.alloc(0)));
}

/** A palette PNG from indices. */
export function palettePng(
  width: number,
  height: number,
  palette: readonly number[],
  indices: readonly number[],
): Buffer {
  const rows = Buffer.alloc(height * (width + 1));
  indices.forEach((index, i) => rows.writeUInt8(index, Math.floor(i / width) * (width + 1) + 1 + (i % width)));
  const colours = pngChunk('PLTE', Uint8Array.from(palette));
  return pngOf(
    pngHeader(width, height, 3),
    colours,
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  );
}

export interface TiffPage {
  width: number;
  height: number;
  bits: number;
  /** 1 unsigned, 2 signed, 3 float. */
  sampleFormat: number;
  data: Uint8Array;
  /** 0 white is zero, 1 black is zero, 8 L*a*b*. */
  photometric?: number;
  /** Further entries: tag and value, as LONG. */
  extra?: readonly (readonly [number, number])[];
}

/** A little-endian, uncompressed, one-channel TIFF with one strip a page. */
export function tiffOf(...pages: TiffPage[]): Buffer {
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  const parts = [head];
  let offset = head.length;
  let pointer: { buffer: Buffer; at: number } = { buffer: head, at: 4 };
  for (const page of pages) {
    const entries = [
      [256, page.width],
      [257, page.height],
      [258, page.bits],
      [259, 1],
      [262, page.photometric ?? 1],
      [273, offset],
      [277, 1],
      [278, page.height],
      [279, page.data.length],
      [339, page.sampleFormat],
      ...(page.extra ?? []),
    ].sort((a, b) => a[0] - b[0]);
    const directory = Buffer.alloc(2 + entries.length * 12 + 4);
    directory.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag, value], i) => {
      directory.writeUInt16LE(tag, 2 + i * 12);
      directory.writeUInt16LE(4, 4 + i * 12);
      directory.writeUInt32LE(1, 6 + i * 12);
      directory.writeUInt32LE(value, 10 + i * 12);
    });
    pointer.buffer.writeUInt32LE(offset + page.data.length, pointer.at);
    pointer = { buffer: directory, at: directory.length - 4 };
    parts.push(Buffer.from(page.data), directory);
    offset += page.data.length + directory.length;
  }
  return Buffer.concat(parts);
}

/** An uncompressed BMP; `rows` are stored rows (bottom first unless `height` is negative), each padded to 4 bytes here. */
export function bmpOf(options: {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  palette?: readonly (readonly [red: number, green: number, blue: number])[];
  rows: readonly Uint8Array[];
}): Buffer {
  const { width, height, bits, compression = 0, palette = [], rows } = options;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const head = Buffer.alloc(54 + palette.length * 4);
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(palette.length, 46);
  palette.forEach(([red, green, blue], i) => head.set([blue, green, red, 0], 54 + i * 4));
  const pixels = rows.map((row) => Buffer.concat([row, Buffer.alloc(rowBytes - row.length)]));
  return Buffer.concat([head, ...pixels]);
}
