import { createHash } from 'node:crypto';
import { isJunk, shown } from '../../files/index.js';
import type { FrozenImage } from './frozenImages.js';

/** What must differ between two names in a zip: file systems and archive readers may not tell cases apart. */
export const sameName = (path: string) => path.toLowerCase();

/** The same for formats that name a second file after the image's, without its extension. */
export const sameStem = (path: string) => sameName(path.replace(/\.[^./]*$/, ''));

/**
 * A path for each image that is unique and safe in an archive: its filename, unless another one has that already, or it
 * would be taken for an absolute path, another system's separator or a file that readers skip; then it is changed.
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

function safe(path: string): string {
  const flat = path.replaceAll('\\', '_').replace(/^([A-Za-z]):/, '$1_');
  return isJunk(flat) ? `_${flat.replaceAll('/', '_')}` : flat;
}

function distinct(path: string, filename: string): string {
  const [, stem, extension] = /^(.*?)(\.[^./]*)?$/s.exec(path)!;
  return `${stem}-${createHash('sha256').update(filename).digest('hex').slice(0, 8)}${extension ?? ''}`;
}
