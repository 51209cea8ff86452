import { useEffect, useRef } from 'preact/hooks';
import { fitted, type Size, type Viewport } from '../../canvas/viewport.js';
import { drawPicture } from './draw.js';

const size = { width: 260, height: 200 };

/** A small picture with what is drawn on it, to compare. */
export function Sketch({
  title,
  bitmap,
  image,
  draw,
}: {
  title: string;
  bitmap: ImageBitmap;
  image: Size;
  draw: (paint: CanvasRenderingContext2D, view: Viewport) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const paint = canvas.current!.getContext('2d')!;
    const view = fitted(image, size);
    paint.clearRect(0, 0, size.width, size.height);
    drawPicture(paint, bitmap, image, view);
    draw(paint, view);
  });
  return (
    <figure>
      <canvas ref={canvas} {...size} role="img" aria-label={title} />
      <figcaption>{title}</figcaption>
    </figure>
  );
}
