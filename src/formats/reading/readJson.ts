import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { z } from 'zod';
import { shown } from '../../files/index.js';
import type { Problem, ProblemError } from '../../shared/errors.js';
import type { SourceFile } from '../importFormat.js';
import { fileProblem, readText, type AnnotationLimits } from './readText.js';

/** Problems of one file that are put into words; there may be one for each of a million annotations. */
const maximumListed = 1_000;

/**
 * Reads a JSON file. Keys such as `__proto__` stay data: nothing read here is ever merged into another object.
 * @throws ProblemError PAYLOAD_TOO_LARGE before anything is read, JSON_INVALID with line and column.
 */
export async function readJson(file: SourceFile, limits: AnnotationLimits): Promise<unknown> {
  return parseJson(await readText(file, limits, 'JSON_INVALID'), file);
}

/** @param firstLine number of the text's first line in its file. @throws ProblemError JSON_INVALID with line and column. */
export function parseJson(text: string, file: Pick<SourceFile, 'path'>, firstLine = 1): unknown {
  try {
    return parsed(text);
  } catch (error) {
    const { fault, offset } = firstFault(text) ?? { fault: (error as Error).message, offset: 0 };
    const before = text.slice(0, offset);
    const lines = before.split('\n');
    const place = `line ${firstLine + lines.length - 1}:${lines.at(-1)!.length + 1}`;
    throw fileProblem('JSON_INVALID', file, `is not valid JSON (${shown(fault)})`, place);
  }
}

/** Python writes numbers that JSON does not have; they become null, which is no number either. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const without = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
      found.startsWith('"') ? found : 'null',
    );
    if (without === text) throw error;
    return JSON.parse(without) as unknown;
  }
}

/** Checks parsed JSON. @returns undefined, with a problem for each fault and its JSON pointer, when it does not fit. */
export function fitting<T>(
  schema: z.ZodType<T>,
  value: unknown,
  at: { file: Pick<SourceFile, 'path'>; code: ProblemError['code']; place?: string },
  problems: Problem[],
): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues.slice(0, maximumListed)) {
    const pointer = issue.path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const place = [at.place, shown(pointer === '' ? '/' : pointer)].filter((part) => part).join(' ');
    problems.push(...fileProblem(at.code, at.file, shown(issue.message), place).problems);
  }
  return undefined;
}

/** Where a strict reader stumbles first. */
function firstFault(text: string): { fault: string; offset: number } | undefined {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    // It calls itself for each level.
    if (error instanceof RangeError) return { fault: 'too many levels', offset: 0 };
    throw error;
  }
  const [first] = errors;
  return first && { fault: printParseErrorCode(first.error), offset: first.offset };
}
