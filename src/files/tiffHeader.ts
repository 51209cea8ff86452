import { CorruptImage, type ImageHeader, type SampleKind } from './imageHeader.js';

const tag = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  photometric: 262,
  samplesPerPixel: 277,
  tileWidth: 322,
  tileLength: 323,
  sampleFormat: 339,
} as const;

/** Enough to say that there is more than one picture. */
const maximumFramesCounted = 10_000;

/** Bytes of one value of each TIFF field type that a size, count or format may have. */
const fieldBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

const photometricNames: Readonly<Record<number, string>> = {
  8: 'CIE L*a*b*',
  9: 'ICC L*a*b*',
  10: 'ITU L*a*b*',
  32803: 'colour filter array',
  32844: 'LogL',
  32845: 'LogLuv',
  34892: 'linear raw',
};

/** Reads the first image file directory of a classic or big TIFF. @throws CorruptImage */
export function readTiffHeader(tiff: Buffer): ImageHeader {
  try {
    return new TiffReader(tiff).header();
  } catch (error) {
    if (error instanceof RangeError) throw new CorruptImage('the TIFF ends before its directory does');
    throw error;
  }
}

/** Reads numbers and directories of a TIFF in its byte order; RangeError where it ends. */
export class TiffReader {
  readonly little: boolean;
  readonly big: boolean;

  constructor(private readonly bytes: Buffer) {
    this.little = bytes[0] === 0x49;
    this.big = this.short(2) === 43;
  }

  header(): ImageHeader {
    const { fields, next } = this.directory(this.firstDirectory());
    const first = (name: number, otherwise?: number) => {
      const value = fields.get(name)?.[0] ?? otherwise;
      if (value === undefined) throw new CorruptImage(`the TIFF lacks tag ${name}`);
      return value;
    };
    const bits = fields.get(tag.bitsPerSample) ?? [1];
    const photometric = first(tag.photometric, 1);
    return {
      width: first(tag.imageWidth),
      height: first(tag.imageLength),
      frames: next === 0 ? 1 : this.countFrames(next),
      tilePixels: first(tag.tileWidth, 0) * first(tag.tileLength, 0),
      samples: sampleKind(Math.max(...bits), first(tag.sampleFormat, 1), first(tag.samplesPerPixel, 1)),
      ...(photometric > 6 ? { colourSpace: photometricNames[photometric] ?? `photometric ${photometric}` } : {}),
    };
  }

  /** Where the first directory lies. */
  firstDirectory(): number {
    return this.big ? this.long8(8) : this.long(4);
  }

  private countFrames(second: number): number {
    let frames = 1;
    const seen = new Set<number>();
    for (let offset = second; offset !== 0 && !seen.has(offset) && frames < maximumFramesCounted; frames += 1) {
      seen.add(offset);
      offset = this.entries(offset).next;
    }
    return frames;
  }

  /** Where the entries of a directory lie, and the offset of the next directory, 0 for none. */
  entries(offset: number): { count: number; start: number; size: number; next: number } {
    const count = this.big ? this.long8(offset) : this.short(offset);
    if (count > 4096) throw new CorruptImage(`the TIFF directory claims ${count} entries`);
    const start = offset + (this.big ? 8 : 2);
    const size = this.big ? 20 : 12;
    const end = start + count * size;
    return { count, start, size, next: this.big ? this.long8(end) : this.long(end) };
  }

  private directory(offset: number): { fields: Map<number, number[]>; next: number } {
    const { count, start, size, next } = this.entries(offset);
    const fields = new Map<number, number[]>();
    for (let index = 0; index < count; index += 1) {
      const at = start + index * size;
      const values = this.values(at);
      if (values) fields.set(this.short(at), values);
    }
    return { fields, next };
  }

  /** At most eight values of an entry; undefined for types that no size, count or format has. */
  private values(entry: number): number[] | undefined {
    const type = this.short(entry + 2);
    const bytes = fieldBytes[type];
    if (!bytes) return undefined;
    const count = this.big ? this.long8(entry + 4) : this.long(entry + 4);
    const inline = entry + (this.big ? 12 : 8);
    const fits = count * bytes <= (this.big ? 8 : 4);
    const start = fits ? inline : this.big ? this.long8(inline) : this.long(inline);
    if (start + Math.min(count, 8) * bytes > this.bytes.length) return undefined;
    return Array.from({ length: Math.min(count, 8) }, (_, index) => this.number(bytes, start + index * bytes));
  }

  private number(bytes: number, at: number): number {
    if (bytes === 8) return this.long8(at);
    if (bytes === 4) return this.long(at);
    return bytes === 2 ? this.short(at) : this.bytes.readUInt8(at);
  }

  short(at: number): number {
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  long(at: number): number {
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  long8(at: number): number {
    return Number(this.little ? this.bytes.readBigUInt64LE(at) : this.bytes.readBigUInt64BE(at));
  }
}

function sampleKind(bits: number, format: number, channels: number): SampleKind | { unsupported: string } {
  if ((format === 1 || format === 4) && bits <= 16) return bits > 8 ? 'uint16' : 'uint8';
  if (format === 3 && bits === 32 && channels === 1) return 'float32';
  const formats: Record<number, string> = {
    1: 'unsigned integer',
    2: 'signed integer',
    3: 'float',
    5: 'complex integer',
    6: 'complex',
  };
  return { unsupported: `${channels} channel(s) of ${bits}-bit ${formats[format] ?? `format ${format}`}` };
}
