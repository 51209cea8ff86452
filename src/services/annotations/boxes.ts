import type { BoxPayload } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { Problem, ProblemLocation } from '../../shared/errors.js';
import type { Box } from '../../shared/images.js';
import { nameProblems } from '../names.js';
import { onImage, type Checked, type LabelledImage } from './labelled.js';

/** A box as a caller gives it. */
export interface GivenBox extends Omit<Box, 'defectType'> {
  defectType?: string | null | undefined;
}

/** What boxes of an image must keep. */
export interface BoxRules {
  /** Boxes of one image, at most. */
  limit: number;
  /** Input path of the list; a box adds its place in it. Left out where there is no input, as in an import. */
  field?: readonly string[] | undefined;
  /** Names a box in messages, e.g. `annotation 17`; `box 0`, `box 1` … when left out. */
  nameOf?: ((index: number) => string) | undefined;
}

/** Boxes computed from shares of an image's size miss its edge by rounding errors, not more. */
const roundingPixels = 1e-6;

/**
 * Checks the boxes of one image, all of them: each coordinate a finite number (BOX_INVALID_NUMBER), no negative side
 * (BOX_INVERTED), no side of 0 (BOX_EMPTY), not given in shares of the image (BOX_SUSPECT_NORMALIZED), inside the image
 * (BOX_OUT_OF_BOUNDS, never clipped), a defect type that is a name (TEXT_INVALID), and not too many (TOO_MANY_ANNOTATIONS).
 * A box that is there twice is kept once, with a warning (DUPLICATE_ANNOTATION).
 */
export function checkBoxes(boxes: readonly GivenBox[], image: LabelledImage, rules: BoxRules): Checked<BoxPayload> {
  if (boxes.length > rules.limit) return { problems: [tooManyBoxes(boxes.length, image, rules)], warnings: [] };
  const problems = boxes.flatMap((box, index) => boxProblems(box, index, image, rules));
  if (problems.length > 0) return { problems, warnings: [] };
  const warnings: Problem[] = [];
  const kept = new Map<string, { box: Box; index: number }>();
  for (const [index, box] of boxes.entries()) {
    const key = JSON.stringify([box.x, box.y, box.width, box.height, box.defectType ?? null]);
    const first = kept.get(key);
    if (first) warnings.push(duplicate(first.index, index, image, rules));
    else kept.set(key, { box: storedBox(box), index });
  }
  return { payload: { boxes: [...kept.values()].map(({ box }) => box) }, problems, warnings };
}

function boxProblems(box: GivenBox, index: number, image: LabelledImage, rules: BoxRules): Problem[] {
  const at = locationOf(index, image, rules);
  const problems = typeof box.defectType === 'string' ? nameProblems('defect type', box.defectType, at) : [];
  const fault = geometryFault(box, image);
  if (fault) {
    const [code, text] = fault;
    const subject = `${nameOf(index, rules)} of '${shown(image.filename)}'`;
    const values = `x ${box.x}, y ${box.y}, width ${box.width}, height ${box.height}`;
    problems.push({ code, message: `${subject} (${values}) ${text}`, ...at });
  }
  return problems;
}

/** The first rule a box breaks: the others would only repeat it. */
function geometryFault(box: GivenBox, image: LabelledImage): [Problem['code'], string] | undefined {
  const { x, y, width, height } = box;
  if (![x, y, width, height].every(Number.isFinite)) {
    return ['BOX_INVALID_NUMBER', 'has a value that is not a finite number'];
  }
  if (width < 0 || height < 0) {
    return ['BOX_INVERTED', 'has a negative side; x, y is its top-left corner, width and height are positive'];
  }
  if (width === 0 || height === 0) return ['BOX_EMPTY', 'covers nothing: width and height must be above 0'];
  if (looksNormalized(box, image)) {
    const hint = `multiply by the image's size, ${sizeOf(image)}, if these are shares of it`;
    return ['BOX_SUSPECT_NORMALIZED', `lies within the first pixel; coordinates are pixels: ${hint}`];
  }
  if (isInside(box, image)) return undefined;
  const corners = width > x && height > y && width <= image.width && height <= image.height;
  const hint = corners ? '; if width and height are the bottom-right corner, send the differences instead' : '';
  return ['BOX_OUT_OF_BOUNDS', `reaches outside the image, which is ${sizeOf(image)} pixels${hint}`];
}

/** Whole numbers are the one pixel they say. */
function looksNormalized({ x, y, width, height }: GivenBox, image: LabelledImage): boolean {
  const isPixel = [x, y, width, height].every(Number.isInteger);
  return !isPixel && x >= 0 && y >= 0 && x + width <= 1 && y + height <= 1 && image.width * image.height > 1;
}

function isInside({ x, y, width, height }: GivenBox, image: LabelledImage): boolean {
  const reach = roundingPixels;
  return x >= -reach && y >= -reach && x + width <= image.width + reach && y + height <= image.height + reach;
}

/** Without what else the caller's object holds. */
function storedBox({ x, y, width, height, defectType }: GivenBox): Box {
  return { x, y, width, height, ...(typeof defectType === 'string' ? { defectType } : {}) };
}

/** What to say of an image with more boxes than are allowed. */
export function tooManyBoxes(count: number, image: LabelledImage, { limit, field }: BoxRules): Problem {
  const message = `'${shown(image.filename)}' has ${count} boxes; at most ${limit} are allowed`;
  return { code: 'TOO_MANY_ANNOTATIONS', message, ...onImage(image, field) };
}

function duplicate(first: number, index: number, image: LabelledImage, rules: BoxRules): Problem {
  const names = `${nameOf(index, rules)} of '${shown(image.filename)}' is the same as ${nameOf(first, rules)}`;
  return { code: 'DUPLICATE_ANNOTATION', message: `${names}; one is kept`, ...locationOf(index, image, rules) };
}

function nameOf(index: number, { nameOf: name }: BoxRules): string {
  return name ? name(index) : `box ${index}`;
}

function locationOf(index: number, image: LabelledImage, { field }: BoxRules): ProblemLocation {
  return onImage(image, field && [...field, String(index)]);
}

function sizeOf({ width, height }: LabelledImage): string {
  return `${width}x${height}`;
}
