import type { ImageLabel, Split } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';

/** One file of what is imported. */
export interface SourceFile {
  /** Path inside the source with forward slashes. */
  path: string;
  /** Size before it is read. */
  bytes: number;
  /** Reads the whole file; called at most once, when its turn has come. */
  open(): Promise<Buffer>;
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

/** An image as a format understands it. */
export interface PlannedImage {
  /** Name it gets in the data set. */
  filename: string;
  image: SourceFile;
  split: Split;
  label: ImageLabel;
  defectType: string | null;
  mask?: SourceFile | undefined;
}

export interface ImportPlan {
  images: PlannedImage[];
  /** What breaks the layout; one is enough for nothing to be imported. */
  problems: Problem[];
  /** Remarks for the log. */
  notes: string[];
}

/**
 * A layout that can be imported. One file each, with one line in `formats.ts`. It only looks at names; reading and checking
 * the files, and storing the images, is the same for all.
 */
export interface ImportFormat {
  /** What a client names it by. */
  id: string;
  /** What it looks like, in a few words. */
  description: string;
  plan(source: SourceTree): Promise<ImportPlan> | ImportPlan;
}
