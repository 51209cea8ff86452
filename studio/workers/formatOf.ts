/** Label files that are looked into, at most: one tells as much as a thousand. */
const mostTexts = 3;

/** Of every text, what is looked at from each end: COCO puts its images first and its categories anywhere. */
const piece = 65_536;

/**
 * The import format that the names of a folder speak for; `folders` where none does. A proposal: the server checks.
 * @param paths with forward slashes; a single folder around all is skipped.
 * @param text of one of them.
 */
export async function formatOf(paths: readonly string[], text: (path: string) => Promise<string>): Promise<string> {
  const names = withoutRoot(paths).map((path) => path.toLowerCase());
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  for (const [format, marks] of byName) if (marks.every(has)) return format;
  const peeks = paths.filter((path) => /\.(json|xml)$/i.test(path) && !isHidden(path));
  // The largest lists first would need sizes; the shortest paths are the ones that lie outermost.
  for (const path of [...peeks].sort((a, b) => a.length - b.length).slice(0, mostTexts)) {
    const format = byText(await text(path));
    if (format) return format;
  }
  return 'folders';
}

/** Names that speak for a format, the most particular first; each must be there. */
const byName: readonly (readonly [format: string, marks: readonly RegExp[]])[] = [
  ['manifest', [/^manifest\.(jsonl|csv)$/]],
  ['visa', [/(^|\/)image_anno\.csv$/]],
  ['kolektorsdd2', [/^(train|test)\/[^/]+_gt\.png$/]],
  ['btad', [/^(train|test)\/ok\//, /^(ground_truth|test)\/ko\//]],
  ['mvtec', [/^train\/good\//, /^ground_truth\//]],
  ['cvat', [/^annotations\.xml$/]],
  ['voc', [/^annotations\/.*\.xml$/, /^jpegimages\//]],
  ['yolo', [/(^|\/)labels\/.*\.txt$/, /(^|\/)images\//]],
];

function byText(text: string): string | undefined {
  const ends = text.slice(0, piece) + text.slice(-piece);
  const says = (...words: string[]) => words.every((word) => ends.includes(`"${word}"`));
  if (/^\s*\[/.test(text) && (says('annotations') || says('completions'))) return 'labelstudio';
  if (says('images', 'annotations') || says('annotations', 'categories')) return 'coco';
  if (says('shapes', 'imagePath') || says('shapes', 'version')) return 'labelme';
  if (ends.includes('<annotations>')) return 'cvat';
  return undefined;
}

function withoutRoot(paths: readonly string[]): string[] {
  const root = paths[0]?.split('/')[0] ?? '';
  const isRoot = root !== '' && paths.every((path) => path.startsWith(`${root}/`));
  const inner = isRoot ? paths.map((path) => path.slice(root.length + 1)) : [...paths];
  // `train` alone around all is a split and no wrapping.
  const isLayout = /^(train|test|val|valid|validation|ground_truth|images|labels|good|ok|ko)$/i.test(root);
  return isRoot && isLayout ? [...paths] : inner;
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}
