import type { ZipFileContent } from '../../files/index.js';
import { originalNamesFile } from '../originalNames.js';
import type { FrozenImage } from './frozenImages.js';
import { textFile } from './imageFile.js';

/** A file that gives names back on import; none when every image kept its name. @param paths of the images in the archive. */
export function namesFile(
  images: readonly Pick<FrozenImage, 'filename'>[],
  paths: readonly string[],
  folder = '',
): ZipFileContent[] {
  const pairs = images.flatMap(({ filename }, index) => {
    return paths[index] === filename ? [] : [[folder + paths[index]!, filename] as const];
  });
  return pairs.length === 0 ? [] : [textFile(originalNamesFile, () => json(pairs))];
}

async function* json(pairs: readonly (readonly [string, string])[]): AsyncGenerator<string> {
  for (const [index, [path, filename]] of pairs.entries()) {
    yield `${index === 0 ? '{\n' : ',\n'}${JSON.stringify(path)}:${JSON.stringify(filename)}`;
    await Promise.resolve();
  }
  yield '\n}\n';
}
