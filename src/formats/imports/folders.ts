import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { leftOut } from '../planning/layout.js';
import { commonFolder, imageFiles, meansNormal, splitOfFolder } from '../planning/names.js';

const layout = '[train, validation or test]/<good, normal, ok or a defect type>/*, both folders optional';

/** Plain folders of images, whose names say what is in them. */
export const folders: ImportFormat = { id: 'folders', description: `Plain folders: ${layout}`, plan };

function plan(source: SourceTree): ImportPlan {
  const files = imageFiles(source.files);
  const prefix = commonFolder(files, []);
  // A folder around everything that says something is no mere wrapping.
  const says = splitOfFolder(prefix.slice(0, -1)) !== undefined || meansNormal(prefix.slice(0, -1));
  const taken = new Set(files);
  const others = source.files.filter((file) => !taken.has(file)).map(({ path }) => path);
  return {
    images: files.map((file) => planned(file, says ? file.path : file.path.slice(prefix.length))),
    problems: [],
    notes: leftOut(others),
  };
}

function planned(image: SourceFile, filename: string): PlannedImage {
  const parts = filename.split('/').slice(0, -1);
  const split = parts.map(splitOfFolder).find((found) => found !== undefined);
  const type = parts.filter((part) => splitOfFolder(part) === undefined).join(' ');
  const isGood = meansNormal(type);
  return {
    ...{ filename, image },
    split: split ?? 'TRAIN',
    label: type === '' ? 'UNLABELLED' : isGood ? 'NORMAL' : 'ANOMALOUS',
    defectType: type === '' || isGood ? null : type,
  };
}
