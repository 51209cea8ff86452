import { LocalBlobStore, type BlobStore } from '../files/index.js';
import type { ResiduaConfig } from '../shared/config.js';

/** The blob store the configuration names: a bucket, or else a folder. */
export async function openBlobStore({
  s3,
  blobDirectory,
}: Pick<ResiduaConfig, 's3' | 'blobDirectory'>): Promise<BlobStore> {
  if (!s3) return LocalBlobStore.open(blobDirectory);
  // Loaded on demand: the SDK would slow every start down.
  const { S3BlobStore } = await import('../files/s3BlobStore.js');
  return S3BlobStore.open(s3);
}
