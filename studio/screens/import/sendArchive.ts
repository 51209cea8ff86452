import { accepted, CreateUploadDocument, present, UploadStateDocument } from '../../../src/client/index.js';
import { retried } from '../../api/retried.js';
import { client } from '../../api/session.js';
import type { Archive } from '../../workers/packing.js';

interface Sending {
  filename: string;
  datasetId: string;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
  onWait: (isWaiting: boolean) => void;
}

/**
 * Announces and sends an archive. When the connection breaks it is sent again to the same place as soon as the server answers, unless all of it has
 * arrived and only the answer was lost.
 * @returns the upload's id.
 */
export async function sendArchive({ blob, sha256 }: Archive, sending: Sending): Promise<string> {
  const { filename, datasetId, signal, onProgress, onWait } = sending;
  const announced = await retried(
    () => {
      const input = { filename, contentType: 'application/zip', sha256, bytes: blob.size, datasetId };
      return client.request(CreateUploadDocument, { input });
    },
    signal,
    onWait,
  );
  const { id, url, method, headers } = present(accepted(announced.createUpload).upload, 'upload');
  const sent = { ...(headers as Record<string, string>), 'content-type': 'application/zip' };
  let isFirst = true;
  await retried(
    async () => {
      if (!isFirst && (await hasArrived(id))) return;
      isFirst = false;
      await client.sendWatched(url, { method, headers: sent, blob, signal, onProgress });
    },
    signal,
    onWait,
  );
  return id;
}

async function hasArrived(id: string): Promise<boolean> {
  const { node } = await client.request(UploadStateDocument, { id });
  return node !== null && 'completedAt' in node && node.completedAt !== null;
}
