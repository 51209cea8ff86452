import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExplainedRegionFragment } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useFormats, useWords } from '../../words/language.js';

interface WhyProps {
  /** What was judged: an address, or a file of this machine. */
  image: string | Blob;
  regions: readonly ExplainedRegionFragment[];
}

/** The highest region beside the patch of a good part that resembles it most. */
export function WhyFlagged({ image, regions }: WhyProps) {
  const [isOpen, setOpen] = useState(false);
  const { version: words } = useWords();
  const { measured } = useFormats();
  const region = regions.find(({ nearestNormal }) => nearestNormal?.image);
  const nearest = region?.nearestNormal;
  if (!region || !nearest?.image) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.whyFlagged}</summary>
      {isOpen && (
        <div class="row">
          <Patch source={image} box={nearest.patch} caption={words.here} />
          <Patch source={nearest.image.url} box={nearest.box} caption={words.nearest(nearest.image.filename)} />
          <p class="hint">{words.apart(measured(nearest.distance), measured(region.score))}</p>
        </div>
      )}
    </details>
  );
}

const side = 120;

/** A square around a box of an image. */
function Patch({
  source,
  box,
  caption,
}: {
  source: string | Blob;
  box: { x: number; y: number; width: number; height: number };
  caption: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { version: words } = useWords();
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    const paintPatch = async () => {
      const blob = typeof source === 'string' ? await (await client.open(source)).blob() : source;
      const bitmap = await createImageBitmap(blob);
      const wide = Math.max(box.width, box.height) * 1.5;
      const [x, y] = [box.x + (box.width - wide) / 2, box.y + (box.height - wide) / 2];
      canvas.current?.getContext('2d')!.drawImage(bitmap, x, y, wide, wide, 0, 0, side, side);
      bitmap.close();
    };
    paintPatch().catch(() => setMissing(true));
  }, [source]);
  return (
    <figure>
      {isMissing ? (
        <p class="hint">{words.cannotShow}</p>
      ) : (
        <canvas ref={canvas} width={side} height={side} role="img" aria-label={caption} />
      )}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
