import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../terminal/printError.js';

const imageEnding = /\.(png|jpe?g|webp|tiff?|bmp)$/i;

/** Files as they were named, and in place of a folder its images and those of its folders, by name. @throws UsageError for a folder without images. */
export async function imagesOf(named: readonly string[]): Promise<string[]> {
  const found = await Promise.all(named.map(imagesAt));
  return found.flat();
}

async function imagesAt(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (file) => file.isDirectory(),
    // What is not there is told when its turn has come, as for any other file.
    () => false,
  );
  if (!isFolder) return [path];
  const names = await readdir(path, { recursive: true });
  const isHidden = (name: string) => name.split(/[\\/]/).some((part) => part.startsWith('.') || part.startsWith('@'));
  const images = names.filter((name) => imageEnding.test(name) && !isHidden(name)).sort();
  if (images.length === 0) throw new UsageError(`the folder ${path} holds no images (png, jpeg, webp, tiff or bmp)`);
  return images.map((name) => join(path, name));
}
