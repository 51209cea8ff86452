import type { Readable } from 'node:stream';
import type { BlockPayload, ImageLabel, Split } from '../shared/labels.js';
import type { ImageSize } from '../files/index.js';
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
  skippedJunk: number;
  close(): Promise<void>;
}

/** A mask file. With `threshold` (1 to 255) every value at or above it is anomalous; without it the file must be binary. */
export interface PlannedMask {
  file: SourceFile;
  threshold?: number | undefined;
}

/** What marks some pixels of an image whose size is not known yet; as small as it was in the annotation file. */
export interface Region {
  /** Sets its pixels to 1 in a mask of the image's size. @throws ProblemError POLYGON_INVALID, MASK_RLE_INVALID. */
  paint(mask: BinaryMask): void;
  /** The smallest box around it in an image of this size. @throws ProblemError as `paint`. */
  bounds(image: ImageSize): PlannedBox;
}

/** A box in pixels, or in fractions of the image's width and height. */
export interface PlannedBox extends Omit<Box, 'defectType'> {
  defectType?: string | null | undefined;
  unit?: 'PIXEL' | 'FRACTION' | undefined;
  /** What it is called in messages, e.g. `annotation 17`. */
  name?: string | undefined;
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
}

export interface ImportPlan {
  images: PlannedImage[];
  /** What breaks the layout; one is enough for nothing to be imported. */
  problems: Problem[];
  /** Remarks for the log. */
  notes: string[];
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
  plan(source: SourceTree, limits: Pick<Limits, 'annotationFileBytes'>): Promise<ImportPlan> | ImportPlan;
}
