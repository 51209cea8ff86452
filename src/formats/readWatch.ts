import type { SourceTree } from './importFormat.js';

/** A source whose reading is watched: what nobody opened or planned with was left out. */
export interface ReadWatch {
  source: SourceTree;
  /** Paths that were opened up to now. */
  opened: ReadonlySet<string>;
}

/** The same source, which notes what is opened. */
export function watchReads(source: SourceTree): ReadWatch {
  const opened = new Set<string>();
  const files = source.files.map((file) => ({
    ...file,
    open: () => {
      opened.add(file.path);
      return file.open();
    },
    stream: () => {
      opened.add(file.path);
      return file.stream();
    },
  }));
  return { source: { ...source, files, close: () => source.close() }, opened };
}
