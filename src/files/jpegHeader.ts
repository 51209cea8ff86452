import { CorruptImage, type ImageHeader } from './imageHeader.js';

/** Start-of-frame markers: baseline, progressive, lossless and their arithmetic variants. */
const startOfFrame = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** Walks the markers up to the first frame header. @throws CorruptImage */
export function readJpegHeader(jpeg: Buffer): ImageHeader {
  let at = 2;
  while (at + 4 <= jpeg.length) {
    if (jpeg[at] !== 0xff) throw new CorruptImage(`the JPEG has no marker at byte ${at}`);
    const marker = jpeg[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (startOfFrame.has(marker)) return frameHeader(jpeg, at + 4);
    if (marker === 0xd9 || marker === 0xda) break;
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  throw new CorruptImage('the JPEG ends before its frame header');
}

function frameHeader(jpeg: Buffer, at: number): ImageHeader {
  if (at + 6 > jpeg.length) throw new CorruptImage('the JPEG ends inside its frame header');
  const precision = jpeg[at]!;
  return {
    width: jpeg.readUInt16BE(at + 3),
    height: jpeg.readUInt16BE(at + 1),
    frames: 1,
    samples: precision === 8 ? 'uint8' : { unsupported: `${precision}-bit JPEG samples` },
  };
}
