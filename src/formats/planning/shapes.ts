import type { PlannedBounds, PlannedBox, PlannedImage, Region } from '../importFormat.js';
import { meansNormal } from './names.js';

/** One thing that somebody drew on an image: a box, a region, or a region with its box. */
export interface Shape {
  defectType: string | null;
  box?: PlannedBox | undefined;
  region?: Region | undefined;
  /** Counts as a label of this kind alone. */
  only?: 'PIXEL' | 'BOX' | undefined;
}

/** The defect type of an image that shows several. */
const combined = 'combined';

/**
 * What the shapes of one image label. Pixels only when every shape has them, since the rest of the image counts as normal;
 * boxes as soon as one shape is a box, and then of every shape.
 */
export function labelsOfShapes(
  shapes: readonly Shape[],
): Pick<PlannedImage, 'label' | 'defectType' | 'regions' | 'boxes'> {
  const forPixels = shapes.filter(({ only }) => only !== 'BOX');
  const forBoxes = shapes.filter(({ only }) => only !== 'PIXEL');
  const regions = forPixels.flatMap(({ region }) => region ?? []);
  const pixels = regions.length > 0 && regions.length === forPixels.length;
  const boxes = forBoxes.some(({ box }) => box) ? forBoxes.flatMap(boxOf) : [];
  return {
    label: shapes.length > 0 ? 'ANOMALOUS' : 'NORMAL',
    defectType: commonType(shapes.map(({ defectType }) => defectType)),
    ...(pixels && { regions }),
    ...(boxes.length > 0 && { boxes }),
  };
}

/** The type that all share, `combined` when they differ, null when none has one. */
export function commonType(types: readonly (string | null)[]): string | null {
  const distinct = new Set(types.filter((type) => type !== null));
  return distinct.size > 1 ? combined : ([...distinct][0] ?? null);
}

function boxOf({ box, region, defectType }: Shape): (PlannedBox | PlannedBounds)[] {
  if (box) return [{ ...box, defectType }];
  return region ? [{ around: region, defectType }] : [];
}

/**
 * The same for an image that may have classes as a whole: without shapes they alone say whether it is normal.
 * @param classes names of tags or choices.
 */
export function labelsOfShapesAndClasses(
  shapes: readonly Shape[],
  classes: readonly string[],
): ReturnType<typeof labelsOfShapes> {
  const defects = classes.filter((name) => !meansNormal(name));
  if (shapes.length > 0 || defects.length === 0) return labelsOfShapes(shapes);
  return { label: 'ANOMALOUS', defectType: commonType(defects) };
}
