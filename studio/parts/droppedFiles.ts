import type { DroppedFile } from '../workers/packing.js';

/** What operating systems leave in folders. */
const noise = /(^|\/)(\.[^/]+|thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i;

/** Everything that was dropped, folders with all that is in them. Must be called while the drop is handled. */
export function droppedFiles(dropped: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return Promise.resolve([...dropped.files].map((file) => ({ path: file.name, file })));
  return Promise.all(entries.map(filesOf)).then((found) => withoutNoise(found.flat()));
}

/** Whether it is more than loose files: a folder, or a zip. */
export function isFolderOrZip(files: readonly DroppedFile[]): boolean {
  return files.some(({ path }) => path.includes('/') || /\.zip$/i.test(path));
}

/** Files of an input; those of a folder with their path in it. */
export function chosenFiles(files: FileList): DroppedFile[] {
  return withoutNoise([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

function withoutNoise(files: readonly DroppedFile[]): DroppedFile[] {
  return files.filter(({ path }) => !noise.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesOf(entry: FileSystemEntry): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: DroppedFile[] = [];
  // It gives a hundred at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return inside;
    inside.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
