import { shown } from '../../files/index.js';
import type { Limits } from '../../shared/config.js';
import { problem, type ProblemError } from '../../shared/errors.js';
import type { SourceFile } from '../importFormat.js';

/** What annotation files may have. */
export type AnnotationLimits = Pick<Limits, 'annotationFileBytes'>;

/** A problem about a file: `'path' <text>`, or `'path', line n: <text>`. */
export function fileProblem(
  code: ProblemError['code'],
  file: Pick<SourceFile, 'path'>,
  text: string,
  place = '',
): ProblemError {
  const item = shown(file.path);
  const where = place === '' ? `'${item}' ` : `'${item}', ${place}: `;
  return problem(code, `${where}${text}`, { item });
}

/** Refuses by the size that the listing gave, so that a huge file is never read. @throws ProblemError PAYLOAD_TOO_LARGE. */
export function checkAnnotationBytes(file: SourceFile, { annotationFileBytes }: AnnotationLimits): void {
  if (file.bytes <= annotationFileBytes) return;
  const text = `has ${file.bytes} bytes; annotation files of at most ${annotationFileBytes} are read`;
  throw fileProblem('PAYLOAD_TOO_LARGE', file, text);
}

/**
 * The text of a small file; a byte order mark is left out.
 *
 * @param code of the problem when it is no UTF-8.
 * @throws ProblemError PAYLOAD_TOO_LARGE or `code`.
 */
export async function readText(
  file: SourceFile,
  limits: AnnotationLimits,
  code: ProblemError['code'] = 'DATASET_LAYOUT_INVALID',
): Promise<string> {
  checkAnnotationBytes(file, limits);
  return decodeUtf8(await file.open(), file, code);
}

/**
 * Lines of a file with their numbers from 1 on, without line ends and without empty ones; only one is in memory at a time.
 * @throws ProblemError PAYLOAD_TOO_LARGE, JSON_INVALID when it is no UTF-8.
 */
export async function* readLines(
  file: SourceFile,
  limits: AnnotationLimits,
): AsyncGenerator<{ line: number; text: string }> {
  checkAnnotationBytes(file, limits);
  let line = 0;
  let parts: Buffer[] = [];
  const take = (last: Buffer) => {
    line += 1;
    const text = decodeUtf8(Buffer.concat([...parts, last]), file, 'JSON_INVALID', `line ${line}`);
    parts = [];
    return { line, text };
  };
  for await (const piece of await file.stream()) {
    let rest = piece as Buffer;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const found = take(rest.subarray(0, end));
      if (found.text.trim() !== '') yield found;
      rest = rest.subarray(end + 1);
    }
    parts.push(rest);
  }
  const found = take(Buffer.alloc(0));
  if (found.text.trim() !== '') yield found;
}

function decodeUtf8(bytes: Buffer, file: SourceFile, code: ProblemError['code'], place = 'line 1:1'): string {
  const looksWide = bytes.length >= 2 && (bytes.readUInt16BE(0) === 0xfeff || bytes.readUInt16BE(0) === 0xfffe);
  try {
    if (!looksWide && !bytes.subarray(0, 4).includes(0)) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const wide = looksWide || bytes.subarray(0, 4).includes(0) ? '; it looks like UTF-16' : '';
  throw fileProblem(code, file, `is not UTF-8 text${wide}. Save it as UTF-8`, place);
}
