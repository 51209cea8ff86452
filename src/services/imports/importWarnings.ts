import type { LeftOutFiles } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { splitNamedIn } from '../../formats/index.js';
import type { Problem } from '../../shared/errors.js';
import type { CheckedImage } from './checkImage.js';
import { mayMatter } from './leftOutFiles.js';
import { duplicateOf } from './duplicates.js';
import { leakageAmong, type SplitMember } from './splitLeakage.js';

interface Understood {
  images: readonly CheckedImage[];
  leftOut: readonly LeftOutFiles[];
  /** Images of the data set that share bytes with the new ones. */
  existing: readonly SplitMember[];
  /** Told by the layout, about no image in particular. */
  ofLayout: readonly Problem[];
}

/** What is probably not meant, the most general first: each would spoil a training or a measurement if it went unnoticed. */
export function importWarnings({ images, leftOut, existing, ofLayout }: Understood): Problem[] {
  return [
    ...normalImagesMissing(images),
    ...splitNotApplied(images),
    ...labelsMissing(images),
    ...leftOut.filter(mayMatter).map(fileLeftOut),
    ...ofLayout,
    ...leakageAmong([...existing, ...images]),
    ...duplicates(images, existing),
    ...images.flatMap(({ warnings, filename }) => warnings.map((warning) => ({ item: shown(filename), ...warning }))),
  ];
}

function normalImagesMissing(images: readonly CheckedImage[]): Problem[] {
  const normal = images.filter(({ label }) => label === 'NORMAL');
  if (images.length === 0 || normal.some(({ split }) => split === 'TRAIN')) return [];
  const found = normal.length === 0 ? `none of the ${images.length} images is NORMAL` : 'no NORMAL image is in TRAIN';
  const message = `${found}; what normal surfaces look like is learned from NORMAL images in TRAIN`;
  return [{ code: 'NORMAL_IMAGES_MISSING', message }];
}

/** All are TRAIN, though the folders of some say otherwise. */
function splitNotApplied(images: readonly CheckedImage[]): Problem[] {
  if (images.some(({ split }) => split !== 'TRAIN')) return [];
  const named = images.filter(({ sourcePath }) => (splitNamedIn(foldersOf(sourcePath)) ?? 'TRAIN') !== 'TRAIN');
  const [first] = named;
  if (!first) return [];
  const message = `all images are in TRAIN, though ${named.length} lie in folders of another split, as '${shown(first.sourcePath)}'`;
  return [{ code: 'SPLIT_NOT_APPLIED', message }];
}

function foldersOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Some images have labels, so that the others were probably to have some, too. */
function labelsMissing(images: readonly CheckedImage[]): Problem[] {
  const missing = images.filter(({ label }) => label === 'UNLABELLED');
  const [first] = missing;
  if (!first) return [];
  const some = `'${shown(first.filename)}'${missing.length > 1 ? ' and others' : ''}`;
  const message = `${missing.length} of ${images.length} images have no labels and are UNLABELLED: ${some}`;
  return [{ code: 'LABEL_MISSING', message }];
}

function fileLeftOut({ reason, files, examples }: LeftOutFiles): Problem {
  const more = files > examples.length ? ', …' : '';
  return { code: 'FILE_LEFT_OUT', message: `${files} files were left out, ${reason}: ${examples.join(', ')}${more}` };
}

/** The same bytes twice in one split. Between splits it is leakage. */
function duplicates(images: readonly CheckedImage[], existing: readonly SplitMember[]): Problem[] {
  const first = new Map(existing.map((member) => [`${member.sha256} ${member.split}`, member.filename]));
  return images.flatMap(({ filename, sha256, split }) => {
    const key = `${sha256} ${split}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, filename);
    if (earlier === undefined) return [];
    return [duplicateOf({ filename, split }, earlier)];
  });
}
