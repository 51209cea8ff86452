import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { shown } from '../../files/index.js';
import type { SourceFile, SourceTree } from '../importFormat.js';
import type { SplitPlace } from '../planning/splitLists.js';
import { fileProblem, readText, type AnnotationLimits } from '../reading/readText.js';

/** What `data.yaml` or `classes.txt` say of a YOLO set. */
export interface YoloDescription {
  /** Class names by number. */
  classes: ReadonlyMap<number, string>;
  /** Folders and lists of images of each split, as they are written. */
  splits: readonly SplitPlace[];
  /** Whether key points stand behind each box: they are no corners. */
  hasKeyPoints: boolean;
}

const places = z.union([z.string(), z.array(z.string())]).nullish();

const dataYaml = z.object({
  names: z.union([z.array(z.coerce.string()), z.record(z.string(), z.coerce.string())]),
  train: places,
  val: places,
  test: places,
  kpt_shape: z.unknown().optional(),
});

/**
 * Reads the YAML file that has `names`, by the name `data.yaml` where there are several; otherwise the lines of `classes.txt` or
 * `obj.names`.
 * @throws ProblemError DATASET_LAYOUT_INVALID, PAYLOAD_TOO_LARGE.
 */
export async function readYoloDescription({ files }: SourceTree, limits: AnnotationLimits): Promise<YoloDescription> {
  const yamls = files.filter(({ path }) => /\.ya?ml$/i.test(path));
  const isNamed = ({ path }: SourceFile) => /(^|\/)(data|dataset)\.ya?ml$/i.test(path);
  for (const file of [...yamls.filter(isNamed), ...yamls.filter((file) => !isNamed(file))]) {
    const content = dataYaml.safeParse(await readYaml(file, limits));
    if (content.success) return describedBy(content.data, file);
    if (isNamed(file)) throw fileProblem('DATASET_LAYOUT_INVALID', file, 'has no list or map of names');
  }
  const list = files.find(({ path }) => /(^|\/)(classes\.txt|obj\.names)$/i.test(path));
  const names = list ? (await readText(list, limits)).split(/\r?\n/) : [];
  return {
    classes: new Map(names.map((name, index) => [index, name.trim()] as const).filter(([, name]) => name !== '')),
    splits: [],
    hasKeyPoints: false,
  };
}

function describedBy(
  { names, train, val, test, kpt_shape }: z.infer<typeof dataYaml>,
  file: SourceFile,
): YoloDescription {
  const written = [
    ['TRAIN', train],
    ['VALIDATION', val],
    ['TEST', test],
  ] as const;
  return {
    hasKeyPoints: kpt_shape !== undefined,
    classes: new Map(Object.entries(names).map(([id, name]) => [Number(id), name])),
    splits: written.flatMap(([split, place]) =>
      [place ?? []].flat().map((path) => ({ split, path, namedIn: file.path })),
    ),
  };
}

async function readYaml(file: SourceFile, limits: AnnotationLimits): Promise<unknown> {
  const text = await readText(file, limits);
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    const place = error instanceof YAMLParseError && error.linePos ? `line ${error.linePos[0].line}` : '';
    throw fileProblem(
      'DATASET_LAYOUT_INVALID',
      file,
      `is not valid YAML (${shown(error.message.split('\n')[0]!)})`,
      place,
    );
  }
}
