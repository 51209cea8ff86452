/** Formats an image may be in. Everything else is refused before any decoder sees it. */
export const imageFormats = ['png', 'jpeg', 'webp', 'tiff', 'bmp'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** Pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** Media type of each format. */
export const imageContentTypes: Readonly<Record<ImageFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
};

/** What the first bytes of a file say it is; names and announced types play no part. */
export type Signature = { format: ImageFormat } | { format: undefined; looksLike: string };

interface Magic {
  type: string;
  offset?: number;
  /** Text stands for its Latin-1 bytes. */
  bytes: string;
}

const imageMagic: readonly (Magic & { type: ImageFormat })[] = [
  { type: 'png', bytes: '\x89PNG\r\n\x1a\n' },
  { type: 'jpeg', bytes: '\xff\xd8\xff' },
  { type: 'tiff', bytes: 'II*\0' },
  { type: 'tiff', bytes: 'MM\0*' },
  { type: 'tiff', bytes: 'II+\0' },
  { type: 'tiff', bytes: 'MM\0+' },
  { type: 'bmp', bytes: 'BM' },
];

/** Other files people send by mistake, named so that the answer helps. */
const otherMagic: readonly Magic[] = [
  { type: 'image/gif', bytes: 'GIF8' },
  { type: 'application/pdf', bytes: '%PDF' },
  { type: 'application/zip', bytes: 'PK\x03\x04' },
  { type: 'application/zip', bytes: 'PK\x05\x06' },
  { type: 'application/zip', bytes: 'PK\x07\x08' },
  { type: 'application/x-7z-compressed', bytes: '7z\xbc\xaf\x27\x1c' },
  { type: 'application/vnd.rar', bytes: 'Rar!\x1a\x07' },
  { type: 'application/gzip', bytes: '\x1f\x8b' },
  { type: 'application/x-bzip2', bytes: 'BZh' },
  { type: 'application/x-xz', bytes: '\xfd7zXZ\0' },
  { type: 'application/zstd', bytes: '\x28\xb5\x2f\xfd' },
  { type: 'application/x-tar', offset: 257, bytes: 'ustar' },
  { type: 'image/vnd.adobe.photoshop', bytes: '8BPS' },
  { type: 'image/jxl', bytes: '\xff\x0a' },
  { type: 'image/jp2', bytes: '\0\0\0\x0cjP  ' },
  { type: 'image/x-exr', bytes: '\x76\x2f\x31\x01' },
  { type: 'image/heif', offset: 4, bytes: 'ftyp' },
  { type: 'application/x-hdf5', bytes: '\x89HDF' },
  { type: 'application/x-numpy', bytes: '\x93NUMPY' },
];

/** Reads at most the first 1,024 bytes. An unknown file is described as some kind of text or as `application/octet-stream`. */
export function sniffSignature(bytes: Uint8Array): Signature {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString('latin1');
  const image = imageMagic.find((magic) => head.startsWith(magic.bytes));
  if (image) return { format: image.type };
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return { format: 'webp' };
  const other = otherMagic.find((magic) => head.startsWith(magic.bytes, magic.offset ?? 0));
  return { format: undefined, looksLike: other?.type ?? textType(head) };
}

function textType(head: string): string {
  if (head === '' || /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(head)) return 'application/octet-stream';
  const start = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/<svg[\s>]/i.test(head)) return 'image/svg+xml';
  if (/^<(!doctype html|html|head|body)/i.test(start)) return 'text/html';
  if (start.startsWith('<')) return 'application/xml';
  return /^[{[]/.test(start) ? 'application/json' : 'text/plain';
}
