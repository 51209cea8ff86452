import { collectProblems, type Problem } from '../../shared/errors.js';
import type { ImportContext, PlannedBounds, PlannedBox, PlannedImage, Region } from '../importFormat.js';

/** One thing that somebody drew on an image: a box, a region, or a region with its box. */
export interface Shape {
  defectType: string | null;
  box?: PlannedBox | undefined;
  region?: Region | undefined;
  /** Counts as a label of this kind alone. */
  only?: 'PIXEL' | 'BOX' | undefined;
}

/** What the labels of a planned image are concluded from. */
export type ImageLabels = Pick<PlannedImage, 'label' | 'defectType' | 'regions' | 'boxes' | 'problems' | 'warnings'>;

/** Labels of an image that no annotation file mentions. */
export const unlabelled: ImageLabels = { label: 'UNLABELLED', defectType: null };

/** The defect type of an image that shows several. */
const combined = 'combined';

/** All that somebody drew on one image, as it is read. */
export class Drawing {
  private readonly shapes: Shape[] = [];
  private readonly leftOut: (string | null)[] = [];
  private readonly problems: Problem[] = [];
  private readonly warnings: Problem[] = [];

  /** Adds what `read` gives; what is wrong with it is a problem of the image. Nothing is added for undefined. */
  add(read: () => Shape | undefined): void {
    const shape = collectProblems(this.problems, read);
    if (shape) this.shapes.push(shape);
  }

  /** Something was drawn that no label can hold: the image shows a defect of this class all the same. */
  leaveOut(defectType: string | null, message: string): void {
    this.leftOut.push(defectType);
    this.warnings.push({ code: 'SHAPE_LEFT_OUT', message });
  }

  /** Something was drawn that was not taken as it is written. */
  warn(warning: Problem): void {
    this.warnings.push(warning);
  }

  /**
   * What it labels. Shapes whose class stands for what has no defect mark nothing. Pixels only when every shape has them, since
   * the rest of the image counts as normal; boxes as soon as one shape is a box, and then of every shape.
   * @param classes of the image as a whole: without shapes they alone say whether it is normal.
   */
  labels({ isNormalClass }: Pick<ImportContext, 'isNormalClass'>, classes: readonly string[] = []): ImageLabels {
    const isDefect = (type: string | null) => type === null || !isNormalClass(type);
    const shapes = this.shapes.filter(({ defectType, only }) => only !== undefined || isDefect(defectType));
    const drawn = [...shapes.map(({ defectType }) => defectType), ...this.leftOut.filter(isDefect)];
    const isDrawnOn = this.shapes.length + this.leftOut.length > 0;
    const types = isDrawnOn ? drawn : classes.filter(isDefect);
    return {
      label: types.length > 0 ? 'ANOMALOUS' : 'NORMAL',
      defectType: commonType(types),
      ...markedBy(shapes),
      ...(this.problems.length > 0 && { problems: this.problems }),
      ...(this.warnings.length > 0 && { warnings: this.warnings }),
    };
  }
}

function markedBy(shapes: readonly Shape[]): Pick<PlannedImage, 'regions' | 'boxes'> {
  const forPixels = shapes.filter(({ only }) => only !== 'BOX');
  const forBoxes = shapes.filter(({ only }) => only !== 'PIXEL');
  const regions = forPixels.flatMap(({ region }) => region ?? []);
  const pixels = regions.length > 0 && regions.length === forPixels.length;
  const boxes = forBoxes.some(({ box }) => box) ? forBoxes.flatMap(boxOf) : [];
  return { ...(pixels && { regions }), ...(boxes.length > 0 && { boxes }) };
}

/** The type that all share, `combined` when they differ, null when none has one. */
export function commonType(types: readonly (string | null)[]): string | null {
  const distinct = new Set(types.filter((type) => type !== null));
  return distinct.size > 1 ? combined : ([...distinct][0] ?? null);
}

/** Programs draw over the edge and round; a list of our own is taken by its word. */
function boxOf({ box, region, defectType }: Shape): (PlannedBox | PlannedBounds)[] {
  if (box) return [{ ...box, defectType, isLenient: true }];
  return region ? [{ around: region, defectType }] : [];
}
