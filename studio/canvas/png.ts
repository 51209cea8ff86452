import { bytesOf, type Mask } from './mask.js';

/** PNG, third edition: https://www.w3.org/TR/png-3/ */
const signature = [137, 80, 78, 71, 13, 10, 26, 10] as const;

/** A mask as a grey PNG of one bit a pixel: black normal, white anomalous. */
export async function maskPng(mask: Mask): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = bytesOf(mask);
  const rowBytes = Math.ceil(width / 8) + 1;
  // The first byte of each row says that it is not filtered.
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]) rows[y * rowBytes + 1 + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 1);
  const chunks = [
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', await through(rows, new CompressionStream('deflate'))),
    chunk('IEND', new Uint8Array(0)),
  ];
  return joined([new Uint8Array(signature), ...chunks]);
}

/** The bytes a stream makes of some. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

function chunk(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(
    [...type].map((letter) => letter.charCodeAt(0)),
    4,
  );
  bytes.set(content, 8);
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)));
  return bytes;
}

/** Of each byte alone; annex D. */
const crcs = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcs[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A grey picture of 16 bits a pixel, row by row. */
export interface Grey16 {
  width: number;
  height: number;
  data: Uint16Array<ArrayBuffer>;
}

/**
 * Reads a 16-bit grey PNG without interlacing, as the server writes maps. A browser's own pictures have 8 bits: a region of a hundred scores comes out of
 * them as one.
 * @throws Error that says what it is instead.
 */
export async function decodeGrey16(bytes: Uint8Array<ArrayBuffer>): Promise<Grey16> {
  if (signature.some((byte, index) => bytes[index] !== byte)) throw new Error('the map is no PNG');
  const chunks = [...chunksOf(bytes)];
  const header = chunks.find(({ type }) => type === 'IHDR')?.content;
  if (!header || header.length < 13) throw new Error('the map has no PNG header');
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colours, interlaced] = [header[8], header[9], header[12]];
  if (depth !== 16 || colours !== 0 || interlaced !== 0) {
    throw new Error(`the map is a PNG of ${depth} bits, colour type ${colours}; maps have 16 bits and colour type 0`);
  }
  const packed = joined(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content));
  const rows = await through(packed, new DecompressionStream('deflate'));
  if (rows.length !== height * (2 * width + 1)) {
    throw new Error(`the map has ${rows.length} bytes; ${width} × ${height} pixels are ${height * (2 * width + 1)}`);
  }
  unfilter(rows, 2 * width, height);
  const data = new Uint16Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, from = y * (2 * width + 1) + 1; x < width; x++, from += 2) {
      data[at++] = (rows[from]! << 8) | rows[from + 1]!;
    }
  }
  return { width, height, data };
}

function* chunksOf(bytes: Uint8Array<ArrayBuffer>): Generator<{ type: string; content: Uint8Array<ArrayBuffer> }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = signature.length; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) throw new Error('the map is cut off');
    yield { type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), content: bytes.subarray(at + 8, end) };
    at = end + 4;
  }
}

/** Undoes the filters of the rows in place; each has a byte before it that names its filter. Two bytes a pixel. */
function unfilter(rows: Uint8Array, rowBytes: number, height: number): void {
  const before = 2;
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    const filter = rows[start - 1]!;
    if (filter > 4) throw new Error(`the map has filter ${filter} in row ${y}; a PNG has 0 to 4`);
    if (filter === 0) continue;
    const above = start - rowBytes - 1;
    for (let i = 0; i < rowBytes; i++) {
      const left = i >= before ? rows[start + i - before]! : 0;
      const up = y > 0 ? rows[above + i]! : 0;
      const upLeft = y > 0 && i >= before ? rows[above + i - before]! : 0;
      rows[start + i]! += predicted(filter, left, up, upLeft);
    }
  }
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - upLeft;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
  return a <= b && a <= c ? left : b <= c ? up : upLeft;
}
