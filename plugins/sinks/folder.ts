import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { defineSink, z } from 'residua/plugin-api';

/** Writes verdicts as files, for a program on the same network drive. Whoever sees a file sees all of it. */
export const folder = defineSink({
  id: 'folder',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Folder',
  description:
    'Writes each verdict as a JSON file of its own into a folder of the day (UTC), and a heartbeat beside these.',
  onServer: true,
  params: z.strictObject({
    path: z
      .string()
      .min(1)
      .max(4_000)
      .describe("A folder below one of the server's sink roots, which is there already."),
  }),
  open: ({ path: given }, context) =>
    Promise.resolve({
      deliver: async (verdict) => {
        // Looked up each time and never made: where a network drive is away, nothing must be written into the place it is mounted at.
        const root = await context.folder(given);
        const day = verdict.isTest ? 'test' : verdict.at.slice(0, 10);
        await written(() =>
          mkdir(path.join(root, day)).catch((error: NodeJS.ErrnoException) => {
            if (error.code !== 'EEXIST') throw error;
          }),
        );
        // What was there already may be a link that leads out of the roots.
        const inside = await context.folder(path.join(given, day));
        // The same verdict is the same file: one that comes again changes nothing.
        const file = path.join(inside, `${String(verdict.seq).padStart(10, '0')}.json`);
        await written(() => writeWhole(file, verdict));
      },
      beat: async (heartbeat) => {
        const root = await context.folder(given);
        await written(() => writeWhole(path.join(root, 'heartbeat.json'), heartbeat));
      },
      close: () => Promise.resolve(),
    }),
});

/** By a rename, once the bytes are on the disk. */
async function writeWhole(file: string, content: object): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(`${JSON.stringify(content)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Whoever reads of a failure learns nothing about the server's paths. */
async function written(write: () => Promise<unknown>): Promise<void> {
  await write().catch((error: NodeJS.ErrnoException) => {
    if (!error.code) throw error;
    throw new Error(`the file cannot be written (${error.syscall ?? 'write'}: ${error.code})`, { cause: error });
  });
}
