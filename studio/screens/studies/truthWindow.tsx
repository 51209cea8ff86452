import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownTrialFragment } from '../../../src/client/index.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { pictureOf } from '../label/pictures.js';
import { useKeys } from '../label/useKeys.js';
import { tintedMask } from '../review/tintedMask.js';

/** Pixels of the longer side. */
const side = 512;

/** What is copied, top left over the image as in the paper's tool; it can be moved by hand, and T hides it. */
export function TruthWindow({ trial }: { trial: ShownTrialFragment }) {
  const { studies: words } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isHidden, setIsHidden] = useState(false);
  const [error, setError] = useState<unknown>();
  const grip = useRef<{ x: number; y: number } | undefined>(undefined);
  const { width, height } = trial.image;
  const scale = side / Math.max(width, height);
  useKeys({ t: () => setIsHidden((before) => !before) });
  useEffect(() => {
    let isShown = true;
    drawTruth(trial, () => (isShown ? canvas.current : null)).catch((failure: unknown) => isShown && setError(failure));
    return () => {
      isShown = false;
    };
  }, [trial.id]);
  const move = ({ clientX, clientY, currentTarget }: PointerEvent) => {
    if (!grip.current || !(currentTarget instanceof HTMLCanvasElement)) return;
    const frame = currentTarget.parentElement!.getBoundingClientRect();
    currentTarget.style.left = `${clientX - frame.left - grip.current.x}px`;
    currentTarget.style.top = `${clientY - frame.top - grip.current.y}px`;
  };
  if (error !== undefined) return <Failure error={error} />;
  return (
    <canvas
      ref={canvas}
      class="truth"
      width={Math.round(width * scale)}
      height={Math.round(height * scale)}
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

/** The picture with the mask laid over it. @param canvas null when nobody looks any more. */
async function drawTruth({ image, truth }: ShownTrialFragment, canvas: () => HTMLCanvasElement | null): Promise<void> {
  const mask = 'maskUrl' in truth ? await tintedMask(truth.maskUrl) : undefined;
  const { bitmap } = await pictureOf(image);
  const element = canvas();
  const paint = element?.getContext('2d');
  if (!element || !paint) return;
  paint.drawImage(bitmap, 0, 0, element.width, element.height);
  if (mask) paint.drawImage(mask, 0, 0, element.width, element.height);
}
