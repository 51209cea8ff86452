import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { BlobStore, ImageLimits } from '../../files/index.js';
import { isImagePath, isInside, openFolderTree, type SourceFile } from '../../formats/index.js';
import { collectProblems, problem, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { RecordedFile } from '../../shared/training.js';
import { inputDigest } from '../inputDigest.js';
import { quoted } from '../names.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';

/** Of a folder: at 256 x 256 pixels 100 MB of a worker's memory. Of a larger one so many are taken, evenly by their names. */
const mostTextures = 500;

/** A texture that a run is about to record. */
export interface FoundTexture extends RecordedFile {
  open: () => Promise<Buffer>;
}

interface Dependencies {
  /** The textures folder of this process; it need not exist. */
  folder: string;
  blobs: Pick<BlobStore, 'put'>;
  pixels: Pick<PixelProcesses, 'run'>;
  limits: ImageLimits;
}

/** Pictures of textures that augmentations take: in the blob store, so that every worker has those of the run. */
export class TextureStore {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Looks at every image of the folders that a plan names.
   * @throws ProblemError NOT_FOUND for a folder that is not there, TRAINING_DATA_INSUFFICIENT for one without images, what
   * `inspectImage` says of each image that cannot be read; of all at once.
   */
  async find(folders: readonly string[]): Promise<FoundTexture[]> {
    const problems: Problem[] = [];
    const found: FoundTexture[] = [];
    for (const name of new Set(folders)) {
      for (const file of (await collectProblems(problems, () => this.imagesOf(name))) ?? []) {
        const texture = await collectProblems(problems, () => this.look(name, file));
        if (texture) found.push(texture);
      }
    }
    throwIfProblems(problems.slice(0, 100).map((each) => ({ ...each, field: ['input', 'augmentations'] })));
    return found;
  }

  /**
   * Puts textures where every worker finds them.
   * @returns what the run records.
   * @throws ProblemError ARTIFACT_CORRUPT when a file changed since it was looked at, STORAGE_FULL.
   */
  async store(textures: readonly FoundTexture[]): Promise<RecordedFile[]> {
    const recorded: RecordedFile[] = [];
    for (const { source, sha256, bytes, open } of textures) {
      const accept = (blob: { sha256: string }) => {
        if (blob.sha256 === sha256) return;
        throw problem('ARTIFACT_CORRUPT', `${source} changed while it was read`, { item: source });
      };
      await this.parts.blobs.put(await open(), { accept });
      recorded.push({ source, sha256, bytes });
    }
    return recorded;
  }

  private async imagesOf(name: string): Promise<SourceFile[]> {
    const root = await realpath(this.parts.folder).catch(() => undefined);
    const folder = root && (await realpath(path.join(root, name)).catch(() => undefined));
    if (!root || !folder || folder === root || !isInside(root, folder)) {
      const message = `there is no folder ${quoted(name)} in the textures folder of this server`;
      throw problem('NOT_FOUND', message, { item: name });
    }
    const { files, problems } = await openFolderTree(folder, root);
    throwIfProblems(problems.slice(0, 100));
    const images = files.filter((file) => isImagePath(file.path));
    if (images.length === 0) {
      throw problem('TRAINING_DATA_INSUFFICIENT', `the folder of textures ${quoted(name)} holds no image`, {
        item: name,
      });
    }
    if (images.length <= mostTextures) return images;
    return Array.from({ length: mostTextures }, (_, i) => images[Math.floor((i * images.length) / mostTextures)]!);
  }

  private async look(name: string, file: SourceFile): Promise<FoundTexture> {
    const item = `${name}/${file.path}`;
    const bytes = await file.open();
    await this.parts.pixels.run('inspect', [bytes, { item, limits: this.parts.limits }], { item });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { source: item, sha256, bytes: bytes.length, open: () => file.open() };
  }
}

/** sha256 of the names and digests of textures; null of none. */
export function texturesDigest(textures: readonly RecordedFile[]): string | null {
  return textures.length === 0 ? null : inputDigest(textures.map(({ source, sha256 }) => [source, sha256]));
}
