import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { toImage, type Point, type Size, type Viewport } from '../../canvas/viewport.js';
import { drawPicture } from './draw.js';
import { usePointers } from './usePointers.js';
import type { Port } from './useViewport.js';

/** What a hand does on the image, in pixels of the image. */
export interface Tool {
  press: (at: Point, event: PointerEvent) => void;
  drag: (at: Point, event: PointerEvent) => void;
  release: () => void;
  /** It was no stroke after all: a second finger came. */
  abandon: () => void;
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

/** The picture and what is drawn on it, painted anew at each change, at the resolution of the screen. */
export function RasterCanvas({ bitmap, image, port, tool, draw, label, describedBy }: RasterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { window: size, view, resize } = port;
  useEffect(() => {
    const frame = canvas.current!.parentElement!;
    const observer = new ResizeObserver(() => resize({ width: frame.clientWidth, height: frame.clientHeight }));
    observer.observe(frame);
    return () => observer.disconnect();
  }, [resize]);
  useLayoutEffect(() => {
    const element = canvas.current!;
    const fine = globalThis.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.width * fine), Math.round(size.height * fine)];
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    const paint = element.getContext('2d')!;
    paint.setTransform(fine, 0, 0, fine, 0, 0);
    paint.clearRect(0, 0, size.width, size.height);
    drawPicture(paint, bitmap, image, view);
    draw(paint, view);
  });
  const pointers = usePointers(canvas, port, tool, (at) => toImage(view, at));
  return (
    <canvas
      ref={canvas}
      class="raster"
      tabIndex={0}
      role="application"
      aria-label={label}
      aria-describedby={describedBy}
      onContextMenu={(event) => event.preventDefault()}
      {...pointers}
    />
  );
}
