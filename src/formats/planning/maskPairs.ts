import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import type { PlannedImage, PlannedMask } from '../importFormat.js';
import { layoutProblem } from './layout.js';
import { add, withoutExtension } from './names.js';

/** A mask of a layout, and its path there. */
export type PlacedMask = PlannedMask & { path: string };

/** Pairs masks with images by what their paths share. One that could belong to two images, or is not the only one, belongs to none. */
export class MaskPairs {
  private readonly masks = new Map<string, PlacedMask[]>();
  private readonly images = new Map<string, string[]>();

  /** @param key what a mask shares with its image. */
  addMask(key: string, mask: PlacedMask): void {
    add(this.masks, key, mask);
  }

  /** @param path of the image inside the layout. */
  addImage(key: string, path: string): void {
    add(this.images, key, path);
  }

  /** The mask of an image of this key, or why it cannot be told which it is; nothing where there is none. */
  of(key: string): Pick<PlannedImage, 'mask' | 'problems'> {
    const [first, second] = this.masks.get(key) ?? [];
    if (!first) return {};
    const [image, other] = this.images.get(key) ?? [];
    const problems = [
      ...(image && other ? [ambiguous([image, other], 'would share one mask')] : []),
      ...(second ? [ambiguous([first.path, second.path], 'are masks of one image')] : []),
    ];
    const { path: _, ...mask } = first;
    return problems.length > 0 ? { problems } : { mask };
  }

  /** Paths of the masks that belong to no image. */
  strays(): string[] {
    return [...this.masks].flatMap(([key, masks]) => (this.images.has(key) ? [] : masks.map(({ path }) => path)));
  }
}

/** What the names of masks end with that lie beside their images. */
export const maskEnding = /[._ -](masks?|gt|label|seg)$/i;

/** Which of some paths is a mask beside its image: `7_mask.png` with `7.png`. */
export function masksBeside(paths: readonly string[]): (path: string) => boolean {
  const stems = new Set(paths.map(withoutExtension));
  return (path) => {
    const stem = withoutExtension(path);
    return maskEnding.test(stem) && stems.has(stem.replace(maskEnding, ''));
  };
}

/** A mask where the layout has images. */
export function maskAmongImages(path: string, place: string): Problem {
  const message = `'${shown(path)}' looks like the mask of the image beside it; masks belong in ${place}`;
  return layoutProblem(message, path);
}

function ambiguous([first, second]: [string, string], what: string): Problem {
  const message = `'${shown(first)}' and '${shown(second)}' ${what}; keep one, or rename`;
  return { code: 'MASK_AMBIGUOUS', message, item: shown(second) };
}
