import { client } from '../../api/session.js';

/** Decoded, ready to be painted. */
export interface Picture {
  bitmap: ImageBitmap;
  /** The browser cannot read the file itself: this is its preview. */
  isPreview: boolean;
}

interface Addresses {
  id: string;
  url: string;
  thumbnailUrl: string;
}

/** Pictures kept decoded: the one shown, the next three and those just left. */
const most = 8;
const decoded = new Map<string, Promise<Picture>>();

/** The picture of an image; asked for ahead of time it is there when it is needed. */
export function pictureOf(image: Addresses): Promise<Picture> {
  const known = decoded.get(image.id);
  const picture = known ?? decode(image);
  // The newest last: those asked for longest ago go first.
  decoded.delete(image.id);
  decoded.set(image.id, picture);
  if (!known) picture.catch(() => decoded.delete(image.id));
  for (const id of decoded.keys()) {
    if (decoded.size <= most) break;
    decoded.get(id)!.then(
      ({ bitmap }) => bitmap.close(),
      // Whoever asked for it has heard why it failed.
      () => undefined,
    );
    decoded.delete(id);
  }
  return picture;
}

async function decode({ url, thumbnailUrl }: Addresses): Promise<Picture> {
  try {
    return { bitmap: await bitmapOf(url), isPreview: false };
  } catch (error) {
    // A TIFF, for instance.
    if (!(error instanceof DOMException)) throw error;
    return { bitmap: await bitmapOf(thumbnailUrl), isPreview: true };
  }
}

async function bitmapOf(url: string): Promise<ImageBitmap> {
  const response = await client.open(url);
  return createImageBitmap(await response.blob());
}
