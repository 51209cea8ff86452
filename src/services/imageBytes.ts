import type { ImageEntity } from '../database/entities/index.js';
import { shown, type BlobStore } from '../files/index.js';
import { ProblemError, problem } from '../shared/errors.js';

/**
 * The file of a stored image.
 * @throws ProblemError IMAGE_MISSING, naming the image, when the store does not hold it; IMAGE_CORRUPT when it is damaged there.
 */
export async function imageBytes(
  blobs: Pick<BlobStore, 'read'>,
  { sha256, filename }: Pick<ImageEntity, 'sha256' | 'filename'>,
): Promise<Buffer> {
  try {
    return await blobs.read(sha256);
  } catch (error) {
    const code = error instanceof ProblemError ? error.code : undefined;
    const item = shown(filename);
    if (code === 'NOT_FOUND') {
      const message = `the file of image '${item}' (sha256 ${sha256}) is not in the store; restore it from a backup`;
      throw problem('IMAGE_MISSING', message, { item });
    }
    if (code !== 'ARTIFACT_CORRUPT') throw error;
    const message = `the file of image '${item}' (sha256 ${sha256}) is damaged in the store; restore it from a backup`;
    throw problem('IMAGE_CORRUPT', message, { item });
  }
}
