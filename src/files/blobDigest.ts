import { createHash } from 'node:crypto';
import { pipeline, Transform, type Readable } from 'node:stream';
import { problem, type ProblemError } from '../shared/errors.js';

/** The address of these bytes. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Ends with an error instead of an end when the bytes that passed are not the expected ones. */
export function verified(source: Readable, expected: string): Readable {
  const hash = createHash('sha256');
  const check = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      const found = hash.digest('hex');
      done(found === expected ? null : corruptProblem(expected, found));
    },
  });
  // The reader of `check` sees every error; closing it closes the source.
  pipeline(source, check, () => undefined);
  return check;
}

/** Reads a stream to its end. @returns how many bytes came. */
export async function drained(source: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of source) bytes += piece.byteLength;
  return bytes;
}

export function corruptProblem(expected: string, found: string): ProblemError {
  const message = `The stored file is damaged: expected sha256 ${expected}, found ${found}. Store it again from its source.`;
  return problem('ARTIFACT_CORRUPT', message, { item: expected });
}

export function missingProblem(sha256: string): ProblemError {
  return problem('NOT_FOUND', `No stored file has the sha256 ${sha256}.`, { item: sha256 });
}

export function fullProblem(): ProblemError {
  return problem('STORAGE_FULL', 'The blob store has no space left. Free space and try again.');
}

/** Refuses what is no address, so that none is ever taken for a path. */
export function checkAddress(sha256: string): void {
  if (!isSha256(sha256)) throw problem('NOT_FOUND', `'${sha256.slice(0, 80)}' is not the sha256 of a stored file.`);
}

/** Whether a string is a lower-case hexadecimal sha256. */
export function isSha256(value: string): boolean {
  return /^[0-9a-f]{64}$/.test(value);
}
