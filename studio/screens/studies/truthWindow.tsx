import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownTrialFragment } from '../../../src/client/index.js';
import type { Size } from '../../canvas/viewport.js';
import { useWords } from '../../words/language.js';
import { pictureOf } from '../label/pictures.js';
import { useKeys } from '../label/useKeys.js';
import { tintedMask } from '../review/tintedMask.js';

/** What is copied, ready to be painted. */
export interface Truth {
  bitmap: ImageBitmap;
  mask: ImageBitmap | undefined;
}

export async function truthOf({ image, truth }: ShownTrialFragment): Promise<Truth> {
  const mask = 'maskUrl' in truth ? tintedMask(truth.maskUrl) : undefined;
  const { bitmap } = await pictureOf(image);
  return { bitmap, mask: await mask };
}

/** Pixels of the longer side. */
const side = 512;

/** What is copied, top left over the image as in the paper's tool; it can be moved by hand, and T hides it. */
export function TruthWindow({ truth, image }: { truth: Truth; image: Size }) {
  const { studies: words } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isHidden, setIsHidden] = useState(false);
  const grip = useRef<{ x: number; y: number } | undefined>(undefined);
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  useKeys({ t: () => setIsHidden((before) => !before) });
  useEffect(() => {
    const paint = canvas.current!.getContext('2d')!;
    for (const layer of [truth.bitmap, truth.mask]) if (layer) paint.drawImage(layer, 0, 0, width, height);
  }, []);
  const move = ({ clientX, clientY, currentTarget }: PointerEvent) => {
    if (!grip.current || !(currentTarget instanceof HTMLCanvasElement)) return;
    const frame = currentTarget.parentElement!.getBoundingClientRect();
    currentTarget.style.left = `${clientX - frame.left - grip.current.x}px`;
    currentTarget.style.top = `${clientY - frame.top - grip.current.y}px`;
  };
  return (
    <canvas
      ref={canvas}
      class="truth"
      {...{ width, height }}
      hidden={isHidden}
      role="img"
      aria-label={words.truth}
      title={words.truth}
      onPointerDown={({ currentTarget, pointerId, offsetX, offsetY }) => {
        currentTarget.setPointerCapture(pointerId);
        grip.current = { x: offsetX, y: offsetY };
      }}
      onPointerMove={move}
      onPointerUp={() => (grip.current = undefined)}
    />
  );
}
