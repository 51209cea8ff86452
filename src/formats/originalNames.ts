import { z } from 'zod';
import { throwIfProblems, type Problem } from '../shared/errors.js';
import type { ImportPlan, SourceTree } from './importFormat.js';
import { fitting, readJson } from './reading/readJson.js';
import type { AnnotationLimits } from './reading/readText.js';

/** A file beside an exported data set: the names that images have here, by the path of each whose path is another one. */
export const originalNamesFile = 'residua-names.json';

const schema = z.record(z.string(), z.string());

/** Takes the list of names out of a source. @throws ProblemError JSON_INVALID, PAYLOAD_TOO_LARGE. */
export async function takeOriginalNames(
  source: SourceTree,
  limits: AnnotationLimits,
): Promise<{ source: SourceTree; names: ReadonlyMap<string, string> }> {
  const file = source.files.find(({ path }) => path === originalNamesFile);
  if (!file) return { source, names: new Map() };
  const problems: Problem[] = [];
  const found = fitting(schema, await readJson(file, limits), { file, code: 'JSON_INVALID' }, problems);
  throwIfProblems(problems);
  const files = source.files.filter((other) => other !== file);
  return { source: { ...source, files }, names: new Map(Object.entries(found!)) };
}

/** A plan whose images have their own names again. */
export function withOriginalNames(plan: ImportPlan, names: ReadonlyMap<string, string>): ImportPlan {
  if (names.size === 0) return plan;
  const images = plan.images.map((image) => ({ ...image, filename: names.get(image.image.path) ?? image.filename }));
  return { ...plan, images };
}
