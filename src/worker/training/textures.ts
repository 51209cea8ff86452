import type { TrainingRunEntity } from '../../services/records.js';
import { problem } from '../../shared/errors.js';
import type { RgbImage } from '../../shared/images.js';
import { loadScaled, type PixelSource } from '../imagePixels.js';

/**
 * The textures of a folder as a run recorded them, scaled as its images are.
 * @param folder that the augmentation names; none: no textures.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT where none is recorded, and as `readImage`.
 */
export async function loadTextures(
  source: PixelSource,
  run: Pick<TrainingRunEntity, 'textureFiles' | 'sampleBits' | 'settings'>,
  folder: string | undefined,
): Promise<RgbImage[]> {
  if (folder === undefined) return [];
  const files = run.textureFiles.filter((file) => file.source.startsWith(`${folder}/`));
  if (files.length === 0) {
    throw problem('TRAINING_DATA_INSUFFICIENT', `the run has recorded no textures of ${folder}`, { item: folder });
  }
  const textures: RgbImage[] = [];
  for (const { source: filename, sha256 } of files) {
    textures.push(await loadScaled(source, { filename, sha256, upright: true, sampleBits: null }, run));
  }
  return textures;
}
