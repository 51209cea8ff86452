import type { PlannedImage } from '../importFormat.js';
import { add, commonFolder } from './names.js';

/**
 * Images of one name that lie in different places, as `000.png` of two splits, are named after their places instead. An image
 * that is listed twice keeps its name, and is refused later.
 */
export function distinctNames(images: readonly PlannedImage[]): PlannedImage[] {
  const byName = new Map<string, PlannedImage[]>();
  for (const image of images) add(byName, image.filename, image);
  const prefix = commonFolder(
    images.map(({ image }) => image),
    [],
  );
  return images.map((planned) => {
    const places = new Set(byName.get(planned.filename)!.map(({ image }) => image.path));
    return places.size > 1 ? { ...planned, filename: planned.image.path.slice(prefix.length) } : planned;
  });
}
