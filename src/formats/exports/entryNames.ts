import { createHash } from 'node:crypto';
import { isJunk, shown } from '../../files/index.js';
import type { FrozenImage } from './frozenImages.js';

/** What must differ between two names in a zip: file systems and archive readers may not tell cases or forms of Unicode apart. */
export const sameName = (path: string) => path.normalize('NFC').toLowerCase();

/** The same for formats that name a second file after the image's, without its extension. */
export const sameStem = (path: string) => sameName(path.replace(/\.[^./]*$/, ''));

/**
 * A path for each image that is unique and safe in an archive: its filename, unless another one has that already, or it
 * would be taken for an absolute path or a file that readers skip, or Windows cannot unpack it; then it is changed.
 */
export function entryNames(
  images: readonly FrozenImage[],
  preferred: (image: FrozenImage) => string = ({ filename }) => filename,
  keyOf: (path: string) => string = sameName,
): { names: string[]; notes: string[] } {
  const taken = new Set<string>();
  const notes: string[] = [];
  const names = images.map((image) => {
    const wanted = preferred(image);
    let name = safe(wanted);
    if (taken.has(keyOf(name))) name = distinct(name, image.filename);
    taken.add(keyOf(name));
    if (name !== wanted) notes.push(`'${shown(image.filename)}' is named '${shown(name)}' in the archive`);
    return name;
  });
  return { names, notes };
}

/** What Windows has no files of: these characters, and a dot or a space at the end of a name. */
const impossible = /[<>:"|?*\\\u0000-\u001f]|[. ]+$/g;
/** Names that stand for devices there, whatever their ending. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function safe(path: string): string {
  const parts = path.split('/').map((part) => part.replaceAll(impossible, '_').replace(devices, '_$1$2'));
  const flat = parts.join('/');
  return isJunk(flat) ? `_${flat.replaceAll('/', '_')}` : flat;
}

function distinct(path: string, filename: string): string {
  const [, stem, extension] = /^(.*?)(\.[^./]*)?$/s.exec(path)!;
  return `${stem}-${createHash('sha256').update(filename).digest('hex').slice(0, 8)}${extension ?? ''}`;
}
