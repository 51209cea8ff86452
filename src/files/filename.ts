import type { Problem, ProblemLocation } from '../shared/errors.js';
import { shown } from './shown.js';

/** Longest name of one file or folder, in bytes of UTF-8, as file systems have it. */
const maximumNameBytes = 255;

/** Longest path inside a data set, in bytes of UTF-8. */
const maximumPathBytes = 1024;

/**
 * Says what is wrong with the name of an uploaded file: empty, `.`, `..`, a separator, a control character, broken
 * Unicode, or more than 255 bytes. Everything else is allowed: names are data, shown escaped, and never become paths.
 */
export function filenameProblem(filename: string, location: ProblemLocation = {}): Problem | undefined {
  const fault = nameFault(filename) ?? (/[/\\]/.test(filename) ? 'it holds a path separator' : undefined);
  return fault ? filenameInvalid(filename, fault, location) : undefined;
}

/** The same for a path with forward slashes inside a data set: each part is checked, and the whole is at most 1,024 bytes. */
export function imagePathProblem(path: string, location: ProblemLocation = {}): Problem | undefined {
  const fault = Buffer.byteLength(path) > maximumPathBytes ? `it is longer than ${maximumPathBytes} bytes` : undefined;
  const partFault = path
    .split('/')
    .map(nameFault)
    .find((found) => found !== undefined);
  return (fault ?? partFault) ? filenameInvalid(path, (fault ?? partFault)!, location) : undefined;
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it names a folder, not a file';
  if (name.includes('\0')) return 'it holds a NUL character';

  if (/[\u0001-\u001f\u007f]/.test(name)) return 'it holds a control character';
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\ufffd/.test(name)) {
    return 'it is not valid Unicode';
  }
  if (!/[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u.test(name.replace(/\.[^.]*$/, '') || name))
    return 'it holds nothing visible';
  const bytes = Buffer.byteLength(name);
  return bytes > maximumNameBytes ? `it is ${bytes} bytes long; at most ${maximumNameBytes} are allowed` : undefined;
}

function filenameInvalid(name: string, fault: string, location: ProblemLocation): Problem {
  return {
    code: 'FILENAME_INVALID',
    message: `The name '${shown(name)}' is not allowed: ${fault}.`,
    item: shown(name),
    ...location,
  };
}
