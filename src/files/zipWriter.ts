import type { PassThrough, Readable } from 'node:stream';
import yazl from 'yazl';

/** A file to be put into a zip. */
export interface ZipFileContent {
  /** Path inside the zip with forward slashes. */
  path: string;
  /** Opened when its turn has come, one after the other. */
  open: () => Promise<Readable> | Readable;
  /** Whether deflating it is worth the time; images are compressed already. */
  compress: boolean;
}

/**
 * Writes a zip piece by piece: one file is open at a time, and nothing is held in memory but the list. The same files in the
 * same order with the same `modified` give the same bytes.
 * @returns a stream that fails with what opening or reading a file fails with.
 */
export function zipStream(files: readonly ZipFileContent[], modified: Date): Readable {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as PassThrough;
  zip.on('error', (error: Error) => output.destroy(error));
  // It may fail before anybody reads; who reads then is told, and the process does not end by it.
  output.on('error', () => undefined);
  for (const { path, open, compress } of files) {
    zip.addReadStreamLazy(path, { mtime: modified, mode: 0o100644, compress }, (done) => {
      Promise.resolve()
        .then(open)
        .then((stream) => {
          stream.on('error', (error) => output.destroy(error));
          done(null, stream);
        })
        .catch((error: unknown) => output.destroy(error as Error));
    });
  }
  zip.end();
  return output;
}
