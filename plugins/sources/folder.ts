import { constants } from 'node:fs';
import { lstat, open, opendir } from 'node:fs/promises';
import path from 'node:path';
import { defineSource, problem, z, type ListedFile } from 'residua/plugin-api';
import { isFinished } from './fileNames.js';

/** Files of one page, and folders inside folders. */
const pageSize = 500;
const mostLevels = 16;

/** Images that somebody puts into a folder of the server, or of a drive that is mounted there. */
export const folder = defineSource({
  id: 'folder',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Folder',
  description:
    'Images of a folder of the server and of the folders in it. Links are not followed, and no file is changed.',
  onServer: true,
  params: z.strictObject({
    path: z.string().min(1).max(4_000).describe("A folder below one of the server's import roots."),
  }),
  open: async ({ path: given }, context) => {
    const root = await context.folder(given);
    return {
      list: (signal) => pagesOf(root, signal),
      read: async (key, mostBytes) => {
        const handle = await open(path.join(root, key), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
            throw unreadable(error);
          },
        );
        if (!handle) return undefined;
        try {
          const { size } = await handle.stat();
          if (size > mostBytes) throw tooLarge(key, size, mostBytes);
          const content = await handle.readFile();
          // Behind the bytes: whoever has written on it meanwhile has changed it.
          return { content, stamp: stampOf(await handle.stat({ bigint: true })) };
        } finally {
          await handle.close();
        }
      },
      close: () => Promise.resolve(),
    };
  },
});

async function* pagesOf(root: string, signal: AbortSignal): AsyncGenerator<ListedFile[]> {
  let page: ListedFile[] = [];
  for await (const key of filesOf(root, '', 0, signal)) {
    const found = await lstat(path.join(root, key), { bigint: true }).catch(() => undefined);
    if (!found?.isFile()) continue;
    page.push({ key, bytes: Number(found.size), stamp: stampOf(found), isWhole: false });
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  yield page;
}

/** Keys of what may be an image. */
async function* filesOf(root: string, inside: string, level: number, signal: AbortSignal): AsyncGenerator<string> {
  const entries = await opendir(path.join(root, inside)).catch((error: NodeJS.ErrnoException) => {
    // A folder in it may go at any time; when the folder itself is away, that is said.
    if (level > 0) return undefined;
    throw unreadable(error);
  });
  if (!entries) return;
  for await (const entry of entries) {
    signal.throwIfAborted();
    const key = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory() && level < mostLevels && !entry.name.startsWith('.')) {
      yield* filesOf(root, key, level + 1, signal);
    } else if (entry.isFile() && isFinished(entry.name)) yield key;
  }
}

function stampOf({ mtimeNs }: { mtimeNs: bigint }): string {
  return String(mtimeNs);
}

function tooLarge(key: string, size: number, mostBytes: number) {
  return problem('IMAGE_TOO_LARGE', `'${key}' has ${size} bytes; at most ${mostBytes} are allowed`, { item: key });
}

/** Whoever reads of it learns nothing about the server's paths. */
function unreadable(error: NodeJS.ErrnoException): Error {
  return new Error(`the folder cannot be read (${error.code ?? 'unknown'})`, { cause: error });
}
