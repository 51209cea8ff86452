import { createHash } from 'node:crypto';
import type { BlockPayload, ImageLabel, PixelPayload, Split } from '../../database/entities/index.js';
import {
  decodeRle,
  shown,
  type BlobStore,
  type EncodedMask,
  type ImageFacts,
  type ImageSize,
  type MaskChoice,
} from '../../files/index.js';
import type { PlannedImage, SourceFile } from '../../formats/index.js';
import { LoopTurns } from '../../jobs/index.js';
import type { Limits } from '../../shared/config.js';
import { collectProblems, problem, throwIfProblems, type Problem } from '../../shared/errors.js';
import { checkBlocks } from '../annotations/blocks.js';
import { contradictions, type LabelContent } from '../annotations/contradictions.js';
import type { Checked, LabelledImage } from '../annotations/labelled.js';
import { checkMaskSize, encodedMask, pixelPayload } from '../annotations/pixels.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';
import { withDecodedRegions } from './decodedRegions.js';
import { irregularities, maskWarnings, orientationWarnings, sizeProblems } from './pictureFacts.js';
import { checkPlannedBoxes } from './plannedBoxes.js';

/** A planned image whose bytes and labels were read and found good. */
export interface CheckedImage extends Pick<ImageFacts, 'width' | 'height' | 'orientation' | 'sampleBits'> {
  filename: string;
  /** Where it lies in the source. */
  sourcePath: string;
  split: Split;
  label: ImageLabel;
  defectType: string | null;
  sha256: string;
  /** Null in a dry run. */
  previewSha256: string | null;
  bytes: number;
  /** At most one of each kind. */
  annotations: LabelContent[];
  warnings: Problem[];
}

/** Limits that each image of an import must keep. */
export type ImportLimits = Pick<Limits, 'imageBytes' | 'imagePixels' | 'boxesPerImage'>;

/** What images of an import are checked with. */
export interface CheckContext {
  /** Where to put the bytes; left out in a dry run. */
  blobs?: BlobStore | undefined;
  limits: ImportLimits;
  /** Which pixels of mask files are anomalous; it counts more than what the format says. */
  masks: MaskChoice;
  /** What decodes. */
  pixels: Pick<PixelProcesses, 'run'>;
}

/** After which painting the shapes of one image is given up. */
const paintingSeconds = 60;

/** An image with the EXIF orientation it was turned by. */
type OrientedImage = LabelledImage & Pick<ImageFacts, 'orientation'>;

/**
 * Reads one image and what labels it, decodes all completely and stores the image's bytes (content-addressed, so nothing shows
 * before the image has a row). Only this image is in memory.
 *
 * @returns the image, or every problem found.
 */
export async function checkImage(planned: PlannedImage, context: CheckContext): Promise<CheckedImage | Problem[]> {
  const { filename, split } = planned;
  const problems: Problem[] = (planned.problems ?? []).map((one) => ({ item: shown(filename), ...one }));
  const decoded = await collect(problems, filename, () => withDecodedRegions(planned));
  const plan = decoded ?? { ...planned, regions: undefined, boxes: undefined };
  const image = await collect(problems, filename, () => readImage(plan, context));
  const size = image && { filename, width: image.width, height: image.height, orientation: image.orientation };
  const pixels = await collect(problems, plan.mask?.file.path ?? filename, () => readPixels(plan, size, context));
  const others = size ? checkOthers(plan, size, context.limits) : [];
  problems.push(...others.flatMap((checked) => checked.problems));
  if (problems.length > 0 || !image) return problems;
  const label = labelOf(plan, pixels);
  const annotations = others.flatMap(({ kind, payload }) => (payload ? { kind, payload } : []));
  problems.push(...annotations.flatMap((content) => contradictions(content, { filename, label })));
  if (problems.length > 0) return problems;
  // The empty mask file of a good image only says so once more.
  const isMere = plan.mask && label === 'NORMAL';
  return {
    ...{ ...image, filename, sourcePath: plan.image.path, split, label },
    defectType: label === 'ANOMALOUS' ? plan.defectType : null,
    annotations: pixels && !isMere ? [{ kind: 'PIXEL', payload: pixels }, ...annotations] : annotations,
    warnings: [
      ...(plan.warnings ?? []),
      ...image.warnings,
      ...(pixels ? maskWarnings(plan, pixels.anomalousPixels, image) : []),
      ...clippedRegions(plan, image),
      ...others.flatMap(({ warnings }) => warnings),
    ],
  };
}

async function readImage(plan: PlannedImage, { blobs, limits, pixels }: CheckContext) {
  const item = plan.filename;
  const bytes = await readLimited(plan.image, item, limits);
  const { preview, remarks, ...facts } = await pixels.run('inspect', [bytes, { item, limits }], { item });
  const { width, height, orientation, sampleBits } = facts;
  throwIfProblems(sizeProblems(plan, facts));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (blobs) await blobs.put(bytes);
  const previewSha256 = blobs ? (await blobs.put(preview)).sha256 : null;
  const warnings = [...irregularities(plan, remarks), ...orientationWarnings(plan, orientation)];
  return { width, height, orientation, sampleBits, sha256, previewSha256, bytes: bytes.byteLength, warnings };
}

async function readPixels(
  plan: PlannedImage,
  image: OrientedImage | undefined,
  context: CheckContext,
): Promise<PixelPayload | undefined> {
  const payload = plan.mask
    ? await readMask(plan, image, context)
    : plan.regions && image && (await paintRegions(plan, image));
  if (!payload) return undefined;
  const { filename } = plan;
  throwIfProblems(contradictions({ kind: 'PIXEL', payload }, { filename, label: labelOf(plan, payload) }));
  return payload;
}

