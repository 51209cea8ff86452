import { createHash } from 'node:crypto';
import type { PixelPayload } from '../../database/entities/index.js';
import {
  countAnomalousPixels,
  decodeMask,
  encodeRle,
  inspectImage,
  shown,
  type BlobStore,
  type ImageFacts,
  type ImageLimits,
} from '../../files/index.js';
import { problem, ProblemError, type Problem } from '../../shared/errors.js';
import type { PlannedImage, SourceFile } from './format.js';

/** A planned image whose bytes, and mask, were read and found good. */
export interface CheckedImage extends ImageFacts {
  plan: PlannedImage;
  sha256: string;
  bytes: number;
  /** For anomalous images with a mask. */
  pixels?: PixelPayload | undefined;
}

export interface CheckContext {
  /** Where to put the bytes; left out in a dry run. */
  blobs?: BlobStore | undefined;
  limits: ImageLimits;
}

/**
 * Reads one image and its mask, decodes both completely and stores the image's bytes (content-addressed, so nothing shows
 * before the image has a row). Only this image is in memory.
 *
 * @returns the image, or every problem found.
 */
export async function checkImage(plan: PlannedImage, context: CheckContext): Promise<CheckedImage | Problem[]> {
  const problems: Problem[] = [];
  const image = await collect(problems, plan.filename, () => readImage(plan, context));
  const mask = plan.mask && (await collect(problems, plan.mask.path, () => readMask(plan, plan.mask!, image, context)));
  if (problems.length > 0 || !image) return problems;
  return { ...image, plan, pixels: plan.label === 'ANOMALOUS' ? mask : undefined };
}

async function readImage(plan: PlannedImage, { blobs, limits }: CheckContext) {
  const bytes = await readLimited(plan.image, plan.filename, limits);
  const facts = await inspectImage(bytes, { item: plan.filename, limits });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (blobs) await blobs.put(bytes);
  return { ...facts, sha256, bytes: bytes.byteLength };
}

async function readMask(
  plan: PlannedImage,
  file: SourceFile,
  image: ImageFacts | undefined,
  { limits }: CheckContext,
): Promise<PixelPayload> {
  const mask = await decodeMask(await readLimited(file, file.path, limits), { item: file.path, limits });
  const size = `${mask.width}x${mask.height}`;
  if (image && (mask.width !== image.width || mask.height !== image.height)) {
    const expected = `its image '${shown(plan.filename)}' ${image.width}x${image.height}`;
    throw problem('MASK_SIZE_MISMATCH', `the mask '${shown(file.path)}' has ${size} pixels, ${expected}`);
  }
  const anomalousPixels = countAnomalousPixels(mask);
  if (plan.label === 'ANOMALOUS' && anomalousPixels === 0) {
    const message = `the mask '${shown(file.path)}' marks no pixel, but its image is labelled anomalous`;
    throw problem('MASK_EMPTY', `${message} ('${shown(plan.defectType ?? '')}')`);
  }
  if (plan.label === 'NORMAL' && anomalousPixels > 0) {
    const message = `the mask '${shown(file.path)}' marks ${anomalousPixels} anomalous pixels of the image`;
    throw problem('LABEL_CONTRADICTION', `${message} '${shown(plan.filename)}', which is labelled good`);
  }
  return { counts: encodeRle(mask), anomalousPixels };
}

/** Refuses by the size the listing gave, so that a huge file is never read. */
async function readLimited(file: SourceFile, item: string, limits: ImageLimits): Promise<Buffer> {
  if (file.bytes <= limits.imageBytes) return file.open();
  const message = `Image '${shown(item)}' has ${file.bytes} bytes; at most ${limits.imageBytes} are allowed.`;
  throw problem('IMAGE_TOO_LARGE', message);
}

async function collect<T>(problems: Problem[], item: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems.map((found) => ({ ...found, item: found.item ?? shown(item) })));
    return undefined;
  }
}
