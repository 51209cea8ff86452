import type { PixelPayload } from '../../database/entities/index.js';
import {
  canonicalRle,
  countAnomalousPixels,
  encodeRle,
  shown,
  type EncodedMask,
  type ImageSize,
} from '../../files/index.js';
import { problem, ProblemError } from '../../shared/errors.js';
import type { BinaryMask } from '../../shared/images.js';
import { onImage, type LabelledImage } from './labelled.js';

/** Where a mask stands in the input, and how messages name it. */
export interface MaskRules {
  /** Input path of the mask; left out where there is no input, as in an import. */
  field?: readonly string[] | undefined;
  /** Names the mask in messages, e.g. its file; "the mask" when left out. */
  name?: string | undefined;
  /** EXIF orientation that the image was turned by, where it is known. */
  orientation?: number | undefined;
}

/** A mask with its run lengths. */
export function encodedMask(mask: BinaryMask): EncodedMask {
  const { width, height } = mask;
  return { width, height, counts: encodeRle(mask), anomalousPixels: countAnomalousPixels(mask) };
}

/**
 * The stored form of a mask.
 * @throws ProblemError MASK_SIZE_MISMATCH with both sizes when it has not the image's size.
 */
export function pixelPayload(mask: EncodedMask, image: LabelledImage, rules: MaskRules = {}): PixelPayload {
  checkMaskSize(mask, image, rules);
  const { counts, anomalousPixels } = mask;
  return { counts, anomalousPixels };
}

/** @throws ProblemError MASK_SIZE_MISMATCH with both sizes, naming EXIF when the mask fits the picture before it was turned. */
export function checkMaskSize(mask: ImageSize, image: LabelledImage, rules: MaskRules): void {
  if (mask.width === image.width && mask.height === image.height) return;
  const name = rules.name === undefined ? 'the mask' : `the mask '${shown(rules.name)}'`;
  const sizes = `has ${mask.width}x${mask.height} pixels, its image '${shown(image.filename)}' ${image.width}x${image.height}`;
  const { orientation = 1 } = rules;
  const isUnturned = orientation >= 5 && mask.width === image.height && mask.height === image.width;
  const exif = isUnturned
    ? `: the size before its EXIF orientation ${orientation} turns it; masks belong on the upright picture`
    : '';
  throw problem('MASK_SIZE_MISMATCH', `${name} ${sizes}${exif}`, onImage(image, rules.field));
}

/**
 * The stored form of COCO's compressed run lengths, which are written anew as everybody's are. No pixel is decoded for it.
 * @throws ProblemError MASK_RLE_INVALID when they are broken or do not add up to the image's pixels; nothing of the claimed
 *   size is allocated then.
 */
export function pixelPayloadFromRle(counts: string, image: LabelledImage, rules: MaskRules = {}): PixelPayload {
  try {
    return canonicalRle(counts, image);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [first] = error.problems;
    throw problem(first!.code, first!.message, onImage(image, rules.field));
  }
}
