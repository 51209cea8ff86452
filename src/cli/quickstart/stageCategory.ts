import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { problem, ProblemError } from '../../shared/errors.js';

/**
 * The category's folder, ready to be imported: the folder itself, or, with defect types to leave out, a folder under
 * `staging` with everything but them (hard links where the file system allows, else copies).
 * @throws ProblemError NOT_FOUND for a folder or defect type that does not exist.
 */
export async function stageCategory(data: string, exclude: readonly string[], staging: string): Promise<string> {
  const found = await stat(data).catch(() => undefined);
  if (!found?.isDirectory()) throw problem('NOT_FOUND', `there is no folder ${data}`, { item: data });
  const source = await realpath(data);
  if (exclude.length > 0) await requireTypes(source, exclude);
  // Import roots are a list with this separator, so a path that contains it cannot be one.
  if (exclude.length === 0 && !source.includes(delimiter) && !source.includes(':')) return source;
  const target = join(staging, basename(source).replaceAll(':', '_'));
  for (const folder of ['train', 'test', 'ground_truth']) {
    await linkTree(join(source, folder), join(target, folder), folder === 'train' ? [] : exclude);
  }
  return target;
}

async function requireTypes(source: string, exclude: readonly string[]): Promise<void> {
  const entries = await readdir(join(source, 'test'), { withFileTypes: true }).catch(() => []);
  const types = entries.filter((entry) => entry.isDirectory() && entry.name !== 'good').map(({ name }) => name);
  const problems = exclude
    .filter((type) => !types.includes(type))
    .map((type) => ({
      code: 'NOT_FOUND' as const,
      message: `--exclude ${type}: no such defect type; there are ${types.sort().join(', ') || 'none'}`,
      item: type,
    }));
  const [first, ...rest] = problems;
  if (first) throw new ProblemError([first, ...rest]);
}

async function linkTree(source: string, target: string, exclude: readonly string[]): Promise<void> {
  const entries = await readdir(source, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // What is missing is the importer's to report, with all the rest that is wrong.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  await mkdir(target, { recursive: true });
  for (const entry of entries) {
    if (exclude.includes(entry.name)) continue;
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await linkTree(from, to, []);
    // Links to elsewhere stay out, as they do in an import.
    else if (entry.isFile()) await linkOrCopy(from, to);
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
