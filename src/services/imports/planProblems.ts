import { imagePathProblem, shown } from '../../files/index.js';
import type { PlannedImage } from '../../formats/index.js';
import type { Problem } from '../../shared/errors.js';
import { labelProblems } from '../imageLabels.js';

/**
 * What is wrong with planned images before any is read, whatever format they come from: names no image can have
 * (FILENAME_INVALID), names that occur twice (NAME_TAKEN), files that would be two images (DATASET_LAYOUT_INVALID), and defect types that are no names or belong to a normal image
 * (TEXT_INVALID, LABEL_CONTRADICTION).
 */
export function planProblems(images: readonly PlannedImage[]): Problem[] {
  const seen = new Map<string, PlannedImage>();
  const places = new Map<string, PlannedImage>();
  return images.flatMap((planned) => {
    const { filename, defectType } = planned;
    const label = planned.label === 'FROM_MASK' ? 'ANOMALOUS' : planned.label;
    const problems = labelProblems({ label, defectType }, () => [], filename).map(({ field: _, ...rest }) => rest);
    const invalid = imagePathProblem(filename);
    // Two forms of the same letters look equal, and file systems and archives take them for one name.
    const earlier = seen.get(filename.normalize('NFC'));
    seen.set(filename.normalize('NFC'), planned);
    const samePlace = places.get(planned.image.path);
    places.set(planned.image.path, planned);
    return [
      ...problems,
      ...(invalid ? [invalid] : []),
      ...(earlier ? [sameName(earlier, planned)] : []),
      ...(samePlace && samePlace.filename !== filename ? [sameFile(samePlace, planned)] : []),
    ];
  });
}

/** One of two names was taken for another file's: its labels would be on the wrong image. */
function sameFile(earlier: PlannedImage, { filename, image }: PlannedImage): Problem {
  const names = `'${shown(earlier.filename)}' and '${shown(filename)}'`;
  const message = `the images ${names} would both be the file '${shown(image.path)}'; one of them is missing`;
  return { code: 'DATASET_LAYOUT_INVALID', message, item: shown(filename) };
}

function sameName(earlier: PlannedImage, { filename, image }: PlannedImage): Problem {
  const paths = [...new Set([earlier.image.path, image.path])].map((path) => `'${shown(path)}'`).join(' and ');
  const message = `two images would be named '${shown(filename)}' (${paths}); a name belongs to one image`;
  return { code: 'NAME_TAKEN', message, item: shown(filename) };
}
