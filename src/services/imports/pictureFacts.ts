import { shown, type ImageFacts } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import type { PlannedImage } from '../../formats/index.js';

/** A size in an annotation file that the image has not. Where it is that of the picture before its EXIF orientation, this is said. */
export function sizeProblems(
  { filename, size }: Pick<PlannedImage, 'filename' | 'size'>,
  { width, height, orientation }: Pick<ImageFacts, 'width' | 'height' | 'orientation'>,
): Problem[] {
  if (!size || (size.width === width && size.height === height)) return [];
  const item = shown(filename);
  const claimed = `${size.width}x${size.height}`;
  const turned = orientation >= 5 && size.width === height && size.height === width;
  const exif =
    `: the size before its EXIF orientation ${orientation} turns it. Labels belong on the upright picture; ` +
    'save the image turned and without the EXIF tag, and label it again';
  const message = `the image '${item}' has ${width}x${height} pixels; its annotation says ${claimed}${turned ? exif : ''}`;
  return [{ code: 'IMAGE_SIZE_MISMATCH', message, item }];
}

/** What is wrong with the file and hurts no pixel. */
export function irregularities({ filename }: Pick<PlannedImage, 'filename'>, remarks: readonly string[]): Problem[] {
  if (remarks.length === 0) return [];
  const item = shown(filename);
  return [{ code: 'IMAGE_IRREGULAR', message: `'${item}' was read although ${remarks.join(' and ')}`, item }];
}

/** Labels beside an image that its EXIF orientation turns: they may have been drawn on the picture as it is stored. */
export function orientationWarnings(plan: PlannedImage, orientation: number): Problem[] {
  const isLabelled = plan.mask ?? plan.regions ?? plan.boxes ?? plan.blocks;
  // A size that fits tells for orientations that exchange the sides.
  if (orientation === 1 || !isLabelled || (plan.size && orientation >= 5)) return [];
  const item = shown(plan.filename);
  const message = `'${item}' has the EXIF orientation ${orientation}: its labels are taken for labels of the upright picture`;
  return [{ code: 'IMAGE_ORIENTATION', message, item }];
}

/** A mask file that marks more than it leaves: black may be what marks the defect in it. */
export function maskWarnings(
  { mask }: Pick<PlannedImage, 'mask'>,
  marked: number,
  { width, height }: Pick<ImageFacts, 'width' | 'height'>,
): Problem[] {
  const share = marked / (width * height);
  if (!mask || share <= 0.5) return [];
  const item = shown(mask.file.path);
  const told = `the mask '${item}' marks ${Math.round(share * 100)} % of the image as defective`;
  return [{ code: 'MASK_AMBIGUOUS', message: `${told}; where black marks the defect, option maskValue takes 0`, item }];
}