/** Without its image, as far as it can be said. */
async function readMask(
  plan: PlannedImage,
  image: OrientedImage | undefined,
  { limits, masks, pixels }: CheckContext,
): Promise<PixelPayload> {
  const orientation = image?.orientation;
  const { file, more = [], threshold } = plan.mask!;
  const isChosen = masks.threshold !== undefined || masks.value !== undefined;
  const choice = isChosen ? masks : { threshold };
  const decode = async (each: SourceFile) => {
    const options = { item: each.path, limits, ...choice };
    return pixels.run('mask', [await readLimited(each, each.path, limits), options], { item: each.path });
  };
  const mask = await decode(file);
  const own = image ?? { filename: plan.filename, width: mask.width, height: mask.height };
  const joined = more.length > 0 ? await joinedMask(mask, more, own, decode) : mask;
  return pixelPayload(joined, own, { name: file.path, orientation });
}

/** What any file of one mask marks. @throws ProblemError MASK_SIZE_MISMATCH. */
async function joinedMask(
  first: EncodedMask,
  others: readonly SourceFile[],
  image: LabelledImage,
  decode: (file: SourceFile) => Promise<EncodedMask>,
): Promise<EncodedMask> {
  const mask = decodeRle(first.counts, first);
  for (const file of others) {
    const other = await decode(file);
    checkMaskSize(other, image, { name: file.path });
    if (other.width !== mask.width || other.height !== mask.height) continue;
    decodeRle(other.counts, other).data.forEach((marked, pixel) => {
      if (marked) mask.data[pixel] = 1;
    });
  }
  return encodedMask(mask);
}

function clippedRegions({ filename, regions = [] }: PlannedImage, size: ImageSize): Problem[] {
  const clipped = regions.filter((region) => region.reachesOver?.(size)).length;
  if (clipped === 0) return [];
  const message = `${clipped} shapes of '${shown(filename)}' reached over the edge of its ${size.width}x${size.height} pixels and were cut off there`;
  return [{ code: 'SHAPE_CLIPPED', message, item: shown(filename) }];
}

async function paintRegions({ regions = [] }: PlannedImage, image: LabelledImage): Promise<PixelPayload> {
  const { width, height } = image;
  const mask = { width, height, data: new Uint8Array(width * height) };
  const problems: Problem[] = [];
  const turns = new LoopTurns();
  const began = performance.now();
  for (const [index, region] of regions.entries()) {
    collectProblems(problems, () => region.paint(mask));
    // A worker that cannot be told to stop would work on for hours.
    await turns.pause();
    if (performance.now() - began > paintingSeconds * 1000) throw tooManyShapes(image, index + 1, regions.length);
  }
  throwIfProblems(problems);
  return pixelPayload(encodedMask(mask), image);
}

function tooManyShapes({ filename }: LabelledImage, painted: number, shapes: number) {
  const message = `'${shown(filename)}' has ${shapes} shapes, of which ${painted} were painted within ${paintingSeconds} s; fewer can be imported`;
  return problem('TOO_MANY_ANNOTATIONS', message, { item: shown(filename) });
}

function checkOthers(
  { boxes, blocks }: PlannedImage,
  image: LabelledImage,
  { boxesPerImage }: ImportLimits,
): (Checked<LabelContent['payload']> & Pick<LabelContent, 'kind'>)[] {
  return [
    ...(blocks ? [{ kind: 'BLOCK' as const, ...checkGrid(blocks, image) }] : []),
    ...(boxes ? [{ kind: 'BOX' as const, ...checkPlannedBoxes(boxes, image, boxesPerImage) }] : []),
  ];
}

/** Rows and columns by their own numbers: exchanged, they would make as many labels. */
function checkGrid({ labels, blockSize, rows, columns }: BlockPayload, image: LabelledImage): Checked<BlockPayload> {
  const checked = checkBlocks(labels, blockSize, image);
  const { payload } = checked;
  if (!payload || (payload.rows === rows && payload.columns === columns)) return checked;
  const grid = `${payload.rows} rows and ${payload.columns} columns of ${blockSize} pixels`;
  const message = `'${shown(image.filename)}' has ${grid}; ${rows} rows and ${columns} columns were given`;
  return { problems: [{ code: 'BLOCK_GRID_MISMATCH', message, item: shown(image.filename) }], warnings: [] };
}

function labelOf({ label }: PlannedImage, pixels: PixelPayload | undefined): ImageLabel {
  if (label !== 'FROM_MASK') return label;
  return pixels && pixels.anomalousPixels > 0 ? 'ANOMALOUS' : 'NORMAL';
}

/** Refuses by the size the listing gave, so that a huge file is never read. */
async function readLimited(file: SourceFile, item: string, limits: ImportLimits): Promise<Buffer> {
  if (file.bytes <= limits.imageBytes) return file.open();
  const message = `Image '${shown(item)}' has ${file.bytes} bytes; at most ${limits.imageBytes} are allowed.`;
  throw problem('IMAGE_TOO_LARGE', message);
}

/** Every problem is told of the file that was read. */
async function collect<T>(problems: Problem[], file: string, read: () => Promise<T>): Promise<T | undefined> {
  const found: Problem[] = [];
  const result = await collectProblems(found, read);
  problems.push(...found.map((one) => ({ ...one, item: shown(file) })));
  return result;
}
