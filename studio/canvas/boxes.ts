import type { Point, Size } from './viewport.js';

/** A box as somebody draws it, in whole pixels of the image. */
export interface DrawnBox {
  x: number;
  y: number;
  width: number;
  height: number;
  defectType?: string | null;
}

/** The corner or side that is held; two letters are a corner. */
export type Handle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';

/** Corners before sides: where both are near, the corner is meant. */
export const handles: readonly Handle[] = ['nw', 'ne', 'se', 'sw', 'n', 'e', 's', 'w'];

/** The box of all pixels between two places, cut at the image's edge; at least one pixel. */
export function boxBetween(a: Point, b: Point, image: Size): DrawnBox {
  const [left, right] = between(a.x, b.x, image.width);
  const [top, bottom] = between(a.y, b.y, image.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function between(a: number, b: number, most: number): [number, number] {
  const low = clamp(Math.floor(Math.min(a, b)), 0, most - 1);
  return [low, clamp(Math.ceil(Math.max(a, b)), low + 1, most)];
}

/** Moved, as far as the image goes. */
export function movedBox(box: DrawnBox, dx: number, dy: number, image: Size): DrawnBox {
  const x = clamp(Math.round(box.x + dx), 0, Math.max(0, image.width - box.width));
  const y = clamp(Math.round(box.y + dy), 0, Math.max(0, image.height - box.height));
  return { ...box, x, y };
}

/** With a side or corner moved; it stops one pixel before the other side, and at the image's edge. */
export function resizedBox(box: DrawnBox, handle: Handle, dx: number, dy: number, image: Size): DrawnBox {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (handle.includes('w')) left = clamp(Math.round(left + dx), 0, right - 1);
  if (handle.includes('e')) right = clamp(Math.round(right + dx), left + 1, image.width);
  if (handle.includes('n')) top = clamp(Math.round(top + dy), 0, bottom - 1);
  if (handle.includes('s')) bottom = clamp(Math.round(bottom + dy), top + 1, image.height);
  return { ...box, x: left, y: top, width: right - left, height: bottom - top };
}

/** Where a handle of a box is. */
export function handlePlace({ x, y, width, height }: DrawnBox, handle: Handle): Point {
  const across = handle.includes('w') ? 0 : handle.includes('e') ? 1 : 0.5;
  const down = handle.includes('n') ? 0 : handle.includes('s') ? 1 : 0.5;
  return { x: x + width * across, y: y + height * down };
}

/** The handle within reach of a place, or undefined. @param reach pixels of the image. */
export function handleAt(box: DrawnBox, at: Point, reach: number): Handle | undefined {
  return handles.find((handle) => {
    const place = handlePlace(box, handle);
    return Math.abs(place.x - at.x) <= reach && Math.abs(place.y - at.y) <= reach;
  });
}

/** The smallest box that holds a place, by its index, or -1: a small one inside a large one stays within reach. */
export function boxAt(boxes: readonly DrawnBox[], at: Point): number {
  const area = (index: number) => boxes[index]!.width * boxes[index]!.height;
  const holding = boxes.flatMap(({ x, y, width, height }, index) =>
    at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height ? [index] : [],
  );
  return holding.sort((a, b) => area(a) - area(b))[0] ?? -1;
}

/** A first box for the keyboard: an eighth of the view, around a place. */
export function boxAround(at: Point, side: number, image: Size): DrawnBox {
  const half = Math.max(1, side / 2);
  return boxBetween({ x: at.x - half, y: at.y - half }, { x: at.x + half, y: at.y + half }, image);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
