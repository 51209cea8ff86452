import { CorruptImage, type ImageHeader, type PixelBytes } from './imageHeader.js';

/** Start-of-frame markers: baseline, progressive, lossless and their arithmetic variants. */
const startOfFrame = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;

/** Application segments that say how pixels are meant: JFIF, EXIF with the orientation, colour profile, Adobe's colours. */
const pixelApplications: Readonly<Record<number, string>> = {
  0xe0: 'JFIF\0',
  0xe1: 'Exif\0\0',
  0xe2: 'ICC_PROFILE\0',
  0xee: 'Adobe',
};

interface Segment {
  marker: number;
  /** Of the marker's first byte. */
  start: number;
  end: number;
}

/** Walks the markers up to the first frame header. @throws CorruptImage */
export function readJpegHeader(jpeg: Buffer): ImageHeader {
  for (const { marker, start, end } of segments(jpeg, () => undefined)) {
    if (startOfFrame.has(marker)) return frameHeader(jpeg, start + 4, end);
    if (marker === startOfScan) break;
  }
  throw new CorruptImage('the JPEG ends before its frame header');
}

/**
 * A copy of a JPEG with what decides its pixels and nothing else. What decoders complain about although no pixel depends on
 * it is put right: bytes between segments, a first scan of a sequential JPEG that names no coefficients, a missing end marker. So whatever they
 * still complain about is damage.
 *
 * @throws CorruptImage when a segment is cut off.
 */
export function keepPixelSegments(jpeg: Buffer): PixelBytes {
  const kept: Buffer[] = [Buffer.from([0xff, startOfImage])];
  const remarks = new Set<string>();
  let sequential = false;
  let ended = false;
  for (const { marker, start, end } of segments(jpeg, (text) => remarks.add(text))) {
    ended ||= marker === endOfImage;
    if (startOfFrame.has(marker)) sequential = marker === 0xc0 || marker === 0xc1;
    if (!decidesPixels(jpeg, marker, start)) continue;
    const segment = jpeg.subarray(start, end);
    kept.push(marker === startOfScan && sequential ? wholeScan(segment, remarks) : segment);
  }
  if (!ended) remarks.add('its end marker is missing');
  // Of a progressive JPEG nobody could tell whether scans are missing too.
  if (ended || sequential) kept.push(Buffer.from([0xff, endOfImage]));
  return { bytes: Buffer.concat(kept), remarks: [...remarks] };
}

function decidesPixels(jpeg: Buffer, marker: number, start: number): boolean {
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  if (!isApplication) return marker !== 0xfe && marker !== endOfImage;
  const name = pixelApplications[marker];
  return name !== undefined && jpeg.toString('latin1', start + 4, start + 4 + name.length) === name;
}

/** The coefficients of a scan of a sequential JPEG are always all of them; some encoders write none. */
function wholeScan(scan: Buffer, remarks: Set<string>): Buffer {
  const at = 5 + 2 * (scan[4] ?? 0);
  if (scan[at] === 0 && scan[at + 1] === 63 && scan[at + 2] === 0) return scan;
  remarks.add('the spectral selection of a scan is wrong for a sequential JPEG');
  const whole = Buffer.from(scan);
  whole.set([0, 63, 0], at);
  return whole;
}

/** Every segment up to the end marker, which is one, each scan with its coded pixels. */
function* segments(jpeg: Buffer, remark: (text: string) => void): Generator<Segment> {
  let at = 2;
  while (at < jpeg.length) {
    const start = nextMarker(jpeg, at);
    const strays = jpeg.subarray(at, start).filter((byte) => byte !== 0xff).length;
    if (strays > 0) remark(`${strays} bytes between two segments belong to none`);
    const marker = jpeg[start + 1];
    if (marker === undefined) return;
    const end = segmentEnd(jpeg, marker, start);
    yield { marker, start, end };
    if (marker === endOfImage) return;
    at = end;
  }
}

/** Where the next marker begins; at the end of the file when there is none. Any number of 0xff may stand before its code. */
function nextMarker(jpeg: Buffer, from: number): number {
  let at = jpeg.indexOf(0xff, from);
  while (at >= 0 && (jpeg[at + 1] === 0xff || jpeg[at + 1] === 0)) at = jpeg.indexOf(0xff, at + 1);
  return at < 0 ? jpeg.length : at;
}

function segmentEnd(jpeg: Buffer, marker: number, start: number): number {
  const isAlone = marker === 0x01 || (marker >= 0xd0 && marker <= endOfImage);
  if (isAlone) return start + 2;
  const length = start + 4 <= jpeg.length ? jpeg.readUInt16BE(start + 2) : 0;
  const end = start + 2 + length;
  if (length < 2 || end > jpeg.length) throw new CorruptImage(`the JPEG ends inside segment ${marker.toString(16)}`);
  return marker === startOfScan ? scanEnd(jpeg, end) : end;
}

/** The coded pixels end at the first marker that is no restart. */
function scanEnd(jpeg: Buffer, from: number): number {
  let at = nextMarker(jpeg, from);
  while (at + 1 < jpeg.length && jpeg[at + 1]! >= 0xd0 && jpeg[at + 1]! <= 0xd7) at = nextMarker(jpeg, at + 2);
  return at;
}

function frameHeader(jpeg: Buffer, at: number, end: number): ImageHeader {
  if (at + 6 > end) throw new CorruptImage('the JPEG ends inside its frame header');
  const precision = jpeg[at]!;
  return {
    width: jpeg.readUInt16BE(at + 3),
    height: jpeg.readUInt16BE(at + 1),
    frames: 1,
    samples: precision === 8 ? 'uint8' : { unsupported: `${precision}-bit JPEG samples` },
  };
}
