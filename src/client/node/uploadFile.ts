import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { RefusedError } from '../errors.js';
import type { ResiduaClient } from '../residuaClient.js';
import { uploadBlob } from '../uploadBlob.js';

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

/**
 * Sends a file and returns the upload's id.
 * @param onBytes is told how many of how many bytes have gone.
 * @throws RefusedError NOT_FOUND for no such file, and what {@link uploadBlob} throws.
 */
export async function uploadFile(
  client: ResiduaClient,
  file: string,
  onBytes: (sent: number, total: number) => void = () => undefined,
): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    throw new RefusedError([{ code: 'NOT_FOUND', message: `there is no file ${file}`, item: file }]);
  }
  const contentType = contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream';
  const named = { filename: basename(file), contentType, sha256: await digestOf(file), blob: await openAsBlob(file) };
  return uploadBlob(client, named, (sent) => onBytes(sent, found.size));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
