import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { commonFolder, imageFiles, splitOfFolder } from '../planning/names.js';

const layout = '[train, validation or test]/<good, normal, ok or a defect type>/*, both folders optional';

/** Plain folders of images, whose names say what is in them. */
export const folders: ImportFormat = { id: 'folders', description: `Plain folders: ${layout}`, plan };

function plan(source: SourceTree, context: ImportContext): ImportPlan {
  const files = imageFiles(source.files);
  const prefix = commonFolder(files, []);
  // A folder around everything that says something is no mere wrapping.
  const says = splitOfFolder(prefix.slice(0, -1)) !== undefined || context.meansNormal(prefix.slice(0, -1));
  return {
    images: files.map((file) => planned(file, says ? file.path : file.path.slice(prefix.length), context)),
    problems: [],
    notes: [],
  };
}

function planned(image: SourceFile, filename: string, { meansNormal }: ImportContext): PlannedImage {
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
