import type { TrainingImage } from '../../plugin-api/index.js';
import type { RgbImage } from '../../shared/images.js';

/** Decoded images, as many as fit into a number of bytes: those used last stay. */
export class ImageCache {
  private readonly loading = new Map<string, Promise<RgbImage>>();
  private readonly sizes = new Map<string, number>();
  private held = 0;

  /** @param limit bytes. */
  constructor(private readonly limit: number) {}

  /** The pixels of an image, loaded where they are not held. */
  load(image: TrainingImage): Promise<RgbImage> {
    const known = this.loading.get(image.id);
    const pixels = known ?? this.begin(image);
    // Insertion order is age: put the one in use last.
    this.loading.delete(image.id);
    this.loading.set(image.id, pixels);
    // Whoever asked is told; the next one asks again.
    if (!known) pixels.catch(() => this.loading.delete(image.id));
    return pixels;
  }

  private async begin(image: TrainingImage): Promise<RgbImage> {
    const pixels = await image.load();
    this.sizes.set(image.id, pixels.data.byteLength);
    this.held += pixels.data.byteLength;
    this.shrink();
    return pixels;
  }

  private shrink(): void {
    for (const [id, size] of [...this.loading.keys()].map((id) => [id, this.sizes.get(id)] as const)) {
      if (this.held <= this.limit) return;
      // One that is still loading has no size yet.
      if (size === undefined) continue;
      this.loading.delete(id);
      this.sizes.delete(id);
      this.held -= size;
    }
  }
}
