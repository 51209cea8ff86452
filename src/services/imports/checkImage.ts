import { createHash } from 'node:crypto';
import type { BlockPayload, BoxPayload, ImageLabel, PixelPayload, Split } from '../../database/entities/index.js';
import { decodeMask, inspectImage, shown, type BlobStore, type ImageFacts } from '../../files/index.js';
import type { PlannedBounds, PlannedBox, PlannedImage, SourceFile } from '../../formats/index.js';
import type { Limits } from '../../shared/config.js';
import { collectProblems, problem, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { Box } from '../../shared/images.js';
import { checkBlocks } from '../annotations/blocks.js';
import { checkBoxes } from '../annotations/boxes.js';
import { contradictions, type LabelContent } from '../annotations/contradictions.js';
import type { Checked, LabelledImage } from '../annotations/labelled.js';
import { encodedMask, pixelPayload } from '../annotations/pixels.js';
import { irregularities, orientationWarnings, sizeProblems } from './pictureFacts.js';

/** A planned image whose bytes and labels were read and found good. */
export interface CheckedImage extends Pick<ImageFacts, 'width' | 'height' | 'orientation' | 'sampleBits'> {
  filename: string;
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

export type ImportLimits = Pick<Limits, 'imageBytes' | 'imagePixels' | 'boxesPerImage'>;

export interface CheckContext {
  /** Where to put the bytes; left out in a dry run. */
  blobs?: BlobStore | undefined;
  limits: ImportLimits;
}

/** Pixels by which a fraction of an image's size, written with a few digits, may reach over its edge. */
const roundingPixels = 0.5;

/**
 * Reads one image and what labels it, decodes all completely and stores the image's bytes (content-addressed, so nothing shows
 * before the image has a row). Only this image is in memory.
 *
 * @returns the image, or every problem found.
 */
export async function checkImage(plan: PlannedImage, context: CheckContext): Promise<CheckedImage | Problem[]> {
  const problems: Problem[] = [];
  const { filename, split } = plan;
  const image = await collect(problems, filename, () => readImage(plan, context));
  const size = image && { filename, width: image.width, height: image.height };
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
    ...{ ...image, filename, split, label },
    defectType: label === 'ANOMALOUS' ? plan.defectType : null,
    annotations: pixels && !isMere ? [{ kind: 'PIXEL', payload: pixels }, ...annotations] : annotations,
    warnings: [...image.warnings, ...others.flatMap(({ warnings }) => warnings)],
  };
}

async function readImage(plan: PlannedImage, { blobs, limits }: CheckContext) {
  const bytes = await readLimited(plan.image, plan.filename, limits);
  const { preview, remarks, ...facts } = await inspectImage(bytes, { item: plan.filename, limits });
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
  image: LabelledImage | undefined,
  context: CheckContext,
): Promise<PixelPayload | undefined> {
  const payload = plan.mask ? await readMask(plan, image, context) : plan.regions && image && paintRegions(plan, image);
  if (!payload) return undefined;
  const { filename } = plan;
  throwIfProblems(contradictions({ kind: 'PIXEL', payload }, { filename, label: labelOf(plan, payload) }));
  return payload;
}

/** Without its image, as far as it can be said. */
async function readMask(plan: PlannedImage, image: LabelledImage | undefined, { limits }: CheckContext) {
  const { file, threshold } = plan.mask!;
  const mask = await decodeMask(await readLimited(file, file.path, limits), { item: file.path, limits, threshold });
  return pixelPayload(encodedMask(mask), image ?? { filename: plan.filename, ...mask }, { name: file.path });
}

function paintRegions({ regions = [] }: PlannedImage, image: LabelledImage): PixelPayload {
  const { width, height } = image;
  const mask = { width, height, data: new Uint8Array(width * height) };
  const problems: Problem[] = [];
  for (const region of regions) {
    collectProblems(problems, () => region.paint(mask));
  }
  throwIfProblems(problems);
  return pixelPayload(encodedMask(mask), image);
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

/** Draws the boxes that are bounds of regions first; a region that is wrong is told like a box that is. */
function checkPlannedBoxes(
  planned: NonNullable<PlannedImage['boxes']>,
  image: LabelledImage,
  limit: number,
): Checked<BoxPayload> {
  const problems: Problem[] = [];
  const boxes = planned.flatMap((one) => collectProblems(problems, () => drawn(one, image)) ?? []);
  const scaled = boxes.map((box) => inPixels(box, image));
  const nameOf = (index: number) => boxes[index]?.name ?? `box ${index}`;
  const checked = checkBoxes(scaled, image, { limit, nameOf });
  if (problems.length === 0) return checked;
  const item = shown(image.filename);
  return { problems: [...problems.map((found) => ({ ...found, item })), ...checked.problems], warnings: [] };
}

function drawn(planned: PlannedBox | PlannedBounds, image: LabelledImage): PlannedBox {
  return 'around' in planned ? { ...planned.around.bounds(image), defectType: planned.defectType } : planned;
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

/** Fractions become pixels, to a hundredth; what rounding alone pushed over the edge ends at it. */
function inPixels({ defectType, unit, name: _, ...box }: PlannedBox, { width, height }: LabelledImage): Box {
  const type = typeof defectType === 'string' ? { defectType } : {};
  if (unit !== 'FRACTION') return { ...box, ...type };
  const edge = (at: number, side: number) => {
    const pixels = Math.round(at * side * 100) / 100;
    const inside = Math.min(side, Math.max(0, pixels));
    return Math.abs(inside - pixels) <= roundingPixels ? inside : pixels;
  };
  const [left, top] = [edge(box.x, width), edge(box.y, height)];
  const [right, bottom] = [edge(box.x + box.width, width), edge(box.y + box.height, height)];
  return { x: left, y: top, width: hundredths(right - left), height: hundredths(bottom - top), ...type };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
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
