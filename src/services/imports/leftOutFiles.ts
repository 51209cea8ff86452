import type { LeftOutFiles } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { isImagePath, type ImportPlan, type ReadWatch, type SourceTree } from '../../formats/index.js';

/** Paths listed for one reason. */
const maximumExamples = 5;

const reasons = {
  image: 'images that the layout names nowhere',
  label: 'files that may hold labels, and that the layout has no use for',
  other: 'files of another kind',
  junk: 'hidden, thumbnails, or left behind by operating systems and programs',
} as const;

/** Endings of files in which labels are kept. */
const labelEnding = /\.(txt|xml|json|jsonl|csv|ya?ml|mat|npy|h5)$/i;
const aboutTheData = /(^|\/)(read[ _-]?me|licen[cs]e|copying|citation|authors|changelog|notes?|info)\b[^/]*$/i;

/** Files of a source that the plan neither read nor uses as an image or a mask, by what they look like. */
export function leftOutFiles(
  { files, skippedJunk }: SourceTree,
  { opened }: Pick<ReadWatch, 'opened'>,
  { images }: ImportPlan,
): LeftOutFiles[] {
  const used = new Set(
    images.flatMap(({ image, mask }) =>
      [image, ...(mask ? [mask.file, ...(mask.more ?? [])] : [])].map(({ path }) => path),
    ),
  );
  const groups = { image: [] as string[], label: [] as string[], other: [] as string[] };
  for (const { path } of files) {
    if (used.has(path) || opened.has(path)) continue;
    groups[isImagePath(path) ? 'image' : labelEnding.test(path) && !aboutTheData.test(path) ? 'label' : 'other'].push(
      path,
    );
  }
  const found = (['image', 'label', 'other'] as const).map((kind) => ({
    reason: reasons[kind],
    files: groups[kind].length,
    examples: groups[kind].slice(0, maximumExamples).map(shown),
  }));
  return [...found, { reason: reasons.junk, files: skippedJunk, examples: [] }].filter((group) => group.files > 0);
}

/** Whether files of a group were probably meant to be read. */
export function mayMatter({ reason }: LeftOutFiles): boolean {
  return reason === reasons.image || reason === reasons.label;
}
