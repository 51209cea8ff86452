import { collectProblems, type Problem } from '../../shared/errors.js';
import type { ImportContext, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, nameInSet, staysInside } from './fileFinder.js';
import { commonFolder, imageFiles, splitNamedIn, splitOfFolders, splitOfPlace } from './names.js';

/** Annotation files that name images of the same source, and what is found in them. */
export class AnnotationFiles {
  readonly files: readonly SourceFile[];
  readonly finder: FileFinder;
  /** The folder around everything. */
  readonly prefix: string;
  readonly found: Required<ImportPlan> = { images: [], problems: [], itemProblems: [], warnings: [], notes: [] };

  /**
   * @param ending of the files.
   * @param ownFolders that belong to the layout, and are no folder around everything.
   */
  constructor(
    source: SourceTree,
    readonly context: ImportContext,
    { ending, ownFolders }: { ending: RegExp; ownFolders: readonly string[] },
  ) {
    this.files = source.files.filter(({ path }) => ending.test(path));
    this.finder = new FileFinder(source);
    this.prefix = commonFolder(imageFiles(source.files), ownFolders);
  }

  /**
   * Reads one file after the other. One that is not what it should be (`read` throws, or adds to `found.problems`) is left out whole,
   * with the images it names: beside others it is a problem of its own; when no file is left, the layout is broken.
   * @param files all of them, or what was read of some.
   */
  async each<T>(files: readonly T[], read: (file: T) => Promise<void> | void): Promise<void> {
    const { found } = this;
    const ofBroken = new Set<PlannedImage>();
    const [images, problems]: [PlannedImage[], Problem[]] = [found.images, found.problems];
    const faults: Problem[] = [];
    let broken = 0;
    for (const file of files) {
      const [firstImage, firstProblem] = [images.length, problems.length];
      await collectProblems(problems, async () => read(file));
      const own = problems.splice(firstProblem);
      if (own.length === 0) continue;
      broken += 1;
      faults.push(...own);
      for (const image of images.slice(firstImage)) ofBroken.add(image);
    }
    if (broken === files.length) problems.push(...faults);
    else {
      found.itemProblems.push(...faults);
      found.images = images.filter((image) => !ofBroken.has(image));
    }
  }

  /**
   * The image that a file names, its name in the data set, and its split: the one of a subset that is named, of the folders of the
   * name, of the annotation file, or of the place where the image lies.
   * @throws ProblemError DATASET_LAYOUT_INVALID, FILENAME_INVALID.
   */
  imageNamed(
    name: string,
    { file, place, subset = '' }: { file: SourceFile; place: string; subset?: string | undefined },
  ): Pick<PlannedImage, 'filename' | 'image' | 'split'> {
    const image = this.inSubset(name, file, subset) ?? this.finder.findAnywhere(name, file, place);
    const named = splitNamedIn(subset) ?? splitOfFolders(name) ?? splitNamedIn(file.path);
    const split = named ?? splitOfPlace(image.path, this.prefix) ?? 'TRAIN';
    return { filename: nameInSet(name, image, this.prefix), image, split };
  }

  /** The one image of the name in a folder named after its subset. */
  private inSubset(name: string, file: SourceFile, subset: string): SourceFile | undefined {
    if (!subset || !staysInside(subset) || !staysInside(name)) return undefined;
    const [only, other] = this.finder.candidates(`${subset}/${name}`, file);
    return other ? undefined : only;
  }
}
