import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** An image of a part. */
export interface PartImage {
  /** Name of the file without its ending. */
  part: string;
  image: Uint8Array;
  /** Called when it was taken over. */
  done: () => Promise<void>;
}

const lookMilliseconds = 50;

/** Images that a camera writes into a folder, in the order of their names; each is deleted when it was taken over. */
export async function* imagesInFolder(folder: string, signal: AbortSignal): AsyncGenerator<PartImage> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    for (const name of (await readdir(folder).catch(() => [])).toSorted()) {
      if (signal.aborted) return;
      if (!/^[^.].*\.(png|jpe?g|webp|tiff?|bmp)$/i.test(name)) continue;
      const file = path.join(folder, name);
      const found = await stat(file, { bigint: true }).catch(() => undefined);
      if (!found?.isFile()) continue;
      // Two looks that see the same: nobody writes on it.
      const state = `${found.size} ${found.mtimeNs}`;
      if (seen.get(name) !== state) {
        seen.set(name, state);
        continue;
      }
      seen.delete(name);
      yield { part: path.parse(name).name, image: await readFile(file), done: () => rm(file, { force: true }) };
    }
    await pause(lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

/** Images whose paths come as lines of standard input; they stay where they are. */
export async function* imagesOfInput(input: NodeJS.ReadableStream): AsyncGenerator<PartImage> {
  for await (const line of createInterface(input)) {
    const image = await readFile(line).catch((error: unknown) => void process.stderr.write(`${String(error)}\n`));
    if (image) yield { part: path.parse(line).name, image, done: () => Promise.resolve() };
  }
}
