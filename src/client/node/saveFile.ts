import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { requestError } from '../errors.js';
import type { ResiduaClient } from '../residuaClient.js';

/**
 * Writes the bytes behind a URL of the API to a file, piece by piece.
 * @returns their sha256.
 * @throws RequestError, UnreachableError; what was written until then stays.
 */
export async function saveFile(
  client: ResiduaClient,
  url: string,
  file: string,
  onBytes: (received: number) => void = () => undefined,
): Promise<string> {
  const { body } = await client.open(url);
  if (!body) throw requestError([{ message: `GET ${url}: an empty answer` }]);
  const hash = createHash('sha256');
  let received = 0;
  const noticed = async function* (pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      hash.update(piece);
      onBytes((received += piece.length));
      yield piece;
    }
  };
  await pipeline(body, noticed, createWriteStream(file));
  return hash.digest('hex');
}
