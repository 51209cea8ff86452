import type { BoxPayload } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { PlannedBounds, PlannedBox, PlannedImage } from '../../formats/index.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type { Box } from '../../shared/images.js';
import { checkBoxes, tooManyBoxes } from '../annotations/boxes.js';
import type { Checked, LabelledImage } from '../annotations/labelled.js';

/** Pixels by which rounding alone may push a box over the edge. */
const roundingPixels = 0.5;

/** Share of the image's side by which a box that somebody drew may reach over the edge. */
const overhangShare = 0.05;

/**
 * Boxes of a plan as an annotation. Those that are bounds of regions are drawn first; a region that is wrong is told like a box
 * that is. Without a payload when none has an area.
 */
export function checkPlannedBoxes(
  planned: NonNullable<PlannedImage['boxes']>,
  image: LabelledImage,
  limit: number,
): Checked<BoxPayload> {
  // Before any is drawn: the bounds of a region may take as long as the region.
  const bounds = planned.filter((one) => 'around' in one).length;
  if (bounds > limit) return { problems: [tooManyBoxes(bounds, image, { limit })], warnings: [] };
  const problems: Problem[] = [];
  const remarks: Problem[] = [];
  const nameOf = (box: PlannedBox, index: number) => box.name ?? `box ${index}`;
  const kept = planned
    .flatMap((one) => collectProblems(problems, () => drawn(one, image)) ?? [])
    .map((box, index) => ({ box: inPixels(box, image), isLenient: box.isLenient, name: nameOf(box, index) }))
    .flatMap((one) => (one.isLenient ? lenient(one, image, remarks) : one));
  const names = kept.map(({ name }) => name);
  const item = shown(image.filename);
  const checked = checkBoxes(
    kept.map(({ box }) => box),
    image,
    { limit, nameOf: (index) => names[index]! },
  );
  if (problems.length > 0) {
    return { problems: [...problems.map((found) => ({ ...found, item })), ...checked.problems], warnings: [] };
  }
  const warnings = [...remarks.map((remark) => ({ ...remark, item })), ...checked.warnings];
  return kept.length === 0 && planned.length > 0 ? { problems: [], warnings } : { ...checked, warnings };
}

function drawn(planned: PlannedBox | PlannedBounds, image: LabelledImage): PlannedBox {
  return 'around' in planned ? { ...planned.around.bounds(image), defectType: planned.defectType } : planned;
}

interface NamedBox {
  box: Box;
  name: string;
}

/** Cuts off a part that reaches over the edge a little, and leaves out what has no area; both are told. */
function lenient({ box, name }: NamedBox, image: LabelledImage, remarks: Problem[]): NamedBox[] {
  const where = `${name} of '${shown(image.filename)}'`;
  if (box.width === 0 || box.height === 0) {
    const message = `${where} has no area (${box.width}x${box.height} pixels) and was left out`;
    remarks.push({ code: 'SHAPE_LEFT_OUT', message });
    return [];
  }
  const [left, right] = inside(box.x, box.width, image.width);
  const [top, bottom] = inside(box.y, box.height, image.height);
  const cut = { ...box, x: left, y: top, width: hundredths(right - left), height: hundredths(bottom - top) };
  const over = Math.max(box.width - cut.width, box.height - cut.height);
  if (over > roundingPixels) {
    const size = `${image.width}x${image.height}`;
    remarks.push({
      code: 'SHAPE_CLIPPED',
      message: `${where} reached over the edge of its ${size} pixels and was cut off there`,
    });
  }
  return [{ box: over > 0 ? cut : box, name }];
}

/** Both ends of a side, cut off at the edges; as they are when too much would go. */
function inside(start: number, length: number, side: number): [number, number] {
  const end = start + length;
  const [first, last] = [Math.max(0, start), Math.min(side, end)];
  const over = Math.max(first - start, end - last);
  const isLittle = over <= Math.max(roundingPixels, overhangShare * side) && last - first >= length / 2;
  return isLittle ? [first, last] : [start, end];
}

/** Fractions become pixels, to a hundredth. */
function inPixels({ defectType, unit, name: _, isLenient: __, ...box }: PlannedBox, image: LabelledImage): Box {
  const type = typeof defectType === 'string' ? { defectType } : {};
  if (unit !== 'FRACTION') return { ...box, ...type };
  const edge = (at: number, side: number) => {
    const pixels = Math.round(at * side * 100) / 100;
    const within = Math.min(side, Math.max(0, pixels));
    return Math.abs(within - pixels) <= roundingPixels ? within : pixels;
  };
  const [left, top] = [edge(box.x, image.width), edge(box.y, image.height)];
  const [right, bottom] = [edge(box.x + box.width, image.width), edge(box.y + box.height, image.height)];
  return { x: left, y: top, width: hundredths(right - left), height: hundredths(bottom - top), ...type };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
