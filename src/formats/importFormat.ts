import type { Readable } from 'node:stream';
import type { BlockPayload, ImageLabel, Split } from '../shared/labels.js';
import type { EncodedMask, ImageSize } from '../files/index.js';
import type { Limits } from '../shared/config.js';
import type { Problem } from '../shared/errors.js';
import type { BinaryMask, Box } from '../shared/images.js';
import type { ImportFormatId } from '../shared/importFormats.js';

/** One file of what is imported. */
export interface SourceFile {
  /** Path inside the source with forward slashes. */
  path: string;
  /** Size before it is read. */
  bytes: number;
  /** Reads the whole file, when its turn has come. */
  open(): Promise<Buffer>;
  /** The same piece by piece. */
  stream(): Promise<Readable>;
}

/** A folder or an archive, listed and not yet read. */
export interface SourceTree {
  /** Name of the folder or archive in messages. */
  name: string;
  /** Sorted by path; without what operating systems leave behind. */
  files: readonly SourceFile[];
  /** Paths of what operating systems leave behind, hidden and thumbnails; of a folder that is not entered its own, with a slash at the end. */
  junk: readonly string[];
  /** Of files that cannot be read, each with why: names that no system keeps, links. They are not among `files`. */
  problems: readonly Problem[];
  close(): Promise<void>;
}

/** A mask file. With `threshold` (1 to 255) every value at or above it is anomalous; without it the file must be binary. */
export interface PlannedMask {
  file: SourceFile;
  /** Further files of the same mask: a pixel is anomalous when one of them says so. */
  more?: readonly SourceFile[] | undefined;
  threshold?: number | undefined;
}

/** What marks some pixels of an image whose size is not known yet; as small as it was in the annotation file. */
export interface Region {
  /** Sets its pixels to 1 in a mask of the image's size. @throws ProblemError POLYGON_INVALID, MASK_RLE_INVALID. */
  paint(mask: BinaryMask): void;
  /** The smallest box around it in an image of this size. @throws ProblemError as `paint`. */
  bounds(image: ImageSize): PlannedBox;
  /** Whether a part lies over the edge of an image of this size, where it is cut off; never when left out. */
  reachesOver?: ((image: ImageSize) => boolean) | undefined;
  /** The region to use instead, where it is a picture that must be decoded first. @throws ProblemError as decoding a mask does. */
  decoded?: (() => Promise<Region>) | undefined;
}

/** A box in pixels, or in fractions of the image's width and height. */
export interface PlannedBox extends Omit<Box, 'defectType'> {
  defectType?: string | null | undefined;
  unit?: 'PIXEL' | 'FRACTION' | undefined;
  /** What it is called in messages, e.g. `annotation 17`. */
  name?: string | undefined;
  /** A part that reaches over the image's edge a little is cut off, and a box without area is left out; both are told. */
  isLenient?: boolean | undefined;
}

/** A box around a region, drawn when the image's size is known. */
export interface PlannedBounds {
  around: Region;
  defectType: string | null;
}

/** An image as a format understands it. Whether it fits the real image is checked when that is read. */
export interface PlannedImage {
  /** Name it gets in the data set. */
  filename: string;
  image: SourceFile;
  split: Split;
  /** FROM_MASK: ANOMALOUS when the mask marks a pixel, otherwise NORMAL. */
  label: ImageLabel | 'FROM_MASK';
  defectType: string | null;
  /** The size an annotation file says it has. */
  size?: ImageSize | undefined;
  /** Pixels by a mask file, or by regions that are joined. Not both. */
  mask?: PlannedMask | undefined;
  regions?: readonly Region[] | undefined;
  boxes?: readonly (PlannedBox | PlannedBounds)[] | undefined;
  blocks?: BlockPayload | undefined;
  /** What is wrong with it or its labels. Such an image is never imported; the others may be. */
  problems?: readonly Problem[] | undefined;
  /** What was left out of its labels, or read another way than it was written. */
  warnings?: readonly Problem[] | undefined;
}

export interface ImportPlan {
  images: PlannedImage[];
  /** What breaks the layout; one is enough for nothing to be imported. */
  problems: Problem[];
  /** What is wrong with single items that belong to no image of the list, for example a label file without its image. */
  itemProblems?: Problem[] | undefined;
  /** What is probably not meant, and belongs to no image of the list. */
  warnings?: Problem[] | undefined;
  /** Remarks for the log. */
  notes: string[];
}

/** What a format is given beside the files. */
export interface ImportContext extends Pick<Limits, 'annotationFileBytes'> {
  /** Whether a folder of this name holds what has no defect. */
  meansNormal: (name: string) => boolean;
  /** Whether a class of this name stands for what has no defect. */
  isNormalClass: (name: string) => boolean;
  /** Decodes the picture of a mask, in which everything but black is marked. @param item names it in messages. */
  decodeMask: (bytes: Uint8Array, item: string) => Promise<EncodedMask>;
}

/**
 * A layout that can be imported. One file each in `formats`, with one line in its `index.ts`. It looks at names and reads annotation files;
 * reading and checking the images, and storing them, is the same for all.
 */
export interface ImportFormat {
  /** What a client names it by. */
  id: ImportFormatId;
  /** What it looks like, in a few words. */
  description: string;
  plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> | ImportPlan;
}
