import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { problem } from '../../shared/errors.js';
import { accepted, present } from './errors.js';
import type { GraphqlClient } from './graphqlClient.js';
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
export async function uploadFile(client: GraphqlClient, file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw problem('NOT_FOUND', `there is no file ${file}`, { item: file });
  const contentType = contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream';
  const input = { filename: basename(file), bytes: found.size, sha256: await digestOf(file), contentType };
  const payload = accepted((await client.request(createUpload, { input })).createUpload);
  const { id, url, method, headers } = present(payload.upload, 'upload');
  await client.send(url, method, headers, await openAsBlob(file, { type: contentType }));
  return id;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
