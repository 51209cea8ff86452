import { IsNull, type DataSource } from 'typeorm';
import { ImageEntity } from '../../database/entities/index.js';
import { previewSides, type BlobStore, type PreviewSide } from '../../files/index.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';
import { imageBytes } from '../storedFiles.js';

/** What previews are made with. */
interface PreviewParts {
  dataSource: DataSource;
  blobs: BlobStore;
  pixels: PixelProcesses;
}

/** Where an image keeps its preview of each size. */
const columns = {
  256: 'previewSha256',
  1024: 'preview1024Sha256',
  2048: 'preview2048Sha256',
} as const satisfies Record<PreviewSide, keyof ImageEntity>;

/** Pictures of images, each made once: the smallest when its image comes in, the others when somebody first asks for them. */
export class StoredPreviews {
  /** Made at this moment: a page of large images asks for each several times. */
  private readonly underWay = new Map<string, Promise<Buffer>>();

  constructor(private readonly parts: PreviewParts) {}

  /** @throws ProblemError IMAGE_MISSING, IMAGE_CORRUPT. */
  async read(image: ImageEntity, side: PreviewSide): Promise<Buffer> {
    const fitting = fittingSide(image, side);
    const kept = image[columns[fitting]];
    // A blob that was lost is made again.
    const found = kept === null ? undefined : await this.parts.blobs.read(kept).catch(() => undefined);
    if (found) return found;
    const key = `${image.id} ${fitting}`;
    const known = this.underWay.get(key);
    if (known) return known;
    const made = this.make(image, fitting).finally(() => this.underWay.delete(key));
    this.underWay.set(key, made);
    return made;
  }

  private async make(image: ImageEntity, side: PreviewSide): Promise<Buffer> {
    const { blobs, pixels, dataSource } = this.parts;
    const { id, upright, filename } = image;
    const preview = await pixels.run('preview', [await imageBytes(blobs, image), { upright }, side], {
      item: filename,
    });
    const { sha256 } = await blobs.put(preview);
    await dataSource.getRepository(ImageEntity).update({ id, erasedAt: IsNull() }, { [columns[side]]: sha256 });
    return preview;
  }
}

/** Previews are not larger than their image: the smallest that shows all of it stands for those beyond. */
function fittingSide({ width, height }: ImageEntity, asked: PreviewSide): PreviewSide {
  const enough = previewSides.find((side) => side >= Math.max(width, height)) ?? asked;
  return enough < asked ? enough : asked;
}
