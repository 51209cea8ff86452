import { accepted, present } from './errors.js';
import { CreateUploadDocument, type CreateUploadInput } from './generated/graphql.js';
import type { ResiduaClient } from './residuaClient.js';

/** Bytes to send. */
export interface NamedBlob {
  /** Without folders. */
  filename: string;
  /** Media type, e.g. `image/png`. */
  contentType: string;
  /** 64 hexadecimal digits. */
  sha256: string;
  blob: Blob;
  /** Who alone may use the bytes; whoever uses them first when left out. */
  owner?: Pick<CreateUploadInput, 'datasetId' | 'projectId'>;
}

/**
 * Sends bytes in the two steps of the API and returns the upload's id.
 * @param onBytes is told how many have gone. Left out, nothing is streamed, as browsers over HTTP/1 want it.
 * @throws RefusedError, RequestError, UnreachableError.
 */
export async function uploadBlob(
  client: ResiduaClient,
  { filename, contentType, sha256, blob, owner }: NamedBlob,
  onBytes?: (sent: number) => void,
): Promise<string> {
  const input = { filename, contentType, sha256, bytes: blob.size, ...owner };
  const payload = accepted((await client.request(CreateUploadDocument, { input })).createUpload);
  const { id, url, method, headers } = present(payload.upload, 'upload');
  const body = onBytes ? blob.stream().pipeThrough(counting(onBytes)) : blob;
  await client.send(url, method, { 'content-type': contentType, ...(headers as Record<string, string>) }, body);
  return id;
}

function counting(onBytes: (sent: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let sent = 0;
  return new TransformStream({
    transform: (piece, controller) => {
      onBytes((sent += piece.length));
      controller.enqueue(piece);
    },
  });
}
