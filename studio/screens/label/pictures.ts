import { client } from '../../api/session.js';

/** Decoded, ready to be painted. */
export interface Picture {
  bitmap: ImageBitmap;
  /** The browser cannot read the file itself: this is its preview. */
  isPreview: boolean;
}

/** An image of the API. */
interface Shown {
  id: string;
  url: string;
  thumbnailUrl: string;
  width: number;
  height: number;
}

/** Pictures kept decoded: the one shown, the next three and those just left, of large ones fewer. */
const most = { pictures: 8, pixels: 120_000_000 };
/** The one shown and the next are there, however large. */
const fewest = 2;

/**
 * Wider ones are kept a second time, so wide: scaling megapixels down takes longer than anything else between a key and the next image. The queue and the tools leave
 * that much of the screen to the picture.
 */
const reducedWidth = Math.ceil(0.75 * screen.width * (devicePixelRatio || 1));

const reductions = new WeakMap<ImageBitmap, ImageBitmap>();

/** The smallest picture that is kept of an image and is sharp at this width. @param width pixels of the screen. */
export function sharpAt(bitmap: ImageBitmap, width: number): ImageBitmap {
  const reduced = reductions.get(bitmap);
  return reduced && width <= reduced.width ? reduced : bitmap;
}

const decoded = new Map<string, { picture: Promise<Picture>; pixels: number }>();

/** The picture of an image; asked for ahead of time it is there when it is needed. */
export function pictureOf(image: Shown): Promise<Picture> {
  const known = decoded.get(image.id);
  const kept = known ?? { picture: decode(image), pixels: pixelsOf(image) };
  // The newest last: those asked for longest ago go first.
  decoded.delete(image.id);
  decoded.set(image.id, kept);
  if (!known) kept.picture.catch(() => decoded.delete(image.id));
  dropOldest();
  return kept.picture;
}

/** Fetches and decodes those that come next, as many as are kept beside the one that is shown. */
export function decodeAhead(shown: Shown | undefined, next: readonly Shown[]): void {
  let pixels = shown ? pixelsOf(shown) : 0;
  for (const [index, image] of next.entries()) {
    pixels += pixelsOf(image);
    if (index > 0 && pixels > most.pixels) return;
    pictureOf(image).catch(() => undefined);
  }
}

function dropOldest(): void {
  let pixels = [...decoded.values()].reduce((sum, each) => sum + each.pixels, 0);
  for (const [id, old] of decoded) {
    if (decoded.size <= fewest || (decoded.size <= most.pictures && pixels <= most.pixels)) return;
    void old.picture.then(({ bitmap }) => close(bitmap)).catch(() => undefined);
    decoded.delete(id);
    pixels -= old.pixels;
  }
}

function pixelsOf({ width, height }: Shown): number {
  return width * height;
}

async function decode({ url, thumbnailUrl }: Shown): Promise<Picture> {
  try {
    return { bitmap: await bitmapOf(url), isPreview: false };
  } catch (error) {
    // A TIFF, for instance.
    if (!(error instanceof DOMException)) throw error;
    return { bitmap: await bitmapOf(thumbnailUrl), isPreview: true };
  }
}

async function bitmapOf(url: string): Promise<ImageBitmap> {
  const blob = await (await client.open(url)).blob();
  const bitmap = await createImageBitmap(blob);
  if (bitmap.width > reducedWidth) {
    reductions.set(bitmap, await createImageBitmap(blob, { resizeWidth: reducedWidth, resizeQuality: 'high' }));
  }
  return bitmap;
}

function close(bitmap: ImageBitmap): void {
  reductions.get(bitmap)?.close();
  reductions.delete(bitmap);
  bitmap.close();
}
