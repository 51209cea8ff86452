import { shown } from '../../files/index.js';
import type { SourceFile } from '../importFormat.js';
import { fileProblem } from '../reading/readText.js';
import { add, baseName, folded, imageFiles, withoutExtension } from './names.js';

/** Folders that say what kind of file is in them, and nothing of what it is about. */
const kindFolder = /^(images?|imgs?|jpegimages|labels?|annotations?|xmls?|txts?|json)$/i;

/** Pairs label files with images by what their paths share: everything but the extension and the folders of their kind. */
export class LabelPairs {
  private readonly byPath = new Map<string, SourceFile[]>();
  private readonly byStem = new Map<string, SourceFile[]>();

  constructor(files: readonly SourceFile[]) {
    for (const file of imageFiles(files)) {
      add(this.byPath, keyOf(file.path), file);
      add(this.byStem, stemOf(file.path), file);
    }
  }

  /** Images a label file may belong to: those of the same path, otherwise those of the same name anywhere. */
  imagesFor({ path }: Pick<SourceFile, 'path'>): readonly SourceFile[] {
    return this.byPath.get(keyOf(path)) ?? this.byStem.get(stemOf(path)) ?? [];
  }

  /**
   * The one image a label file belongs to; undefined when there is none.
   * @param name of the image as the file itself tells it; decides between several.
   * @throws ProblemError DATASET_LAYOUT_INVALID when several fit.
   */
  imageFor(file: SourceFile, name?: string): SourceFile | undefined {
    const images = this.imagesFor(file);
    const told = name === undefined ? undefined : folded(baseName(name.replaceAll('\\', '/')));
    const named = images.filter(({ path }) => folded(baseName(path)) === told);
    const [only, other] = named.length > 0 ? named : images;
    if (!other) return only;
    const text = `may belong to '${shown(only!.path)}' or '${shown(other.path)}'; rename one`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text);
  }
}

/** Whether a file lies in a folder that says it holds labels. */
export function isInLabelFolder(path: string): boolean {
  return /(^|\/)(labels?|annotations?)\//i.test(path);
}

function keyOf(path: string): string {
  const parts = withoutExtension(path).split('/');
  return folded(parts.filter((part, at) => at === parts.length - 1 || !kindFolder.test(part)).join('/'));
}

function stemOf(path: string): string {
  return folded(withoutExtension(baseName(path)));
}
