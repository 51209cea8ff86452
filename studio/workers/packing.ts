/** What the worker that packs is told, and what it tells. */

/** A file with its path inside what was dropped, with forward slashes. */
export interface DroppedFile {
  path: string;
  file: File;
}

/** Files to pack into a zip, or a zip to look into. */
export type PackingOrder = { files: readonly DroppedFile[] } | { zip: File };

/** A zip that is ready to be sent. */
export interface Archive {
  blob: Blob;
  /** 64 hexadecimal digits. */
  sha256: string;
  /** The layout its names speak for: the name of an import format. */
  format: string;
}

export type PackingNews = { done: number; total: number } | { archive: Archive } | { failure: string };
