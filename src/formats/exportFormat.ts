import type { Readable } from 'node:stream';
import type { AnnotationKind } from '../shared/labels.js';
import type { ZipFileContent } from '../files/index.js';
import type { ExportFormatId } from '../shared/exportFormats.js';
import type { FrozenImage, FrozenImages } from './exports/frozenImages.js';

/** What a format is given. */
export interface ExportSource {
  images: FrozenImages;
  /** Opens the stored bytes of an image. */
  bytesOf: (image: FrozenImage) => Promise<Readable>;
}

export interface ExportPlan {
  /** In the order they are written. */
  files: ZipFileContent[];
  /** Images the format has no place for. */
  imagesLeftOut: number;
  /** Remarks for the log. */
  notes: string[];
}

/**
 * A layout that can be exported, of the same name as the one that reads it. One file each, with one line in `formats.ts`. It
 * only decides what lies where; the zip is written for all alike.
 */
export interface ExportFormat {
  /** What a client names it by. */
  id: ExportFormatId;
  /** What it holds, in a few words. */
  description: string;
  /** Annotations it has a place for. */
  keeps: readonly AnnotationKind[];
  plan(source: ExportSource): ExportPlan;
}
