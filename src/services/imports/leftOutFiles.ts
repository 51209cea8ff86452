import type { LeftOutFiles } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import { isImagePath, type ImportPlan, type ReadWatch, type SourceTree } from '../../formats/index.js';

/** Paths listed for one reason. */
const maximumExamples = 5;

const reasons = {
  unread: 'pictures in a format that is not read; PNG, JPEG, WebP, TIFF and BMP are',
  image: 'images that the layout names nowhere',
  label: 'files that may hold labels, and that the layout has no use for',
  other: 'files of another kind',
  junk: 'hidden, thumbnails, or left behind by operating systems and programs',
} as const;

/** Endings of pictures that phones, cameras, microscopes and drawing programs write. */
const unreadEnding =
  /\.(avif|cr[23]|czi|dcm|dng|exr|gif|hdr|heic|heif|ico|j2k|jp2|jpx|jxl|arw|nd2|nef|orf|p[bgnp]m|pfm|psd|raf|raw|rw2|svg|tga)$/i;

/** Endings of files in which labels are kept. */
const labelEnding = /\.(txt|xml|json|jsonl|csv|ya?ml|mat|npy|h5)$/i;
const aboutTheData = /(^|\/)(read[ _-]?me|licen[cs]e|copying|citation|authors|changelog|notes?|info)\b[^/]*$/i;

type Kind = keyof typeof reasons;

/** Files of a source that the plan neither read nor uses as an image or a mask, by what they look like. A folder that is not entered is one. */
export function leftOutFiles(
  { files, junk }: SourceTree,
  { opened }: Pick<ReadWatch, 'opened'>,
  { images }: ImportPlan,
): LeftOutFiles[] {
  const used = new Set(
    images.flatMap(({ image, mask }) =>
      [image, ...(mask ? [mask.file, ...(mask.more ?? [])] : [])].map(({ path }) => path),
    ),
  );
  const groups: Record<Kind, string[]> = { unread: [], image: [], label: [], other: [], junk: [...junk] };
  for (const { path } of files) if (!used.has(path) && !opened.has(path)) groups[kindOf(path)].push(path);
  const found = (['unread', 'image', 'label', 'other', 'junk'] as const).map((kind) => ({
    reason: reasons[kind],
    files: groups[kind].length,
    examples: groups[kind].slice(0, maximumExamples).map(shown),
  }));
  return found.filter((group) => group.files > 0);
}

function kindOf(path: string): Kind {
  if (isImagePath(path)) return 'image';
  if (unreadEnding.test(path)) return 'unread';
  return labelEnding.test(path) && !aboutTheData.test(path) ? 'label' : 'other';
}

/** Whether files of a group were probably meant to be read. */
export function mayMatter({ reason }: LeftOutFiles): boolean {
  return ([reasons.unread, reasons.image, reasons.label] as string[]).includes(reason);
}
