import { CorruptImage, type PixelBytes } from './imageHeader.js';
import type { IndexedPixels } from './pngChunks.js';
import { TiffReader } from './tiffHeader.js';

/** Tags that decide what the pixels are, their place in the file, orientation and colour profile included. */
const pixelTags = new Set([
  ...[
    254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 318, 319, 320, 322, 323, 324, 325,
  ],
  ...[332, 333, 334, 336, 338, 339, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 34675],
]);

/** Bytes of one value of each field type, 1 BYTE to 18 IFD8. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

interface Entry {
  tag: number;
  bytes: Buffer;
}

/**
 * A copy of a TIFF whose only directory holds the tags that decide pixels, in order. Decoders complain about every other tag
 * that is unknown or broken, and no pixel depends on it.
 *
 * @throws CorruptImage when the directory is cut off.
 */
export function keepPixelTags(tiff: Buffer): PixelBytes {
  const reader = new TiffReader(tiff);
  const { count, start, size } = reader.entries(reader.firstDirectory());
  if (start + count * size > tiff.length) throw new CorruptImage('the TIFF ends before its directory does');
  const entries = Array.from({ length: count }, (_, index): Entry => {
    const at = start + index * size;
    return { tag: reader.short(at), bytes: tiff.subarray(at, at + size) };
  });
  const kept = entries.filter(({ tag }) => pixelTags.has(tag)).sort((a, b) => a.tag - b.tag);
  const others = entries.filter(({ tag }) => !pixelTags.has(tag));
  const remarks = others.flatMap((entry) => brokenTag(tiff, reader, start + entries.indexOf(entry) * size) ?? []);
  if (entries.some(({ tag }, index) => index > 0 && tag < entries[index - 1]!.tag)) {
    remarks.push('its tags are not in ascending order');
  }
  return { bytes: withDirectory(tiff, reader, kept), remarks };
}

/** A TIFF made to decode to the numbers of its colours; undefined for one without palette. @throws CorruptImage */
export function indexedTiff(tiff: Buffer): IndexedPixels | undefined {
  const { bytes } = keepPixelTags(tiff);
  const reader = new TiffReader(bytes);
  const { count, start, size } = reader.entries(reader.firstDirectory());
  const at = Array.from({ length: count }, (_, index) => start + index * size);
  const entry = (tag: number) => at.find((place) => reader.short(place) === tag);
  const photometric = entry(262);
  const map = entry(320);
  const value = (place: number) => place + (reader.big ? 12 : 8);
  if (photometric === undefined || reader.short(value(photometric)) !== 3) return undefined;
  if (map === undefined) throw new CorruptImage('the TIFF lacks its palette');
  const colours = (reader.big ? reader.long8(map + 4) : reader.long(map + 4)) / 3;
  const from = reader.big ? reader.long8(value(map)) : reader.long(value(map));
  if (!Number.isInteger(colours) || colours > 256 || from + 6 * colours > bytes.length) {
    throw new CorruptImage('the palette of the TIFF is broken');
  }
  const place = (channel: number, index: number) => from + 2 * (channel * colours + index);
  const high = (channel: number, index: number) => reader.short(place(channel, index)) >> 8;
  const found = Array.from({ length: colours }, (_, index) => {
    return [high(0, index), high(1, index), high(2, index)] as const;
  });
  for (let i = 0; i < 3 * colours; i += 1) number((i % colours) * 257, 2, reader.little).copy(bytes, from + 2 * i);
  return { bytes, colours: found, transparent: new Set() };
}

/** What is wrong with a tag that is left out; undefined when it is whole. */
function brokenTag(tiff: Buffer, reader: TiffReader, at: number): string | undefined {
  const tag = reader.short(at);
  const bytes = typeBytes[reader.short(at + 2)];
  if (!bytes) return `its tag ${tag} has the unknown type ${reader.short(at + 2)}`;
  const length = bytes * (reader.big ? reader.long8(at + 4) : reader.long(at + 4));
  if (length <= (reader.big ? 8 : 4)) return undefined;
  const offset = reader.big ? reader.long8(at + 12) : reader.long(at + 8);
  return offset + length > tiff.length ? `its tag ${tag} points behind the end of the file` : undefined;
}

/** The file with one directory, which lies at its end. */
function withDirectory(tiff: Buffer, { big, little }: TiffReader, entries: readonly Entry[]): Buffer {
  const padding = Buffer.alloc(tiff.length % 2);
  const count = number(entries.length, big ? 8 : 2, little);
  const none = Buffer.alloc(big ? 8 : 4);
  const whole = Buffer.concat([tiff, padding, count, ...entries.map(({ bytes }) => bytes), none]);
  number(tiff.length + padding.length, big ? 8 : 4, little).copy(whole, big ? 8 : 4);
  return whole;
}

function number(value: number, bytes: 2 | 4 | 8, little: boolean): Buffer {
  const written = Buffer.alloc(bytes);
  if (bytes === 8) written[little ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value));
  else written[little ? 'writeUIntLE' : 'writeUIntBE'](value, 0, bytes);
  return written;
}
