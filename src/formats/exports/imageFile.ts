import { Readable } from 'node:stream';
import type { ZipFileContent } from '../../files/index.js';
import type { ExportSource } from '../exportFormat.js';
import type { FrozenImage } from './frozenImages.js';

/** The stored bytes of an image at a path of the zip. */
export function imageFile(path: string, image: FrozenImage, { bytesOf }: ExportSource): ZipFileContent {
  return { path, open: () => bytesOf(image), compress: false };
}

/** A text file that is made while it is written. */
export function textFile(path: string, pieces: () => AsyncIterable<string>): ZipFileContent {
  return { path, open: () => Readable.from(pieces(), { objectMode: false }), compress: true };
}
