import type { Archive, DroppedFile, PackingNews, PackingOrder } from '../../workers/packing.js';
import workerAddress from '../../workers/packing.worker.ts?worker&url';
import { startWorker } from '../../workers/startWorker.js';

/**
 * Packs files into a zip in a worker, or takes the one zip that was dropped.
 * @param signal ends the worker.
 * @throws Error that names the file that could not be read.
 */
export function packArchive(
  files: readonly DroppedFile[],
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Archive> {
  const [first] = files;
  const order: PackingOrder = isArchive(files) ? { zip: first!.file } : { files };
  const worker = startWorker(workerAddress);
  const ended = new Promise<Archive>((done, fail) => {
    worker.addEventListener('message', ({ data }: MessageEvent<PackingNews>) => {
      if ('archive' in data) done(data.archive);
      else if ('failure' in data) fail(new Error(data.failure));
      else onProgress(data.done, data.total);
    });
    worker.addEventListener('error', ({ message }) => fail(new Error(message || 'the worker did not start')));
    signal.addEventListener('abort', () => fail(signal.reason as Error));
    worker.postMessage(order);
  });
  return ended.finally(() => worker.terminate());
}

/** Whether what was dropped is a zip and nothing else. */
export function isArchive(files: readonly DroppedFile[]): boolean {
  return files.length === 1 && /\.zip$/i.test(files[0]!.path);
}

/** What messages of the server call it: the folder around all files, where there is one. */
export function archiveName(files: readonly DroppedFile[]): string {
  if (isArchive(files)) return files[0]!.file.name;
  const root = files[0]?.path.split('/')[0] ?? '';
  return `${files.every(({ path }) => path.startsWith(`${root}/`)) && root ? root : 'images'}.zip`;
}
