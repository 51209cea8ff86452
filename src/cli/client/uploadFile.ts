import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { problem } from '../../shared/errors.js';
import { accepted, present } from './errors.js';
import type { GraphqlClient } from './graphqlClient.js';
import type { Terminal } from '../terminal/terminal.js';
import { createUpload } from './operations/index.js';

const contentTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.bmp': 'image/bmp',
  '.zip': 'application/zip',
};

/** Sends a file in the two steps of the API and returns the upload's id. @throws ProblemError NOT_FOUND for no such file. */
export async function uploadFile(
  client: GraphqlClient,
  file: string,
  terminal: Pick<Terminal, 'transfer'>,
): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw problem('NOT_FOUND', `there is no file ${file}`, { item: file });
  const contentType = contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream';
  const input = { filename: basename(file), bytes: found.size, sha256: await digestOf(file), contentType };
  const payload = accepted((await client.request(createUpload, { input })).createUpload);
  const { id, url, method, headers } = present(payload.upload, 'upload');
  const progress = terminal.transfer(basename(file), found.size);
  let sent = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform: (piece, controller) => {
      progress.show((sent += piece.length), found.size);
      controller.enqueue(piece);
    },
  });
  try {
    const body = (await openAsBlob(file)).stream().pipeThrough(counted);
    await client.send(url, method, { 'content-type': contentType, ...headers }, body);
  } finally {
    progress.end();
  }
  return id;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
