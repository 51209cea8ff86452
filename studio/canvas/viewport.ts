/** A place, in pixels of the image or of the window as the name beside it says. */
export interface Point {
  x: number;
  y: number;
}

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Where the image stands in its window: window = image × scale + offset. */
export interface Viewport {
  scale: number;
  x: number;
  y: number;
}

/** Window pixels left free around an image that fits. */
const margin = 16;
/** Window pixels for one of the image, at most. */
const closest = 40;

/** The whole image, in the middle, as large as the window lets it be. */
export function fitted(image: Size, window: Size): Viewport {
  const scale = Math.max(
    0.001,
    Math.min((window.width - 2 * margin) / image.width, (window.height - 2 * margin) / image.height),
  );
  return {
    scale,
    x: (window.width - image.width * scale) / 2,
    y: (window.height - image.height * scale) / 2,
  };
}

/** Larger or smaller by a factor, with the image's place below `at` (of the window) staying where it is. */
export function zoomed(view: Viewport, at: Point, factor: number, least: number): Viewport {
  const scale = Math.min(closest, Math.max(least, view.scale * factor));
  const place = toImage(view, at);
  return { scale, x: at.x - place.x * scale, y: at.y - place.y * scale };
}

/** Moved by pixels of the window. */
export function panned(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** Of a place of the window, that of the image. */
export function toImage({ scale, x, y }: Viewport, at: Point): Point {
  return { x: (at.x - x) / scale, y: (at.y - y) / scale };
}

/** Of a place of the image, that of the window. */
export function toWindow({ scale, x, y }: Viewport, at: Point): Point {
  return { x: at.x * scale + x, y: at.y * scale + y };
}
