import { crc32, inflateSync } from 'node:zlib';
import { CorruptImage, type ImageHeader } from './imageHeader.js';

const signatureLength = 8;

/** Chunks that decide what the pixels are. All others are comments of some kind and never reach the decoder. */
const pixelChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Longest EXIF chunk taken over, for its orientation. */
const maximumExifBytes = 64 * 1024;

/** Largest colour profile taken over, inflated. */
const maximumProfileBytes = 4 * 1024 * 1024;

interface Chunk {
  type: string;
  /** Of the length field. */
  start: number;
  /** After the checksum. */
  end: number;
}

/** Reads IHDR only. @throws CorruptImage */
export function readPngHeader(png: Buffer): ImageHeader {
  if (png.length < 33 || png.toString('latin1', 12, 16) !== 'IHDR') {
    throw new CorruptImage('the PNG ends before its header does');
  }
  return {
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
    frames: countFrames(png),
    samples: png[24] === 16 ? 'uint16' : 'uint8',
  };
}

/**
 * A copy of a PNG with every checksum verified and without text, time and other side chunks, whose compressed content
 * could unfold to any size. EXIF stays for its orientation, and an embedded colour profile when it is at most 4 MB unfolded.
 *
 * @throws CorruptImage when a chunk is cut off or its checksum is wrong.
 */
export function keepPixelChunks(png: Buffer): Buffer {
  const kept: Buffer[] = [png.subarray(0, signatureLength)];
  let last = '';
  for (const chunk of chunks(png)) {
    const stored = png.readUInt32BE(chunk.end - 4);
    const found = crc32(png.subarray(chunk.start + 4, chunk.end - 4));
    if (stored !== found) throw new CorruptImage(`the checksum of PNG chunk ${chunk.type} is wrong`);
    const bytes = png.subarray(chunk.start, chunk.end);
    const orients = chunk.type === 'eXIf' && bytes.length <= maximumExifBytes;
    if (pixelChunks.has(chunk.type) || orients || (chunk.type === 'iCCP' && unfoldsSmall(bytes))) kept.push(bytes);
    last = chunk.type;
    if (last === 'IEND') break;
  }
  if (last !== 'IEND') throw new CorruptImage('the PNG ends before its last chunk');
  return Buffer.concat(kept);
}

/** A file whose pixels are numbers of colours, made to decode to these numbers as grey values. */
export interface IndexedPixels {
  bytes: Buffer;
  /** Red, green and blue of each number. */
  colours: readonly (readonly [number, number, number])[];
  /** Numbers whose colour is not opaque. */
  transparent: ReadonlySet<number>;
}

/** The same PNG with its palette replaced; undefined for one without palette. @throws CorruptImage as {@link keepPixelChunks}. */
export function indexedPng(png: Buffer): IndexedPixels | undefined {
  if (png[25] !== 3) return undefined;
  const bytes = keepPixelChunks(png);
  const found = [...chunks(bytes)];
  const content = (type: string) => {
    const chunk = found.find((one) => one.type === type);
    return chunk && bytes.subarray(chunk.start + 8, chunk.end - 4);
  };
  const palette = content('PLTE');
  if (!palette) throw new CorruptImage('the PNG lacks its palette');
  const colours = Array.from({ length: Math.floor(palette.length / 3) }, (_, index) => {
    return [palette[3 * index]!, palette[3 * index + 1]!, palette[3 * index + 2]!] as const;
  });
  const alphas = [...(content('tRNS') ?? [])];
  const pieces = found
    .filter(({ type }) => type !== 'tRNS' && type !== 'iCCP')
    .map(({ type, start, end }) => (type === 'PLTE' ? numbersAsGreys(colours.length) : bytes.subarray(start, end)));
  return {
    bytes: Buffer.concat([bytes.subarray(0, signatureLength), ...pieces]),
    colours,
    transparent: new Set(alphas.flatMap((alpha, index) => (alpha < 255 ? [index] : []))),
  };
}

function numbersAsGreys(colours: number): Buffer {
  const chunk = Buffer.alloc(12 + 3 * colours);
  chunk.writeUInt32BE(3 * colours, 0);
  chunk.write('PLTE', 4, 'latin1');
  for (let at = 0; at < 3 * colours; at += 1) chunk[8 + at] = Math.floor(at / 3);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + 3 * colours)), 8 + 3 * colours);
  return chunk;
}

/** Frames as the animation control chunk says, which stands before the pixels; 1 without one. */
function countFrames(png: Buffer): number {
  try {
    for (const chunk of chunks(png)) {
      if (chunk.type === 'IDAT') return 1;
      if (chunk.type === 'acTL' && chunk.end - chunk.start >= 16) return Math.max(1, png.readUInt32BE(chunk.start + 8));
    }
  } catch (error) {
    if (!(error instanceof CorruptImage)) throw error;
  }
  return 1;
}

function* chunks(png: Buffer): Generator<Chunk> {
  let start = signatureLength;
  while (start < png.length) {
    if (start + 12 > png.length) throw new CorruptImage('the PNG ends inside a chunk');
    const end = start + 12 + png.readUInt32BE(start);
    const type = png.toString('latin1', start + 4, start + 8);
    if (end > png.length) throw new CorruptImage(`the PNG ends inside chunk ${printable(type)}`);
    yield { type: printable(type), start, end };
    start = end;
  }
}

function printable(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : '????';
}

function unfoldsSmall(chunk: Buffer): boolean {
  const nameEnd = chunk.indexOf(0, 8);
  if (nameEnd < 0) return false;
  try {
    inflateSync(chunk.subarray(nameEnd + 2, chunk.length - 4), { maxOutputLength: maximumProfileBytes });
    return true;
  } catch {
    return false;
  }
}
