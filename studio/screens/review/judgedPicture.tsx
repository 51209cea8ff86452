import { useEffect, useState } from 'preact/hooks';
import type { JudgedLabelFragment } from '../../../src/client/index.js';
import type { Size, Viewport } from '../../canvas/viewport.js';
import { Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { drawBlocks, drawBoxes } from '../label/draw.js';
import { pictureOf, type Picture } from '../label/pictures.js';
import { RasterCanvas, type Tool } from '../label/rasterCanvas.js';
import type { Port } from '../label/useViewport.js';
import { tintedMask } from './tintedMask.js';

/** Nothing is drawn here. */
const onlyLooks: Tool = {
  press: () => undefined,
  drag: () => undefined,
  release: () => undefined,
  abandon: () => undefined,
};

interface Seen {
  picture: Picture;
  mask: ImageBitmap | undefined;
}

/** An image with the label that is judged laid over it. @param onPainted once it is seen. */
export function JudgedPicture({
  label,
  port,
  hidesLabel,
  onPainted,
}: {
  label: JudgedLabelFragment;
  port: Port;
  hidesLabel: boolean;
  onPainted: () => void;
}) {
  const { review: words, things } = useWords();
  const [seen, setSeen] = useState<Seen>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let isShown = true;
    let frame = 0;
    const load = async () => {
      const mask = 'maskUrl' in label ? await tintedMask(label.maskUrl) : undefined;
      const picture = await pictureOf(label.image);
      if (!isShown) return;
      setSeen({ picture, mask });
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(onPainted);
      });
    };
    load().catch((failure: unknown) => isShown && setError(failure));
    return () => {
      isShown = false;
      cancelAnimationFrame(frame);
    };
  }, [label.id]);
  if (error !== undefined) return <Failure error={error} />;
  if (!seen) return <Loading what={things.image} />;
  return (
    <RasterCanvas
      {...{ bitmap: seen.picture.bitmap, image: label.image, port, tool: onlyLooks }}
      draw={(paint, view) => !hidesLabel && drawLabel(paint, label, seen.mask, view)}
      label={words.canvas(label.image.filename)}
      describedBy="review-hint"
    />
  );
}

function drawLabel(
  paint: CanvasRenderingContext2D,
  label: JudgedLabelFragment,
  mask: ImageBitmap | undefined,
  view: Viewport,
): void {
  const image: Size = label.image;
  if ('boxes' in label) drawBoxes(paint, label.boxes, -1, view);
  else if ('labels' in label) drawBlocks(paint, { grid: label, cursor: undefined, hasGrid: true }, image, view);
  else if (mask) paint.drawImage(mask, view.x, view.y, image.width * view.scale, image.height * view.scale);
}
