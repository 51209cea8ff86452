import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { toImage, type Point, type Size, type Viewport } from '../../canvas/viewport.js';
import { drawPicture } from './draw.js';
import { usePointers } from './usePointers.js';
import type { Port } from './useViewport.js';

/** What a hand does on the image, in pixels of the image. */
export interface Tool {
  press: (at: Point, event: PointerEvent) => void;
  /** @param passed the places since the last time, `at` the last of them. */
  drag: (at: Point, event: PointerEvent, passed: readonly Point[]) => void;
  release: () => void;
  /** It was no stroke after all: a second finger came. */
  abandon: () => void;
  /** The pointer is over a place and not down; undefined when it has left. */
  hover?: (at: Point | undefined, event: PointerEvent) => void;
  /** Whether something of its own is at a place, which goes before suggestions. */
  owns?: (at: Point) => boolean;
  /** The wheel was turned with Ctrl; without this it zooms. */
  turn?: (direction: 1 | -1) => void;
}

interface RasterProps {
  bitmap: ImageBitmap;
  image: Size;
  port: Port;
  tool: Tool;
  /** Paints what lies over the picture. */
  draw: (paint: CanvasRenderingContext2D, view: Viewport) => void;
  label: string;
  /** Id of the element that tells how to use it. */
  describedBy: string;
}

/**
 * The picture, and over it what is drawn on it, at the resolution of the screen. They are two canvases, so that a stroke does not paint twelve
 * million pixels of picture anew.
 */
export function RasterCanvas({ bitmap, image, port, tool, draw, label, describedBy }: RasterProps) {
  const picture = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  const { window: size, view, resize } = port;
  useEffect(() => {
    const frame = marks.current!.parentElement!;
    const observer = new ResizeObserver(() => resize({ width: frame.clientWidth, height: frame.clientHeight }));
    observer.observe(frame);
    return () => observer.disconnect();
  }, [resize]);
  useLayoutEffect(() => {
    drawPicture(cleared(picture.current!, size), bitmap, image, view);
  }, [bitmap, image, size, view.scale, view.x, view.y]);
  useLayoutEffect(() => draw(cleared(marks.current!, size), view));
  const pointers = usePointers(marks, port, tool, (at) => toImage(view, at));
  return (
    <>
      <canvas ref={picture} class="picture" aria-hidden="true" />
      <canvas
        ref={marks}
        class="raster"
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby={describedBy}
        onContextMenu={(event) => event.preventDefault()}
        {...pointers}
      />
    </>
  );
}

/** A canvas of the size its window has, with nothing on it; what is painted is told in pixels of the window. */
function cleared(canvas: HTMLCanvasElement, { width, height }: Size): CanvasRenderingContext2D {
  const fine = globalThis.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * fine), Math.round(height * fine)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  const paint = canvas.getContext('2d')!;
  paint.setTransform(fine, 0, 0, fine, 0, 0);
  paint.clearRect(0, 0, width, height);
  return paint;
}
