import { CorruptImage, type ImageHeader } from './imageHeader.js';

/** Reads the first chunk of the RIFF container. @throws CorruptImage */
export function readWebpHeader(webp: Buffer): ImageHeader {
  if (webp.length < 30) throw new CorruptImage('the WebP ends before its header does');
  if (webp.readUInt32LE(4) + 8 > webp.length) {
    throw new CorruptImage(`the WebP should have ${webp.readUInt32LE(4) + 8} bytes and has ${webp.length}`);
  }
  const kind = webp.toString('latin1', 12, 16);
  if (kind === 'VP8X') {
    const animated = (webp[20]! & 0x02) !== 0;
    return {
      width: webp.readUIntLE(24, 3) + 1,
      height: webp.readUIntLE(27, 3) + 1,
      frames: animated ? countFrames(webp) : 1,
    };
  }
  if (kind === 'VP8L') {
    const bits = webp.readUInt32LE(21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, frames: 1 };
  }
  if (kind === 'VP8 ') {
    return { width: webp.readUInt16LE(26) & 0x3fff, height: webp.readUInt16LE(28) & 0x3fff, frames: 1 };
  }
  throw new CorruptImage('the WebP starts with an unknown chunk');
}

/** An animation counts as several frames even when it holds one: its canvas is composed, not stored. */
function countFrames(webp: Buffer): number {
  let frames = 0;
  for (let at = 12; at + 8 <= webp.length;) {
    if (webp.toString('latin1', at, at + 4) === 'ANMF') frames += 1;
    const length = webp.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return Math.max(2, frames);
}
