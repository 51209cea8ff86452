import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import type { SourceTree } from '../importFormat.js';

/** A problem of the layout as a whole, or of one path in it. */
export function layoutProblem(message: string, item: string): Problem {
  return { code: 'DATASET_LAYOUT_INVALID', message, item: shown(item) };
}

/** Nothing of a layout was found. @param expected the layout in a few words. */
export function notThisLayout({ name, files }: SourceTree, expected: string): Problem {
  const folders = new Set(files.map(({ path }) => path.split('/').slice(0, -1).slice(0, 2).join('/') || path));
  const found = folders.size === 0 ? 'it holds no files' : `found ${listed([...folders])}`;
  return layoutProblem(`'${shown(name)}' is not of this layout; ${found}; expected ${expected}`, name);
}

/** A warning about defective images of which nobody says where the defects are; none when there are none. */
export function withoutMask(paths: readonly string[]): Problem[] {
  if (paths.length === 0) return [];
  const told = `${paths.length} defective images have no mask: image metrics count them, pixel metrics leave them out`;
  return [{ code: 'MASK_NOT_FOUND', message: `${told}: ${listed(paths)}` }];
}

/** The first names, and how many there are. */
export function listed(names: readonly string[], most = 5): string {
  const some = names.slice(0, most).map(shown).join(', ');
  return names.length > most ? `${some} … (${names.length} in all)` : some;
}
