import type { ImageSize } from '../../files/index.js';
import type { PlannedBox, Region } from '../importFormat.js';
import { named, outlinedRegion } from './regions.js';
import type { Shape } from './shapes.js';

/** Degrees below which a turn is what rounding left of none. */
const roundingDegrees = 0.01;

/** Corners by which an ellipse is drawn: less than a hundredth of its radius is lost. */
const ellipseCorners = 64;

/** An ellipse by its middle and its two radii, in pixels or in fractions of the image's width and height. */
export interface Ellipse {
  x: number;
  y: number;
  radiusX: number;
  radiusY: number;
  unit?: 'PIXEL' | 'FRACTION' | undefined;
}

/** Whether a turn of this many degrees changes anything; whole turns do not. */
function isTurned(degrees: number | undefined): degrees is number {
  if (degrees === undefined || !Number.isFinite(degrees)) return false;
  const rest = Math.abs(degrees % 360);
  return Math.min(rest, 360 - rest) > roundingDegrees;
}

/**
 * A box that is turned clockwise, as a polygon. Parts outside the image are cut off.
 * @param around what stays where it is: the box's middle, or its top left corner.
 */
function turnedBox(box: PlannedBox, degrees: number, around: 'MIDDLE' | 'CORNER'): Region {
  return outlinedRegion((image) => {
    const { x, y, width, height } = inPixels(box, image);
    const pivot = around === 'MIDDLE' ? [x + width / 2, y + height / 2] : [x, y];
    const corners = [x, y, x + width, y, x + width, y + height, x, y + height];
    return turned(corners, degrees, pivot as [number, number]);
  }, anyReach);
}

/**
 * A box as a shape: itself, or where it is turned the polygon that it becomes.
 * @param turn clockwise in degrees, around the box's middle or its top left corner.
 */
export function boxShape(
  box: PlannedBox & { name: string },
  defectType: string | null,
  turn: { degrees: number | undefined; around: 'MIDDLE' | 'CORNER' },
): Shape {
  if (!isTurned(turn.degrees)) return { defectType, box };
  return { defectType, region: named(turnedBox(box, turn.degrees, turn.around), box.name) };
}

/** An ellipse that is turned clockwise around its middle, as a polygon. Parts outside the image are cut off. */
export function ellipseRegion({ x, y, radiusX, radiusY, unit }: Ellipse, degrees = 0): Region {
  return outlinedRegion((image) => {
    const box = inPixels({ x, y, width: radiusX, height: radiusY, unit }, image);
    const corners = Array.from({ length: ellipseCorners }, (_, at) => {
      const angle = (2 * Math.PI * at) / ellipseCorners;
      return [box.x + box.width * Math.cos(angle), box.y + box.height * Math.sin(angle)];
    });
    return turned(corners.flat(), degrees, [box.x, box.y]);
  }, anyReach);
}

/** The corners of what was drawn at the edge may lie anywhere, but not further than the image is large. */
function anyReach({ width, height }: ImageSize): number {
  return Math.max(width, height);
}

function inPixels({ x, y, width, height, unit }: PlannedBox, image: ImageSize): Omit<PlannedBox, 'unit'> {
  const [across, down] = unit === 'FRACTION' ? [image.width, image.height] : [1, 1];
  return { x: x * across, y: y * down, width: width * across, height: height * down };
}

function turned(points: readonly number[], degrees: number, [pivotX, pivotY]: [number, number]): number[] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return points.map((_, at) => {
    const [dx, dy] = [points[at - (at % 2)]! - pivotX, points[at - (at % 2) + 1]! - pivotY];
    return at % 2 === 0 ? pivotX + dx * cos - dy * sin : pivotY + dx * sin + dy * cos;
  });
}
